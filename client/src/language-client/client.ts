/** Starts the language server, starts it again after a crash, and shows when that is given up. */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  type TextDocumentFilter,
  Trace,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  type InitializationOptions,
  REVIEW_FIX_COMMAND,
  TRUST_METHOD,
  type TrustParams,
} from '../../../server/src/language-server/protocol/index';
import * as messages from '../ui/messages';
import { fail, limitHover } from '../ui/window';
import { cleanIncoming } from './clean-incoming';
import { envDocuments, untraced } from './env-file-sync';
import { afterEnd, goesOn } from './restart-policy';
import { createTracePause, type TracePause } from './trace-pause';

export const LANGUAGES: readonly string[] = ['dockercompose', 'yaml'];

/** Commands that a hover's links may run: those that ask before they do what can't be undone. */
const LINKED: readonly string[] = [REVIEW_FIX_COMMAND];

/**
 * Schemes of documents that are checked: those of files, and those of the opened folders, which may lie on a file system
 * that only an extension knows. Others show copies (the left side of a diff, a preview), which would report everything
 * twice.
 */
function checkedSchemes(): Set<string> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return new Set([
    'file',
    'untitled',
    'vscode-remote',
    'vscode-vfs',
    ...folders.map(({ uri }) => uri.scheme),
  ]);
}

function documentsOf(scheme: string): TextDocumentFilter[] {
  return [...LANGUAGES.map((language) => ({ language, scheme })), ...envDocuments([scheme])];
}

/**
 * The server waits most of the time, beside an editor that needs the memory: with these it takes a third less. Both are
 * options of Node; `bench/src/servers.mjs` has them too. In MB.
 */
const SERVER_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--max-old-space-size=1536'];

/** Of the C library of Linux: without it, each thread of the engine sets room aside for itself. Elsewhere it says nothing. */
const SERVER_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

export interface Connection {
  readonly client: LanguageClient;
  /** Keeps what is secret out of the trace. */
  readonly tracePause: TracePause;
}

/** A client for the bundled server, not yet started. What it needs to end is put into `context.subscriptions`. */
export function createClient(context: vscode.ExtensionContext): Connection {
  const output = vscode.window.createOutputChannel('Mender Compose', { log: true });
  const module = context.asAbsolutePath('dist/server.js');
  // Compiled code alone, in VS Code's own directory for this extension.
  const args = [`--code-cache=${vscode.Uri.joinPath(context.globalStorageUri, 'code').fsPath}`];
  const schemes = checkedSchemes();
  const documentSelector = [...schemes].flatMap(documentsOf);
  const options = (): InitializationOptions => ({
    prompts: true,
    trusted: vscode.workspace.isTrusted,
    // The first diagnostics need not wait for the server to ask.
    settings: initialSettings(),
  });
  const client: LanguageClient = new LanguageClient(
    'mender',
    'Mender Compose',
    {
      run: {
        module,
        transport: TransportKind.ipc,
        args,
        options: { execArgv: [...SERVER_FLAGS], env: SERVER_ENVIRONMENT },
      },
      debug: {
        module,
        transport: TransportKind.ipc,
        args,
        options: { execArgv: [...SERVER_FLAGS, '--nolazy', '--inspect=6079'], env: SERVER_ENVIRONMENT },
      },
    },
    {
      documentSelector,
      outputChannel: output,
      diagnosticCollectionName: 'Mender Compose',
      initializationOptions: options,
      connectionOptions: {
        messageStrategy: {
          handleMessage(message, next) {
            cleanIncoming(message);
            return next(message);
          },
        },
      },
      middleware: {
        ...untraced(
          () => tracePause,
          () => traceLevel() !== 'off',
        ),
        async provideHover(document, position, token, next) {
          const hover = await next(document, position, token);
          limitHover(hover, LINKED);
          return hover;
        },
      },
      errorHandler: {
        error: (_error, _message, count) => {
          const action = goesOn(count) ? ErrorAction.Continue : ErrorAction.Shutdown;
          if (action === ErrorAction.Shutdown) void offerRestart(client, messages.NOT_RUNNING);
          return { action, handled: true };
        },
        closed: () => {
          const decision = afterEnd(restarts, Date.now());
          restarts = decision.restarts;
          if (decision.restart) return { action: CloseAction.Restart, handled: true };
          void offerRestart(client, messages.STOPPED);
          return { action: CloseAction.DoNotRestart, message: messages.STOPPED, handled: true };
        },
      },
    },
  );
  let restarts: readonly number[] = [];

  const tracePause = createTracePause(client, Trace.Off, () => Trace.fromString(traceLevel()));
  const trace = () => {
    if (client.state === State.Running) void tracePause.follow();
  };
  context.subscriptions.push(
    output,
    client.onDidChangeState((event) => {
      if (event.newState === State.Running) trace();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('mender.trace.server')) trace();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(({ added }) => {
      const news = new Set(added.map(({ uri }) => uri.scheme).filter((scheme) => !schemes.has(scheme)));
      if (news.size === 0) return;
      for (const scheme of news) {
        schemes.add(scheme);
        documentSelector.push(...documentsOf(scheme));
      }
      // The library reads the selector when it starts; the server knows the folder by then.
      const again = () => setImmediate(() => void startClient(client));
      if (client.state !== State.Stopped) void client.start().then(again, () => undefined);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      const params: TrustParams = { trusted: true };
      if (client.state === State.Running) void client.sendNotification(TRUST_METHOD, params);
    }),
  );
  return { client, tracePause };
}

function traceLevel(): string {
  return vscode.workspace.getConfiguration('mender').get('trace.server', 'off');
}

function initialSettings(): object {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const settings = vscode.workspace.getConfiguration('mender', folder?.uri);
  return Object.fromEntries(
    ['rules', 'stacks', 'release', 'expiresSoonDays', 'codeLens', 'inlayHints'].map((name) => [
      name,
      settings.get(name),
    ]),
  );
}

/** Starts or restarts; a failure is shown with a way to try again, and never thrown. */
export async function startClient(client: LanguageClient): Promise<boolean> {
  try {
    if (client.state === State.Running) await client.restart();
    else await client.start();
    return true;
  } catch (error) {
    client.outputChannel.error(`The language server could not be started: ${String(error)}`);
    void offerRestart(client, messages.NOT_RUNNING);
    return false;
  }
}

/** Clients that an offer stands for: one message is enough. */
const offered = new WeakSet<LanguageClient>();

async function offerRestart(client: LanguageClient, message: string): Promise<void> {
  if (offered.has(client)) return;
  offered.add(client);
  const chosen = await fail(message, messages.RESTART, messages.SHOW_OUTPUT);
  offered.delete(client);
  if (chosen === messages.RESTART) await startClient(client);
  else if (chosen === messages.SHOW_OUTPUT) client.outputChannel.show();
}
