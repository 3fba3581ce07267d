/** The two commands, for editors that have no client of ours: plan, make, edit, say what was made. */
import type { ClientCapabilities, Connection, ExecuteCommandParams } from 'vscode-languageserver';
import type { Guard } from './guard';
import { MessageType, ShowMessageNotification } from './library';
import { doing, type Plans, percentage } from './plans';
import { APPLY_FIX_COMMAND, type Applied, type ApplyResult, GENERATE_COMMAND } from './protocol';
import { fileOf } from './uris';

export const COMMANDS: readonly string[] = [APPLY_FIX_COMMAND, GENERATE_COMMAND];

export interface Commands {
  start(capabilities: ClientCapabilities): void;
}

export function answerCommands(connection: Connection, plans: Plans, guard: Guard): Commands {
  let appliesEdits = false;
  let showsProgress = false;

  function say(type: MessageType, message: string): Promise<void> {
    return connection.sendNotification(ShowMessageNotification.type, { type, message });
  }

  async function run(uri: string, fixId: string | undefined): Promise<ApplyResult> {
    const controller = new AbortController();
    if (!showsProgress) return plans.apply({ uri, fixId }, controller.signal);
    const progress = await connection.window.createWorkDoneProgress();
    progress.begin(doing({ fixId }), 0, undefined, true);
    const listener = progress.token.onCancellationRequested(() => controller.abort());
    try {
      return await plans.apply({ uri, fixId }, controller.signal, (done, total, label) =>
        progress.report(percentage(done, total), label),
      );
    } finally {
      listener.dispose();
      progress.done();
    }
  }

  async function execute(params: ExecuteCommandParams): Promise<null> {
    const [uri, fixId] = params.arguments ?? [];
    if (!COMMANDS.includes(params.command)) throw new Error(`there is no command ${params.command}`);
    if (typeof uri !== 'string') throw new Error('the first argument must be the URI of a compose file');
    if (params.command === APPLY_FIX_COMMAND && typeof fixId !== 'string') {
      throw new Error('the second argument must be the id of a fix');
    }
    const result = await run(uri, params.command === APPLY_FIX_COMMAND ? (fixId as string) : undefined);
    if (!result.ok) {
      await say(result.cancelled ? MessageType.Info : MessageType.Error, result.message);
      return null;
    }
    const edited = hasEdit(result);
    if (result.created.length === 0 && !edited) {
      await say(
        MessageType.Info,
        'Nothing is missing: every certificate and key that is needed here is mounted.',
      );
      return null;
    }
    const mounted = edited && appliesEdits && (await applyEdit(result));
    const refused = edited && !mounted;
    await say(refused ? MessageType.Warning : MessageType.Info, outcome(result, mounted, refused));
    return null;
  }

  async function applyEdit(result: Applied): Promise<boolean> {
    return guard('Applying the edit', false, async () => {
      const label = 'Mount Mender keys';
      return (await connection.workspace.applyEdit({ label, edit: result.edit })).applied;
    });
  }

  connection.onExecuteCommand((params) =>
    guard<null>('A command', null, async () => {
      try {
        return await execute(params);
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown reason';
        await say(MessageType.Error, `The command could not be carried out: ${reason}.`);
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
        ? `Edited ${result.edited.map(fileName).join(' and ')}, which now mount what is needed; save them to keep the change.`
        : 'The compose file now mounts what it needs; save it to keep the change.',
    );
  }
  if (refused) {
    sentences.push(
      'The editor did not take the change to the compose file, so nothing is mounted yet: ' +
        'run the quick fixes of the findings that are left.',
    );
  }
  return [...sentences, ...result.reminders].join(' ');
}

function fileName(uri: string): string {
  return fileOf(uri).split(/[\\/]/).pop() ?? uri;
}
