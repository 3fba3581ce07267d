/** Mender Compose in VS Code: starts the server and registers the commands. */
import './l10n-vscode';

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { selectRelease, selectStack } from './choices';
import { keepContextKeys } from './context-keys';
import { tellFailure } from './failure';
import * as messages from './messages';
import { createClient, LANGUAGES, startClient } from './server';
import { showStatus } from './status-bar';
import { watchStatuses } from './statuses';
import { registerTasks } from './tasks/commands';
import { showKeys } from './view/keys-view';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { client, quiet } = createClient(context);
  const statuses = watchStatuses(client);
  const register = vscode.commands.registerCommand;
  context.subscriptions.push(
    { dispose: () => client.dispose().catch(() => undefined) },
    statuses,
    showStatus(statuses),
    keepContextKeys(statuses),
    registerTasks(client, quiet, statuses),
    showKeys(client, statuses),
    register('mender.selectStack', () =>
      withComposeFile(client, (document) => selectStack(client, document)),
    ),
    register('mender.selectRelease', () => withComposeFile(client, () => selectRelease(client))),
    register('mender.restartServer', () => startClient(client)),
    register('mender.showOutput', () => client.outputChannel.show()),
  );
  await startClient(client);
}

/** Does something with the active compose file, once the server runs; a failure is told, and never thrown. */
async function withComposeFile(
  client: LanguageClient,
  work: (document: vscode.TextDocument) => Promise<void>,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !LANGUAGES.includes(document.languageId)) {
    await vscode.window.showInformationMessage(messages.OPEN_A_COMPOSE_FILE);
    return;
  }
  if (!client.isRunning() && !(await startClient(client))) return;
  try {
    await work(document);
  } catch (error) {
    await tellFailure(client, messages.COMMAND, error);
  }
}
