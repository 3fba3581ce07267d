/** The context key `mender.isMenderFile`: whether the active file belongs to a Mender server. */
import * as vscode from 'vscode';

let told: boolean | undefined;

/** Tells VS Code, where it is news. */
export function setMenderFile(isMender: boolean): void {
  if (told === isMender) return;
  told = isMender;
  void vscode.commands.executeCommand('setContext', 'mender.isMenderFile', isMender);
}
