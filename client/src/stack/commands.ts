/** The two choices that settings keep: which files are checked together, and as which release. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  OFFER_METHOD,
  type OfferAnswer,
  type OfferParams,
  RELEASES_METHOD,
  type ReleasesAnswer,
} from '../../../server/src/language-server/protocol/index';
import * as messages from '../ui/messages';
import { fail, inform, pickRows, warn } from '../ui/window';
import {
  entryWith,
  itemOf,
  type Offer,
  type Paths,
  relativePath,
  withChoice,
  withoutChoice,
} from './stacks-setting';

/** Asks which files are checked together with a document, and writes `mender.stacks` of its folder. */
export async function selectStack(client: LanguageClient, document: vscode.TextDocument): Promise<void> {
  if (!(await mayWriteSettings())) return;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (document.isUntitled) return refuse(messages.SAVE_TO_CHOOSE);
  if (document.uri.scheme !== 'file') return refuse(messages.JUDGED_ALONE);
  if (folder === undefined) return refuse(messages.OPEN_A_FOLDER);
  const params: OfferParams = { uri: client.code2ProtocolConverter.asUri(document.uri) };
  const offer = await client.sendRequest<OfferAnswer>(OFFER_METHOD, params);
  if (offer === null) return refuse(messages.NO_MENDER_SERVICE);

  const settings = vscode.workspace.getConfiguration('mender', folder.uri);
  const today = settings.get<unknown>('stacks');
  const paths = pathsOf(folder);
  const uri = document.uri.toString();
  const chosen = await pickFiles(offer, entryWith(uri, today, paths) >= 0);
  if (chosen === undefined) return;
  const next =
    chosen.size === 0 ? withoutChoice(uri, today, paths) : withChoice(uri, today, offer, chosen, paths);
  const value = next.length === 0 && !inherits(settings, 'stacks') ? undefined : next;
  await write(() => settings.update('stacks', value, vscode.ConfigurationTarget.WorkspaceFolder));
}

/** Asks as which release everything is checked, and writes `mender.release`. */
export async function selectRelease(client: LanguageClient): Promise<void> {
  if (!(await mayWriteSettings())) return;
  const { releases } = await client.sendRequest<ReleasesAnswer>(RELEASES_METHOD);
  const settings = vscode.workspace.getConfiguration('mender');
  const today = settings.get('release', 'auto');
  const items = messages.releaseItems(releases, today);
  const chosen = await pickRows({
    title: messages.RELEASE_TITLE,
    placeholder: messages.RELEASE_PLACEHOLDER,
    rows: items,
    stays: false,
  });
  const picked = typeof chosen === 'string' ? undefined : items[chosen[0] ?? -1];
  if (picked === undefined) return;
  const inWorkspace = vscode.workspace.workspaceFolders !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const automatic = inWorkspace && inherits(settings, 'release') ? 'auto' : undefined;
  await write(() => settings.update('release', picked.release ?? automatic, target));
}

/** The URIs that were ticked, none for an automatic choice; undefined when the user gave up. */
async function pickFiles(offer: Offer, kept: boolean): Promise<ReadonlySet<string> | undefined> {
  const chosen = await pickRows({
    title: messages.STACK_TITLE,
    placeholder: messages.STACK_PLACEHOLDER,
    rows: offer.files.map(itemOf),
    ticked: offer.files.flatMap(({ picked }, index) => (picked ? [index] : [])),
    stays: false,
    ...(kept && { button: { icon: 'discard', tooltip: messages.JUDGE_AUTOMATICALLY } }),
  });
  if (chosen === 'button') return new Set();
  if (typeof chosen === 'string') return undefined;
  return new Set(chosen.flatMap((index) => offer.files[index]?.uri ?? []));
}

/** True when a setting that is taken away from the folder is still made for it, further out. */
function inherits(settings: vscode.WorkspaceConfiguration, name: string): boolean {
  const found = settings.inspect(name);
  // Without a workspace file, the workspace's settings are those of its only folder.
  const outer = vscode.workspace.workspaceFile !== undefined ? found?.workspaceValue : undefined;
  return found?.globalValue !== undefined || (name === 'stacks' && outer !== undefined);
}

function pathsOf(folder: vscode.WorkspaceFolder): Paths {
  const isAbsolute = (path: string) => path.startsWith('/') || /^([A-Za-z]:)?[\\/]/.test(path);
  return {
    toUri: (path) =>
      (isAbsolute(path)
        ? folder.uri.with({ path: vscode.Uri.file(path).path })
        : vscode.Uri.joinPath(folder.uri, path)
      ).toString(),
    toPath: (uri) => relativePath(folder.uri.toString(), uri),
  };
}

async function mayWriteSettings(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const chosen = await warn(messages.UNTRUSTED_SETTINGS, messages.MANAGE_TRUST);
  if (chosen !== undefined) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

async function write(update: () => Thenable<void>): Promise<void> {
  try {
    await update();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await fail(`${messages.NOT_WRITTEN} ${reason}`);
  }
}

async function refuse(message: string): Promise<void> {
  await inform(message);
}
