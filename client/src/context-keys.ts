/** What `when` clauses of the manifest can ask. */
import * as vscode from 'vscode';
import type { Statuses } from './statuses';

/** True while the active editor shows a compose file with a Mender service. */
export const IS_MENDER_FILE = 'mender.isMenderFile';

/** Keeps the keys as they should be. */
export function keepContextKeys(statuses: Statuses): vscode.Disposable {
  let told: boolean | undefined;
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const now = document !== undefined && statuses.get(document.uri)?.mender === true;
    if (now === told) return;
    told = now;
    void vscode.commands.executeCommand('setContext', IS_MENDER_FILE, now);
  };
  update();
  return vscode.Disposable.from(
    statuses.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
