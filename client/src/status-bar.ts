/** The status bar item that says as which release, and together with which files, the active file is judged. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { STATUS_METHOD, type StatusParams } from '../../server/src/lsp/protocol';
import { setMenderFile } from './context-key';
import { SELECT_RELEASE, SELECT_STACK, statusView } from './status-text';

/** Shows the item for as long as the active file is one that a running server has judged. */
export function showStatus(client: LanguageClient): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mender.stack', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Mender Compose';
  item.command = SELECT_STACK;
  const statuses = new Map<string, StatusParams>();

  const update = () => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const status = uri === undefined ? undefined : statuses.get(uri);
    const view = status && statusView(status);
    setMenderFile(status?.mender === true);
    if (view === undefined) {
      item.hide();
      return;
    }
    item.text = view.text;
    item.tooltip = new vscode.MarkdownString(view.tooltip, true);
    item.tooltip.isTrusted = { enabledCommands: [SELECT_STACK, SELECT_RELEASE] };
    item.accessibilityInformation = { label: view.label };
    item.show();
  };

  return vscode.Disposable.from(
    item,
    client.onNotification(STATUS_METHOD, (status: StatusParams) => {
      statuses.set(client.protocol2CodeConverter.asUri(status.uri).toString(), status);
      update();
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) return;
      // Nobody keeps it up to date now; a server that starts again tells it anew.
      statuses.clear();
      update();
    }),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidCloseTextDocument((document) => {
      statuses.delete(document.uri.toString());
      update();
    }),
  );
}
