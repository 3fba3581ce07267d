/** The status bar item that shows the release that the active file is checked as, and the files that it is checked with. */
import * as vscode from 'vscode';
import type { Statuses } from '../language-client/status-store';
import { statusItem } from '../ui/window';
import { SELECT_RELEASE, SELECT_STACK, SHOW_PROBLEMS, statusView } from './text';

/** Shows the item for as long as the active file is one that a running server has checked. */
export function showStatus(statuses: Statuses): vscode.Disposable {
  const linked = [SELECT_STACK, SELECT_RELEASE, SHOW_PROBLEMS];
  const item = statusItem('mender.stack', 'Mender Compose', SELECT_STACK, linked);

  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const status = document && statuses.get(document.uri);
    const view = status && statusView(status, vscode.workspace.isTrusted);
    if (view === undefined) item.hide();
    else item.show(view);
  };

  return vscode.Disposable.from(
    item,
    statuses.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
  );
}
