/** What `when` clauses of the manifest can ask. */
import * as vscode from 'vscode';
import type { Statuses } from './language-client/status-store';

/** True while the active editor shows a compose file with a Mender service. */
export const IS_MENDER_FILE = 'mender.isMenderFile';

/** True while the active editor shows a file of the disk, where keys can be written. */
export const IS_ON_DISK = 'mender.isOnDisk';

/** Keeps the keys as they should be. */
export function keepContextKeys(statuses: Statuses): vscode.Disposable {
  const sent = new Map<string, boolean>();
  const send = (key: string, now: boolean) => {
    if (sent.get(key) === now) return;
    sent.set(key, now);
    void vscode.commands.executeCommand('setContext', key, now);
  };
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    send(IS_MENDER_FILE, document !== undefined && statuses.get(document.uri)?.mender === true);
    send(IS_ON_DISK, document?.uri.scheme === 'file');
  };
  update();
  return vscode.Disposable.from(
    statuses.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
