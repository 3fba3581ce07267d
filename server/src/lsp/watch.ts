/** News from the disk: a file that a mount names appeared, changed or went, or a compose file or `.env` did. */
import {
  type ClientCapabilities,
  type Connection,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver';
import type { Guard } from './guard';

export const WATCHED: readonly string[] = ['**/.env', '**/*.{yml,yaml,pem,crt,key}'];

export interface Watch {
  start(capabilities: ClientCapabilities): void;
  subscribe(): Promise<void>;
}

/** Calls `changed` for each batch of news; asks for it where the client lets a server ask. */
export function watchFiles(connection: Connection, guard: Guard, changed: () => void): Watch {
  let canRegister = false;
  connection.onDidChangeWatchedFiles(() => {
    void guard('Noticing changed files', undefined, changed);
  });
  return {
    start(capabilities) {
      canRegister = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    },
    async subscribe() {
      if (!canRegister) return;
      await guard('Asking for changed files', undefined, async () => {
        const watchers = WATCHED.map((globPattern) => ({ globPattern }));
        await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
      });
    },
  };
}
