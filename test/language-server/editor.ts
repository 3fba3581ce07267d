/** An editor on a project in a directory of its own, made for one test: the real server behind the real wire. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, CompletionItem, Position, Range } from 'vscode-languageserver/node';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { make } from '../../server/src/pki/generate/generate';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { memoryHost } from '../platform/memory-host';
import { applyEdits, connect, VSCODE, type Wire } from './wire';

/** What VS Code can do of what is tested here. */
export const EDITOR: ClientCapabilities = {
  ...VSCODE,
  workspace: {
    ...VSCODE.workspace,
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  textDocument: {
    ...VSCODE.textDocument,
    completion: { completionItem: { labelDetailsSupport: true } },
    definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

export interface EditorOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly capabilities?: ClientCapabilities;
  readonly prompts?: boolean;
  readonly trusted?: boolean;
  /** The section `mender`. */
  readonly settings?: unknown;
}

export interface Editor {
  readonly wire: Wire;
  readonly directory: string;
  /** How often the client was asked to ask anew. */
  readonly refreshes: { codeLens: number; inlayHint: number };
  path(name: string): string;
  uri(name: string): string;
  write(name: string, text: string): void;
  /** Opens or changes a document; `|` is the cursor, and no part of the text. Answers its place. */
  type(text: string, name?: string): Promise<Position>;
  /** A request about a document, at a position. */
  ask<T>(method: string, more?: object, name?: string): Promise<T>;
  /** Completion at the cursor of a text. */
  complete(text: string, name?: string): Promise<CompletionItem[]>;
  /** The document after a proposal was taken. */
  take(item: CompletionItem | undefined): string;
  close(): void;
}

export const COMPOSE = 'docker-compose.yml';

export async function editor(options: EditorOptions = {}): Promise<Editor> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'mender-editor-')));
  const path = (name: string) => join(directory, name);
  const uri = (name: string) => pathToFileURL(path(name)).toString();
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const [name, text] of Object.entries(options.files ?? {})) write(name, text);
  const wire = await connect(createLanguageService(nodeHost()), {
    capabilities: options.capabilities ?? EDITOR,
    initializationOptions: { prompts: options.prompts ?? true, trusted: options.trusted ?? true },
    folders: [pathToFileURL(directory).toString()],
    configuration: options.settings ?? null,
  });
  const refreshes = { codeLens: 0, inlayHint: 0 };
  wire.client.onRequest('workspace/codeLens/refresh', () => {
    refreshes.codeLens++;
    return null;
  });
  wire.client.onRequest('workspace/inlayHint/refresh', () => {
    refreshes.inlayHint++;
    return null;
  });
  const versions = new Map<string, number>();
  let now = '';

  const self: Editor = {
    wire,
    directory,
    refreshes,
    path,
    uri,
    write,
    async type(marked, name = COMPOSE) {
      const at = marked.indexOf('|');
      now = at < 0 ? marked : marked.slice(0, at) + marked.slice(at + 1);
      const version = (versions.get(name) ?? 0) + 1;
      versions.set(name, version);
      if (version === 1) await wire.open(now, version, uri(name));
      else await wire.change(now, version, uri(name));
      return positionOf(now, Math.max(0, at));
    },
    ask: (method, more = {}, name = COMPOSE) =>
      wire.client.sendRequest(`textDocument/${method}`, { textDocument: { uri: uri(name) }, ...more }),
    async complete(marked, name = COMPOSE) {
      const position = await self.type(marked, name);
      return self.ask<CompletionItem[]>('completion', { position }, name);
    },
    take(item) {
      if (!item?.textEdit || !('range' in item.textEdit)) throw new Error('there is nothing to take');
      return applyEdits(now, [item.textEdit]);
    },
    close() {
      wire.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return self;
}

function positionOf(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** Where `what` first stands in a text. */
export function rangeOf(text: string, what: string): Range {
  const start = text.indexOf(what);
  if (start < 0) throw new Error(`there is no ${what}`);
  return { start: positionOf(text, start), end: positionOf(text, start + what.length) };
}

export interface Keys {
  /** Of `mender.example.com`, valid for the days that were asked for. */
  readonly certificate: string;
  /** The key of the certificate. */
  readonly key: string;
  readonly tokenKey: string;
  readonly otherTokenKey: string;
}

/** PEM texts made now; a test file makes them once. */
export async function makeKeys(days?: number): Promise<Keys> {
  const host = memoryHost({ now: Date.now() });
  host.putDirectory('/made');
  const names = ['mender.example.com', 'mender-api-gateway'];
  const answer = await make(
    [
      { kind: 'tls-pair', keyPath: '/made/key', certificatePath: '/made/cert', names, bits: 2048, days },
      { kind: 'token-key', keyPath: '/made/token', bits: 2048 },
      { kind: 'token-key', keyPath: '/made/other', bits: 2048 },
    ],
    host,
    { root: '/made' },
  );
  if (!answer.ok) throw new Error(answer.message);
  const text = (name: string) => host.text(`/made/${name}`) ?? '';
  return {
    certificate: text('cert'),
    key: text('key'),
    tokenKey: text('token'),
    otherTokenKey: text('other'),
  };
}
