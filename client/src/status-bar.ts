/** The status bar item that says as which release, and together with which files, the active file is judged. */
import * as vscode from 'vscode';
import { SELECT_RELEASE, SELECT_STACK, SHOW_PROBLEMS, statusView } from './status-text';
import type { Statuses } from './statuses';

/** Shows the item for as long as the active file is one that a running server has judged. */
export function showStatus(statuses: Statuses): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mender.stack', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Mender Compose';
  item.command = SELECT_STACK;

  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const status = document && statuses.get(document.uri);
    const view = status && statusView(status);
    if (view === undefined) {
      item.hide();
      return;
    }
    item.text = view.text;
    item.tooltip = new vscode.MarkdownString(view.tooltip, true);
    item.tooltip.isTrusted = { enabledCommands: [SELECT_STACK, SELECT_RELEASE, SHOW_PROBLEMS] };
    item.accessibilityInformation = { label: view.label };
    item.show();
  };

  return vscode.Disposable.from(
    item,
    statuses.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
