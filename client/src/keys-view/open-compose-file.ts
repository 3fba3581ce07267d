/** Leads to a compose file of the workspace. */
import * as vscode from 'vscode';
import { t } from '../l10n/translate';
import { pickRows } from '../ui/window';

const PATTERN = '**/{compose,docker-compose}*.{yml,yaml}';

/** As many as a person may look through. */
const MOST = 20;

/** Opens the only compose file of the workspace, or asks which; where there is none, any file can be chosen. */
export async function openComposeFile(): Promise<void> {
  const found = await vscode.workspace.findFiles(PATTERN, '**/node_modules/**', MOST);
  const [only] = found;
  if (only === undefined) {
    await vscode.commands.executeCommand('workbench.action.files.openFile');
    return;
  }
  const uri = found.length === 1 ? only : await choose(found);
  if (uri !== undefined) await vscode.window.showTextDocument(uri);
}

async function choose(found: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const items = found
    .map((uri) => ({ uri, label: vscode.workspace.asRelativePath(uri) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  const chosen = await pickRows({
    title: t('Open Compose File'),
    placeholder: t('Select the compose file of your Mender server'),
    rows: items,
    stays: false,
  });
  return typeof chosen === 'string' ? undefined : items[chosen[0] ?? -1]?.uri;
}
