/** The key map next to a compose file: one panel for each, kept up to date while somebody types. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import {
  MAP_CHANGED_METHOD,
  MAP_METHOD,
  MAP_TEXT_METHOD,
  type MapAnswer,
  type MapChangedParams,
  type MapParams,
  type MapTarget,
  type MapTextAnswer,
  type MapTextParams,
} from '../../../server/src/language-server/protocol/index';
import { oneLine } from '../../../server/src/text/harmless';
import * as messages from '../ui/messages';
import { showFailure } from '../ui/show-failure';
import { remark, saveDialog, webviewPanel } from '../ui/window';
import { pageHtml } from './page-html';
import type { FromPage, PageRow, PageState, ToPage } from './webview-messages';

const VIEW_TYPE = 'mender.keyMap';
const SCRIPT = 'map-page.js';

interface Open {
  readonly panel: vscode.WebviewPanel;
  targets: readonly MapTarget[];
}

export interface KeyMaps extends vscode.Disposable {
  /** Opens the map of a compose file next to it, or brings it to the front. */
  show(document: vscode.Uri): void;
}

export function createKeyMaps(context: vscode.ExtensionContext, client: LanguageClient): KeyMaps {
  const open = new Map<string, Open>();
  const directory = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const wireUri = (uri: vscode.Uri) => client.code2ProtocolConverter.asUri(uri);

  async function refresh(uri: vscode.Uri, own: Open): Promise<void> {
    const send = (message: ToPage) => own.panel.webview.postMessage(message);
    // It is sent once the server has started.
    if (client.state === State.Starting) return;
    if (!client.isRunning()) {
      await send({ type: 'empty', message: messages.NOT_RUNNING });
      return;
    }
    const params: MapParams = { uri: wireUri(uri), follow: true };
    const answer = await client.sendRequest<MapAnswer>(MAP_METHOD, params);
    own.targets = answer?.targets ?? [];
    if (answer === null) {
      await send({ type: 'empty', message: messages.NO_MENDER_SERVICE });
      return;
    }
    const { svg, styles } = answer;
    const rows = answer.rows.map(harmlessRow);
    const notes = whyNothingIsKnown(uri);
    await send({ type: 'map', svg, styles, rows, notes, targets: own.targets.map(({ id }) => id) });
  }

  /** What goes wrong in the background is written to the log: the map that is shown stays. */
  function quietly(work: Promise<void>): void {
    work.catch((error) => client.outputChannel.error(`The key map failed: ${String(error)}`));
  }

  async function asText(uri: vscode.Uri, format: MapTextParams['format']): Promise<string | undefined> {
    const { kind } = vscode.window.activeColorTheme;
    const light = kind === vscode.ColorThemeKind.Light || kind === vscode.ColorThemeKind.HighContrastLight;
    const params: MapTextParams = { uri: wireUri(uri), format, theme: light ? 'light' : 'dark' };
    return (await client.sendRequest<MapTextAnswer>(MAP_TEXT_METHOD, params))?.text;
  }

  async function answer(message: FromPage, uri: vscode.Uri, own: Open): Promise<void> {
    switch (message.type) {
      case 'ready':
        return refresh(uri, own);
      case 'open':
        return reveal(
          own.targets.find(({ id }) => id === message.id),
          client,
          own.panel,
        );
      case 'copy': {
        const text = await asText(uri, 'mermaid');
        if (text === undefined) return;
        await vscode.env.clipboard.writeText(text);
        remark(messages.MAP_COPIED, 4000);
        return;
      }
      case 'save': {
        const text = await asText(uri, 'svg');
        if (text !== undefined) await saveAs(uri, text);
      }
    }
  }

  function fill(panel: vscode.WebviewPanel, uri: vscode.Uri): void {
    const key = uri.toString();
    const own: Open = { panel, targets: [] };
    open.set(key, own);
    const name = nameOf(uri);
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [directory] };
    webview.onDidReceiveMessage((message: FromPage) =>
      answer(message, uri, own).catch((error) => showFailure(client, messages.KEY_MAP, error)),
    );
    panel.onDidDispose(() => {
      if (open.get(key) === own) open.delete(key);
      if (!client.isRunning()) return;
      const params: MapParams = { uri: wireUri(uri), follow: false };
      quietly(client.sendRequest<MapAnswer>(MAP_METHOD, params).then(() => undefined));
    });
    webview.html = pageHtml({
      nonce: randomBytes(16).toString('hex'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(directory, SCRIPT)).toString(),
      source: webview.cspSource,
      uri: key,
      name: oneLine(name),
    });
  }

  const all = () => {
    for (const [key, own] of open) quietly(refresh(vscode.Uri.parse(key), own));
  };
  const subscriptions = [
    client.onNotification(MAP_CHANGED_METHOD, ({ uri }: MapChangedParams) => {
      const parsed = client.protocol2CodeConverter.asUri(uri);
      const own = open.get(parsed.toString());
      if (own) quietly(refresh(parsed, own));
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Starting) all();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(all),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      async deserializeWebviewPanel(panel, state: PageState | undefined) {
        if (typeof state?.uri === 'string') fill(panel, vscode.Uri.parse(state.uri));
        else panel.dispose();
      },
    }),
  ];

  return {
    show(uri) {
      const known = open.get(uri.toString());
      if (known) {
        known.panel.reveal();
        return;
      }
      const title = `Key map: ${nameOf(uri)}`;
      fill(webviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Beside), uri);
    },
    dispose() {
      for (const { panel } of [...open.values()]) panel.dispose();
      for (const each of subscriptions) each.dispose();
    },
  };
}

/** Rows have lines of their own. */
function harmlessRow(row: PageRow): PageRow {
  const lines = (text: string) => text.split('\n').map(oneLine).join('\n');
  return { ...row, service: lines(row.service), file: lines(row.file), text: lines(row.text) };
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

function whyNothingIsKnown(uri: vscode.Uri): readonly string[] {
  if (!vscode.workspace.isTrusted) return [messages.MAP_UNTRUSTED];
  return uri.scheme === 'file' ? [] : [messages.MAP_NOT_ON_DISK];
}

/** Opens a line or a file in the column of the compose file, so that the map stays in sight. */
async function reveal(
  target: MapTarget | undefined,
  client: LanguageClient,
  panel: vscode.WebviewPanel,
): Promise<void> {
  if (!target) return;
  const uri = client.protocol2CodeConverter.asUri(target.uri);
  const visible = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  const other = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn !== panel.viewColumn);
  const editor = await vscode.window.showTextDocument(uri, {
    viewColumn: visible?.viewColumn ?? other?.viewColumn ?? vscode.ViewColumn.Beside,
    selection: target.range && client.protocol2CodeConverter.asRange(target.range),
  });
  if (target.range)
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

async function saveAs(uri: vscode.Uri, text: string): Promise<void> {
  const name = `${nameOf(uri).replace(/\.ya?ml$/i, '')}.svg`;
  const chosen = await saveDialog({
    defaultUri: uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..', name) : undefined,
    filters: { SVG: ['svg'] },
    title: messages.SAVE_MAP,
  });
  if (chosen) await vscode.workspace.fs.writeFile(chosen, new TextEncoder().encode(text));
}
