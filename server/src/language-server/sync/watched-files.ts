/**
 * News from the disk: a file that a mount names appeared, changed or went, or a compose file or `.env` did. A client
 * watches the workspace's folders; directories outside of them that answers rest on are asked for as they come.
 */
import { dirname } from 'node:path';
import type { ClientCapabilities, Connection, Disposable } from 'vscode-languageserver';
import type { ErrorBoundary } from '../core/error-boundary';
import { isInside } from '../core/file-labels';
import { DidChangeWatchedFilesNotification, FileChangeType } from '../core/lsp';
import { fileOf, hasPath, uriOf } from '../core/uris';

const NAMES: readonly string[] = ['.env*', '*.env', '.gitignore', '*.{yml,yaml,pem,crt,cer,key}'];
export const WATCHED: readonly string[] = NAMES.map((name) => `**/${name}`);

const COMPOSE_TEXT = /\.ya?ml$|(^|[\\/])\.env[^\\/]*$|\.env$/i;

/** What came, changed or went. */
export interface DiskNews {
  /** Ids of the files. */
  readonly files: readonly string[];
  /** True when only texts changed that compose reads, so only answers that rest on one of them can be others now. */
  readonly textsOnly: boolean;
}

export interface Watch {
  start(capabilities: ClientCapabilities): void;
  subscribe(): Promise<void>;
  /**
   * Has the directories of `files` watched as well, as far as they lie outside of the folders; no others any more. In an
   * untrusted workspace none is: files of strangers name them.
   */
  follow(files: readonly string[]): Promise<void>;
}

/** Calls `changed` for each batch of news; asks for it where the client lets a server ask. */
export function watchFiles(
  connection: Connection,
  boundary: ErrorBoundary,
  folders: () => readonly string[],
  trusted: () => boolean,
  changed: (news: DiskNews) => void,
): Watch {
  let canRegister = false;
  let canLookOutside = false;
  let followed = '';
  /** What was asked to be followed last, and the folders then. */
  let last: readonly string[] | undefined;
  let lastInside = '';
  let outside: Disposable | undefined;
  let work: Promise<void> = Promise.resolve();

  connection.onDidChangeWatchedFiles((params) => {
    void boundary('Noticing changed files', undefined, () => {
      const files = params.changes.map(({ uri }) => fileOf(uri));
      const textsOnly =
        params.changes.every(({ type }) => type === FileChangeType.Changed) &&
        files.every((file) => COMPOSE_TEXT.test(file));
      changed({ files, textsOnly });
    });
  });

  async function watchOutside(directories: readonly string[]): Promise<void> {
    const before = outside;
    outside = undefined;
    if (directories.length > 0) {
      const watchers = directories.flatMap((directory) =>
        NAMES.map((pattern) => ({ globPattern: { baseUri: uriOf(directory), pattern } })),
      );
      outside = await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    before?.dispose();
  }

  return {
    start(capabilities) {
      const watched = capabilities.workspace?.didChangeWatchedFiles;
      canRegister = watched?.dynamicRegistration === true;
      canLookOutside = canRegister && watched?.relativePatternSupport === true;
    },
    async subscribe() {
      if (!canRegister) return;
      await boundary('Asking for changed files', undefined, async () => {
        const watchers = WATCHED.map((globPattern) => ({ globPattern }));
        await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
      });
    },
    follow(files) {
      const inside = [trusted(), ...folders()].join('\0');
      if (!canLookOutside || (files === last && inside === lastInside)) return work;
      last = files;
      lastInside = inside;
      const found = new Map(files.filter(hasPath).map((file) => [dirname(file), file]));
      const directories = [...found]
        .filter(([, file]) => trusted() && !folders().some((folder) => isInside(folder, file)))
        .map(([directory]) => directory)
        .sort();
      const asText = JSON.stringify(directories);
      if (asText === followed) return work;
      followed = asText;
      // One after the other, so that the last registration is that of the last set.
      work = work.then(() =>
        boundary('Asking for changed files outside of the workspace', undefined, () =>
          watchOutside(directories),
        ),
      );
      return work;
    },
  };
}
