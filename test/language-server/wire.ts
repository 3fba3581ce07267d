/** A client and our server at the two ends of in-memory streams, with LSP's real framing between them. */
import { PassThrough } from 'node:stream';
import {
  type ApplyWorkspaceEditParams,
  ApplyWorkspaceEditRequest,
  type ClientCapabilities,
  ConfigurationRequest,
  createConnection,
  createProtocolConnection,
  type InitializeResult,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Registration,
  RegistrationRequest,
  ShowMessageNotification,
  type ShowMessageParams,
  StreamMessageReader,
  StreamMessageWriter,
  UnregistrationRequest,
  WorkDoneProgressCreateRequest,
} from 'vscode-languageserver/node';
import { STATUS_METHOD, type StatusParams } from '../../server/src/language-server/protocol/index';
import { createServer } from '../../server/src/language-server/server';
import type { LanguageService } from '../../server/src/language-service/api/index';
import { listRules } from '../../server/src/language-service/info/rules';

export const URI = 'file:///project/docker-compose.yml';

/** What VS Code declares, as far as it matters here. */
export const VSCODE: ClientCapabilities = {
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
  },
  window: { workDoneProgress: true },
  textDocument: {
    publishDiagnostics: { relatedInformation: true },
    codeAction: {
      dataSupport: true,
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } },
      resolveSupport: { properties: ['edit'] },
    },
  },
};

export interface Wire {
  readonly client: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly published: PublishDiagnosticsParams[];
  readonly logged: string[];
  readonly shown: ShowMessageParams[];
  readonly registered: Registration[];
  readonly applied: ApplyWorkspaceEditParams[];
  readonly statuses: StatusParams[];
  /** Ids of registrations that the server took back. */
  readonly unregistered: string[];
  /** What the client answers to `workspace/configuration`; may be changed. */
  configuration: unknown;
  /** The same for single folders, by URI. */
  readonly folderConfiguration: Map<string, unknown>;
  /** Whether the client takes edits; may be changed. */
  takesEdits: boolean;
  open(text: string, version?: number, uri?: string): Promise<void>;
  /** Replaces the whole text. */
  change(text: string, version: number, uri?: string): Promise<void>;
  /** The first publication, from the `from`th on, that fits. */
  publication(
    fits: (params: PublishDiagnosticsParams) => boolean,
    from?: number,
  ): Promise<PublishDiagnosticsParams>;
  /** Waits until `fits` holds; looks again whenever the server has sent something. */
  until(fits: () => boolean): Promise<void>;
  close(): void;
}

export interface WireOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  readonly configuration?: unknown;
  /** More of the parameters of `initialize`. */
  readonly initialize?: object;
  /** URIs of the workspace's folders. */
  readonly folders?: readonly string[];
}

export async function connect(service: LanguageService, options: WireOptions = {}): Promise<Wire> {
  const up = new PassThrough();
  const down = new PassThrough();
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  createServer(server, service, {
    rules: listRules(),
    releases: { isRelease: (text) => /^\d\.\d$/.test(text), examples: ['3.7', '4.0'] },
    version: '1.2.3',
  });
  server.listen();

  const client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const published: PublishDiagnosticsParams[] = [];
  const logged: string[] = [];
  const shown: ShowMessageParams[] = [];
  const registered: Registration[] = [];
  const applied: ApplyWorkspaceEditParams[] = [];
  const statuses: StatusParams[] = [];
  const unregistered: string[] = [];
  const watchers = new Set<() => void>();
  const news = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const collect =
    <T>(list: T[]) =>
    (item: T) => {
      list.push(item);
      news();
    };
  const add = collect(published);
  client.onNotification(PublishDiagnosticsNotification.type, (params) => add(params));
  client.onNotification(LogMessageNotification.type, ({ message }) => collect(logged)(message));
  client.onNotification(ShowMessageNotification.type, collect(shown));
  client.onRequest(RegistrationRequest.type, ({ registrations }) => {
    for (const registration of registrations) collect(registered)(registration);
  });
  client.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ scopeUri }) => {
      const own = scopeUri === undefined ? undefined : wire.folderConfiguration.get(scopeUri);
      return own ?? wire.configuration;
    }),
  );
  client.onNotification(STATUS_METHOD, collect(statuses));
  client.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
    for (const { id } of unregisterations) collect(unregistered)(id);
  });
  client.onRequest(WorkDoneProgressCreateRequest.type, () => {});
  client.onRequest(ApplyWorkspaceEditRequest.type, (params) => {
    collect(applied)(params);
    return { applied: wire.takesEdits };
  });
  client.listen();
  const initialized = await client.sendRequest<InitializeResult>('initialize', {
    processId: null,
    rootUri: null,
    workspaceFolders: options.folders?.map((uri) => ({ uri, name: uri })) ?? null,
    capabilities: options.capabilities ?? VSCODE,
    initializationOptions: options.initializationOptions ?? { prompts: true },
    ...options.initialize,
  });
  const wire: Wire = {
    client,
    initialized,
    published,
    logged,
    shown,
    registered,
    applied,
    statuses,
    unregistered,
    configuration: options.configuration ?? null,
    folderConfiguration: new Map(),
    takesEdits: true,
    open: (text, version = 1, uri = URI) =>
      client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'yaml', version, text },
      }),
    change: (text, version, uri = URI) =>
      client.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    async publication(fits, from = 0) {
      await wire.until(() => published.slice(from).some(fits));
      return published.slice(from).find(fits) as PublishDiagnosticsParams;
    },
    until: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          if (!fits()) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    close() {
      // The server's end is left to the garbage collector: it may be in the middle of a message.
      client.dispose();
    },
  };
  await client.sendNotification('initialized', {});
  return wire;
}

/** Applies LSP text edits to a text, last first, as an editor does. */
export function applyEdits(
  text: string,
  edits: readonly {
    readonly range: { start: { line: number; character: number }; end: { line: number; character: number } };
    readonly newText: string;
  }[],
): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }) =>
    lines.slice(0, line).reduce((sum, l) => sum + l.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((result, edit) => {
      return result.slice(0, offset(edit.range.start)) + edit.newText + result.slice(offset(edit.range.end));
    }, text);
}
