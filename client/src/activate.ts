/** All of Mender Compose that VS Code sees, while the extension is active: the commands, the view, the server. */
import './l10n/use-vscode-l10n';

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { keepContextKeys } from './context-keys';
import { createKeyMaps } from './key-map/panel';
import { showKeys } from './keys-view/keys-view';
import { createClient, LANGUAGES, startClient } from './language-client/client';
import { watchStatuses } from './language-client/status-store';
import { selectRelease, selectStack } from './stack/commands';
import { showStatus } from './status-bar/status-bar';
import { registerTasks } from './tasks/commands';
import * as messages from './ui/messages';
import { showFailure } from './ui/show-failure';
import { inform } from './ui/window';

/** Registers everything, and starts the server, which is not waited for. Once for each activation. */
export function registerAll(context: vscode.ExtensionContext): void {
  const { client, tracePause } = createClient(context);
  const statuses = watchStatuses(client);
  const keyMaps = createKeyMaps(context, client);
  const register = vscode.commands.registerCommand;
  context.subscriptions.push(
    { dispose: () => client.dispose().catch(() => undefined) },
    statuses,
    showStatus(statuses),
    keepContextKeys(statuses),
    registerTasks(client, tracePause, statuses),
    showKeys(client, statuses),
    keyMaps,
    register('mender.selectStack', () =>
      withComposeFile(client, (document) => selectStack(client, document)),
    ),
    register('mender.selectRelease', () => withComposeFile(client, () => selectRelease(client))),
    register('mender.showKeyMap', () =>
      withComposeFile(client, async (document) => keyMaps.show(document.uri)),
    ),
    register('mender.restartServer', () => startClient(client)),
    register('mender.showOutput', () => client.outputChannel.show()),
  );
  void startClient(client);
}

/** Does something with the active compose file, once the server runs; a failure is shown, and never thrown. */
async function withComposeFile(
  client: LanguageClient,
  work: (document: vscode.TextDocument) => Promise<void>,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !LANGUAGES.includes(document.languageId)) {
    await inform(messages.OPEN_A_COMPOSE_FILE);
    return;
  }
  if (!client.isRunning() && !(await startClient(client))) return;
  try {
    await work(document);
  } catch (error) {
    await showFailure(client, messages.COMMAND, error);
  }
}
