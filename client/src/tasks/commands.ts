/** The commands that make and change keys, from the palette, the light bulb, the view and wherever else. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  PLAN_METHOD,
  type PlanAnswer,
  type PlanParams,
  TARGETS_METHOD,
  type TargetsAnswer,
  type TargetsParams,
} from '../../../server/src/language-server/protocol/index';
import { LANGUAGES, startClient } from '../language-client/client';
import type { Statuses } from '../language-client/status-store';
import type { TracePause } from '../language-client/trace-pause';
import { runFix } from '../plans/run-plan';
import { createUi, holdsSecret, type Send, unsaved } from '../plans/vscode-ui';
import * as messages from '../ui/messages';
import { showFailure } from '../ui/show-failure';
import { readTarget } from './command-arguments';
import { TASK_COMMANDS } from './command-ids';
import { runTask } from './run-task';
import { type TaskKind, TITLES } from './texts';

/** Registers them. A failure of any is shown, and never thrown. */
export function registerTasks(
  client: LanguageClient,
  tracePause: TracePause,
  statuses: Statuses,
): vscode.Disposable {
  const send: Send = (secret, work) => (secret ? tracePause.during(work) : work());
  const ui = createUi(client, send);

  async function task(kind: TaskKind, given: readonly unknown[]): Promise<void> {
    const { uri, service, requirement } = readTarget(given);
    const file = uri === undefined ? composeFile(statuses) : vscode.Uri.parse(uri);
    if (file === undefined) return ui.inform(messages.OPEN_A_COMPOSE_FILE);
    // The server plans only for what the editor has open, where the user can see and undo it.
    await vscode.workspace.openTextDocument(file);
    const sent = client.code2ProtocolConverter.asUri(file);
    await runTask(ui, {
      kind,
      uri: sent,
      directory: vscode.Uri.joinPath(file, '..').fsPath,
      service,
      requirement,
      trusted: vscode.workspace.isTrusted,
      onDisk: file.scheme === 'file',
      async targets() {
        const params: TargetsParams = { uri: sent };
        return (await client.sendRequest<TargetsAnswer>(TARGETS_METHOD, params)).targets;
      },
      plan(wanted, allow) {
        const params: PlanParams = { uri: sent, task: wanted, allow, unsaved: unsaved(client) };
        return send(holdsSecret(wanted), () => client.sendRequest<PlanAnswer>(PLAN_METHOD, params));
      },
    });
  }

  async function fix(uri: unknown, fixId: unknown, review: boolean): Promise<void> {
    if (typeof uri !== 'string' || typeof fixId !== 'string') return;
    const params: PlanParams = { uri, fixId, unsaved: unsaved(client) };
    await runFix(ui, {
      uri,
      fixId,
      review,
      trusted: vscode.workspace.isTrusted,
      onDisk: vscode.Uri.parse(uri).scheme === 'file',
      plan: () => client.sendRequest<PlanAnswer>(PLAN_METHOD, params),
    });
  }

  async function guarded(title: string, work: () => Promise<void>): Promise<void> {
    try {
      if (client.isRunning() || (await startClient(client))) await work();
    } catch (error) {
      await showFailure(client, title, error);
    }
  }

  const register = vscode.commands.registerCommand;
  return vscode.Disposable.from(
    ...Object.entries(TASK_COMMANDS).map(([command, kind]) =>
      register(command, (...given: unknown[]) => guarded(TITLES[kind], () => task(kind, given))),
    ),
    register('mender.applyFix', (uri: unknown, fixId: unknown) =>
      guarded(messages.TITLE, () => fix(uri, fixId, false)),
    ),
    register('mender.reviewFix', (uri: unknown, fixId: unknown) =>
      guarded(messages.TITLE, () => fix(uri, fixId, true)),
    ),
  );
}

/** The active compose file, else the only open one of a Mender server. */
function composeFile(statuses: Statuses): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && LANGUAGES.includes(active.languageId)) return active.uri;
  const mender = statuses.all().filter((status) => status.mender);
  return mender.length === 1 && mender[0] ? vscode.Uri.parse(mender[0].uri) : undefined;
}
