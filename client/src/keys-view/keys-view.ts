/** The view "Mender Keys" in the explorer. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type StatusParams,
  TARGETS_METHOD,
  type TargetsAnswer,
  type TargetsParams,
} from '../../../server/src/language-server/protocol/index';
import { t } from '../l10n/translate';
import type { Statuses } from '../language-client/status-store';
import { showFailure } from '../ui/show-failure';
import { inform, setViewMessage, treeItem } from '../ui/window';
import { watchDeployments } from './deployments';
import { findMount } from './find-mount';
import { openComposeFile } from './open-compose-file';
import { type CheckedStack, type KeyNode, type Level, spokenLabel, treeOf } from './tree';
import { byFolder, isOpenAtFirst, shownOf, viewMessage } from './workspace-tree';

export const KEYS_VIEW = 'mender.keys';

/** Milliseconds in which further news are waited for: while somebody types, every key may bring some. */
const PAUSE = 150;

/** Shows the view, and registers what its rows can do. */
export function showKeys(client: LanguageClient, statuses: Statuses): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let roots: readonly KeyNode[] = [];
  let stacks = 0;
  let run = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const view = vscode.window.createTreeView<KeyNode>(KEYS_VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => [...(node === undefined ? roots : node.children)],
      getTreeItem: (node) => itemOf(node, isOpenAtFirst(node, stacks)),
    },
  });

  const workspace = watchDeployments(client, () => view.visible);

  async function refresh(): Promise<void> {
    const mine = ++run;
    const checked = client.isRunning()
      ? await Promise.all(
          statuses
            .all()
            .filter((status) => status.mender)
            .map((status) => checkedStackOf(client, status)),
        )
      : [];
    if (mine !== run) return;
    const nodes = treeOf(shownOf(checked, workspace.checked));
    const folders = vscode.workspace.workspaceFolders ?? [];
    stacks = nodes.length;
    roots = byFolder(
      nodes,
      folders.map(({ uri, name }) => ({ uri: uri.toString(), name })),
    );
    // Over an empty tree, it would take the place of the text that says how to begin.
    const circumstances = {
      trusted: vscode.workspace.isTrusted,
      virtual: folders.some(({ uri }) => uri.scheme !== 'file'),
      complete: workspace.complete,
    };
    setViewMessage(view, stacks === 0 ? undefined : viewMessage(circumstances));
    changed.fire();
  }

  function soon(): void {
    clearTimeout(timer);
    if (view.visible) timer = setTimeout(() => void refresh(), PAUSE);
  }

  const register = (command: string, work: (node: KeyNode) => Promise<void>) =>
    vscode.commands.registerCommand(command, async (node: unknown) => {
      try {
        if (isNode(node)) await work(node);
      } catch (error) {
        await showFailure(client, t('Opening'), error);
      }
    });

  soon();
  return vscode.Disposable.from(
    view,
    changed,
    { dispose: () => clearTimeout(timer) },
    workspace,
    workspace.onDidChange(soon),
    statuses.onDidChange(() => {
      soon();
      workspace.outdated();
    }),
    view.onDidChangeVisibility(() => {
      soon();
      if (view.visible) workspace.seen();
    }),
    vscode.commands.registerCommand('mender.refreshKeys', async () => {
      await workspace.refresh();
      await refresh();
    }),
    vscode.commands.registerCommand('mender.openComposeFile', () => openComposeFile()),
    register('mender.openKeyNode', (node) =>
      node.kind === 'certificate' && node.path !== undefined ? openFile(node.path) : goToMount(node),
    ),
    register('mender.goToMount', goToMount),
  );
}

async function checkedStackOf(client: LanguageClient, status: StatusParams): Promise<CheckedStack> {
  const params: TargetsParams = { uri: status.uri };
  try {
    const { targets } = await client.sendRequest<TargetsAnswer>(TARGETS_METHOD, params);
    return { status, targets };
  } catch (error) {
    // The document may have been closed meanwhile; the next news draw the tree anew.
    client.outputChannel.debug(`No keys of ${status.uri}: ${String(error)}`);
    return { status, targets: [] };
  }
}

const ICONS: Readonly<Record<Level, { readonly id: string; readonly color: string }>> = {
  error: { id: 'error', color: 'testing.iconFailed' },
  warning: { id: 'warning', color: 'list.warningForeground' },
  unknown: { id: 'question', color: 'disabledForeground' },
  good: { id: 'pass', color: 'testing.iconPassed' },
};

function itemOf(node: KeyNode, open: boolean): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const item = treeItem({
    label: node.label,
    description: node.description,
    tooltip: node.tooltip,
    spoken: spokenLabel(node),
    state: node.children.length === 0 ? None : open ? Expanded : Collapsed,
  });
  const icon = ICONS[node.level];
  item.id = node.id;
  item.contextValue = node.context;
  const group = node.kind === 'folder' ? 'root-folder' : node.kind === 'stack' ? 'shield' : undefined;
  item.iconPath =
    group === undefined
      ? new vscode.ThemeIcon(icon.id, new vscode.ThemeColor(icon.color))
      : new vscode.ThemeIcon(group);
  if (node.children.length === 0) {
    item.command = { command: 'mender.openKeyNode', title: t('Open'), arguments: [node] };
  }
  return item;
}

async function openFile(path: string): Promise<void> {
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
  } catch {
    // Missing, as the row says.
    await inform(t('File not found: {0}', path));
  }
}

/** Shows the line of the compose file that mounts the file; never the key itself. */
async function goToMount({ files, uri, service, path }: KeyNode): Promise<void> {
  let best: { uri: vscode.Uri; line: number; score: number } | undefined;
  for (const file of files.length === 0 ? [uri] : files) {
    const target = vscode.Uri.parse(file);
    const { text } = await textOf(target);
    const place = service === undefined ? undefined : findMount(text, service, path);
    // Of two that mount it, the later file wins, as when they are merged.
    if (place !== undefined && place.score >= (best?.score ?? 0)) best = { uri: target, ...place };
  }
  const target = best?.uri ?? vscode.Uri.parse(uri);
  const start = new vscode.Position(best?.line ?? 0, 0);
  await vscode.window.showTextDocument(target, { selection: new vscode.Range(start, start) });
}

async function textOf(uri: vscode.Uri): Promise<{ text: string }> {
  const document = await vscode.workspace.openTextDocument(uri);
  return { text: document.getText() };
}

function isNode(value: unknown): value is KeyNode {
  return typeof value === 'object' && value !== null && 'id' in value && 'children' in value;
}
