/** What `when` clauses of the manifest can ask. */
import * as vscode from 'vscode';
import type { Statuses } from './language-client/status-store';

/** True while the active editor shows a compose file with a Mender service. */
export const IS_MENDER_FILE = 'mender.isMenderFile';

/** True while the active editor shows a file of the disk, which keys can be put beside. */
export const IS_ON_DISK = 'mender.isOnDisk';

/** Keeps the keys as they should be. */
export function keepContextKeys(statuses: Statuses): vscode.Disposable {
  const told = new Map<string, boolean>();
  const tell = (key: string, now: boolean) => {
    if (told.get(key) === now) return;
    told.set(key, now);
    void vscode.commands.executeCommand('setContext', key, now);
  };
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    tell(IS_MENDER_FILE, document !== undefined && statuses.get(document.uri)?.mender === true);
    tell(IS_ON_DISK, document?.uri.scheme === 'file');
  };
  update();
  return vscode.Disposable.from(
    statuses.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
