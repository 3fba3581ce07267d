/** What the server found in the open documents, for all who show it: the client takes only one listener for it. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { STATUS_METHOD, type StatusParams } from '../../../server/src/language-server/protocol/index';

export interface Statuses extends vscode.Disposable {
  /** By the URI as VS Code writes it; undefined when the server said nothing of it. */
  get(uri: vscode.Uri): StatusParams | undefined;
  /** Of every open document that was checked. */
  all(): readonly StatusParams[];
  readonly onDidChange: vscode.Event<void>;
}

/** Listens for as long as it isn't disposed. */
export function watchStatuses(client: LanguageClient): Statuses {
  const statuses = new Map<string, StatusParams>();
  const changed = new vscode.EventEmitter<void>();
  const listeners = vscode.Disposable.from(
    changed,
    client.onNotification(STATUS_METHOD, (status: StatusParams) => {
      statuses.set(client.protocol2CodeConverter.asUri(status.uri).toString(), status);
      changed.fire();
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) return;
      // Nobody keeps it up to date now; a server that starts again sends it anew.
      statuses.clear();
      changed.fire();
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (statuses.delete(document.uri.toString())) changed.fire();
    }),
  );
  return {
    get: (uri) => statuses.get(uri.toString()),
    all: () => [...statuses.values()],
    onDidChange: changed.event,
    dispose: () => listeners.dispose(),
  };
}
