/** Mender Compose in VS Code: starts the server and registers the commands. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { PLAN_METHOD, type PlanAnswer, type PlanParams } from '../../server/src/lsp/protocol';
import { selectRelease, selectStack } from './choices';
import { runFlow } from './flow';
import { createKeyMaps } from './map/panel';
import * as messages from './messages';
import { createClient, LANGUAGES, startClient } from './server';
import { showStatus } from './status-bar';
import { createUi } from './ui';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const client = createClient(context);
  const keyMaps = createKeyMaps(context, client);
  const register = vscode.commands.registerCommand;
  context.subscriptions.push(
    { dispose: () => client.dispose().catch(() => undefined) },
    showStatus(client),
    keyMaps,
    register('mender.generateKeys', () => generate(client)),
    register('mender.applyFix', (uri: unknown, fixId: unknown) =>
      typeof uri === 'string' && typeof fixId === 'string' ? run(client, uri, fixId) : undefined,
    ),
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
  await startClient(client);
}

function generate(client: LanguageClient): Promise<void> {
  return withComposeFile(client, (document) =>
    run(client, client.code2ProtocolConverter.asUri(document.uri), undefined),
  );
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
    client.outputChannel.error(`A command failed: ${String(error)}`);
    const reason = error instanceof Error ? error.message : String(error);
    await vscode.window.showErrorMessage(`${messages.FAILED} ${reason}`);
  }
}

async function run(client: LanguageClient, uri: string, fixId: string | undefined): Promise<void> {
  if (!client.isRunning() && !(await startClient(client))) return;
  const ui = createUi(client);
  const params: PlanParams = { uri, fixId };
  try {
    await runFlow(ui, {
      uri,
      fixId,
      trusted: vscode.workspace.isTrusted,
      onDisk: vscode.Uri.parse(uri).scheme === 'file',
      plan: () => client.sendRequest<PlanAnswer>(PLAN_METHOD, params),
    });
  } catch (error) {
    client.outputChannel.error(`Generating keys failed: ${String(error)}`);
    await ui.fail(`Generating keys failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
