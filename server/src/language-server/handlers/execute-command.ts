/** The two commands, for editors that have no client of ours: plan, make, edit, say what was made. */
import type { ClientCapabilities, Connection, ExecuteCommandParams } from 'vscode-languageserver';
import { label } from '../../text/harmless';
import type { ErrorBoundary } from '../core/error-boundary';
import { MessageType, ShowMessageNotification } from '../core/lsp';
import { fileOf } from '../core/uris';
import { APPLY_FIX_COMMAND, type Applied, type ApplyResult, GENERATE_COMMAND } from '../protocol/index';
import { doing, type Plans, percentage } from './plan-and-apply';
import type { EditWriter } from './workspace-edit';

export const COMMANDS: readonly string[] = [APPLY_FIX_COMMAND, GENERATE_COMMAND];

export interface Commands {
  start(capabilities: ClientCapabilities): void;
}

/** How often edits are planned anew while somebody types. */
const TRIES = 5;

export function answerCommands(
  connection: Connection,
  plans: Plans,
  boundary: ErrorBoundary,
  edits: EditWriter,
): Commands {
  let appliesEdits = false;
  let showsProgress = false;

  function say(type: MessageType, message: string): Promise<void> {
    return connection.sendNotification(ShowMessageNotification.type, { type, message: label(message) });
  }

  async function run(uri: string, fixId: string | undefined): Promise<ApplyResult> {
    const controller = new AbortController();
    if (!showsProgress) return plans.apply({ uri, fixId }, controller.signal);
    const progress = await connection.window.createWorkDoneProgress();
    progress.begin(doing({ fixId }), 0, undefined, true);
    const listener = progress.token.onCancellationRequested(() => controller.abort());
    try {
      return await plans.apply({ uri, fixId }, controller.signal, (done, total, what) =>
        progress.report(percentage(done, total), label(what)),
      );
    } finally {
      listener.dispose();
      progress.done();
    }
  }

  /** Permissions of what is there are set only where the user agrees to those very files and directories. */
  async function agreesToModes(uri: string, fixId: string | undefined): Promise<boolean> {
    const plan = await plans.preview({ uri, fixId });
    // What is refused is told when it is tried.
    if (!plan.ok || plan.modes.length === 0) return true;
    const list = plan.modes.map(({ relative, mode }) => `${relative} to 0${mode.toString(8)}`).join(', ');
    const question = label(`Change the permissions of ${list}?`);
    const answer = await connection.window.showWarningMessage(question, { title: 'Go ahead' });
    return answer?.title === 'Go ahead';
  }

  /** The edits as today's texts need them: planned anew where one has changed since, while files were made. */
  async function current(
    result: Applied,
    uri: string,
    fixId: string | undefined,
  ): Promise<Applied | undefined> {
    let now = result;
    for (let tries = 0; !edits.isCurrent(now.edited, now.versions); tries++) {
      if (tries === TRIES) return undefined;
      // What was made is there: it is only to be mounted. A fix that made nothing is planned as it was.
      const wanted = result.created.length > 0 ? { generate: false } : { fixId };
      const again = await plans.apply({ uri, ...wanted, confirmed: [] }, new AbortController().signal);
      if (!again.ok) return undefined;
      now = { ...again, created: result.created, reminders: result.reminders };
    }
    return now;
  }

  async function execute(params: ExecuteCommandParams): Promise<null> {
    const [uri, fixId] = params.arguments ?? [];
    if (!COMMANDS.includes(params.command)) throw new Error(`there is no command ${params.command}`);
    if (typeof uri !== 'string') throw new Error('the first argument must be the URI of a compose file');
    if (params.command === APPLY_FIX_COMMAND && typeof fixId !== 'string') {
      throw new Error('the second argument must be the id of a fix');
    }
    const id = params.command === APPLY_FIX_COMMAND ? (fixId as string) : undefined;
    if (!(await agreesToModes(uri, id))) return null;
    const result = await run(uri, id);
    if (!result.ok) {
      await say(result.cancelled ? MessageType.Info : MessageType.Error, result.message);
      return null;
    }
    const edited = hasEdit(result);
    if (result.created.length === 0 && !edited) {
      await say(MessageType.Info, 'All certificates and keys that are needed here are mounted.');
      return null;
    }
    const now = edited && appliesEdits ? await current(result, uri, id) : undefined;
    const mounted = now !== undefined && hasEdit(now) && (await applyEdit(now));
    // Planned anew, there may be nothing left to edit.
    const refused = edited && !mounted && (now === undefined || hasEdit(now));
    await say(refused ? MessageType.Warning : MessageType.Info, outcome(now ?? result, mounted, refused));
    return null;
  }

  async function applyEdit(result: Applied): Promise<boolean> {
    return boundary('Applying the edit', false, async () => {
      const label = 'Mount Mender keys';
      return (await connection.workspace.applyEdit({ label, edit: result.edit })).applied;
    });
  }

  connection.onExecuteCommand((params) =>
    boundary<null>('A command', null, async () => {
      try {
        return await execute(params);
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown reason';
        await say(MessageType.Error, `The command failed: ${reason}.`);
        throw error;
      }
    }),
  );

  return {
    start(capabilities) {
      appliesEdits = capabilities.workspace?.applyEdit === true;
      showsProgress = capabilities.window?.workDoneProgress === true;
    },
  };
}

function hasEdit(result: Applied): boolean {
  const { changes, documentChanges } = result.edit;
  return (documentChanges?.length ?? 0) > 0 || Object.keys(changes ?? {}).length > 0;
}

/** What happened, in a few sentences, the reminders last. */
export function outcome(result: Applied, mounted: boolean, refused: boolean): string {
  const paths = result.created.map((file) => file.relative);
  const sentences: string[] = [];
  if (paths.length > 0) sentences.push(`Created ${paths.join(', ')}.`);
  if (mounted) {
    sentences.push(
      result.edited.length > 1
        ? `Edited ${result.edited.map(fileName).join(' and ')}, which now mount what is needed. Save them to keep the change.`
        : 'The compose file now mounts what is needed. Save it to keep the change.',
    );
  }
  if (refused) {
    sentences.push(
      'The editor did not apply the change to the compose file, so nothing is mounted yet. ' +
        'Apply the quick fixes of the remaining findings.',
    );
  }
  return [...sentences, ...result.reminders].join(' ');
}

function fileName(uri: string): string {
  return fileOf(uri).split(/[\\/]/).pop() ?? uri;
}
