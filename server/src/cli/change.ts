import type { ApplyAnswer, FileEdits, MenderService, Plan, PlannedFile } from '../service/service';
import { sayProblem } from './find-files';
import { displayer } from './gather';
import { CommandError, type Context, Interrupted } from './terminal';
import { applyEdits } from './text-edits';

/** A compose file's text: without its byte order mark, which positions don't count. */
export interface ComposeText {
  readonly mark: string;
  readonly text: string;
}

/** One file's text before and after a plan. */
export interface Change {
  /** absolute */
  readonly file: string;
  readonly before: ComposeText;
  readonly after: string;
}

/** What carrying out a plan did. */
export interface Done {
  readonly created: readonly PlannedFile[];
  readonly changes: readonly Change[];
  readonly reminders: readonly string[];
}

/** Bytes of the largest compose file that is edited. */
const LARGEST = 16 * 1024 * 1024;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * What a plan's edits make of the files.
 * @throws CommandError for a file that can't be read, or that isn't UTF-8 and so can't be written back as it was.
 */
export async function changesOf(edits: readonly FileEdits[], context: Context): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { file, edits: list } of edits) {
    const before = await readText(file, context);
    const after = applyEdits(before.text, list);
    if (after !== before.text) changes.push({ file, before, after });
  }
  return changes;
}

/**
 * Creates a plan's files, then edits the compose files.
 * @throws CommandError when either fails, Interrupted on Ctrl-C; key files made before a failed edit are named.
 */
export async function carryOut(
  plan: Plan,
  names: ReadonlyMap<string, readonly string[]>,
  service: MenderService,
  context: Context,
  progress: (done: number, total: number, label: string) => void,
): Promise<Done> {
  // Read before the keys are made, so that an edit made meanwhile is noticed.
  const expected = await changesOf(plan.edits, context);
  const answer = await service.apply(plan, { names, signal: context.streams.signal, progress });
  if (!answer.ok) {
    if (answer.cancelled) throw new Interrupted();
    throw new CommandError(answer.message);
  }
  try {
    for (const { file, before } of expected) {
      const now = await readText(file, context);
      if (now.text === before.text && now.mark === before.mark) continue;
      throw new CommandError(
        `${displayer(context)(file)} was changed by someone else meanwhile, so it was not edited.`,
      );
    }
    const changes = await changesOf(answer.edits, context);
    for (const { file, before, after } of changes) {
      const written = await context.host.writer.replaceText(file, before.mark + after);
      if (!written.ok) throw new CommandError(written.message);
    }
    return { created: answer.created, changes, reminders: answer.reminders };
  } catch (error) {
    throw error instanceof CommandError ? withCreated(error, answer, context) : error;
  }
}

function withCreated(error: CommandError, answer: ApplyAnswer, context: Context): CommandError {
  if (!answer.ok || answer.created.length === 0) return error;
  const files = answer.created.map(({ path }) => displayer(context)(path)).join(', ');
  return new CommandError(
    `${error.message} These files had been created and are kept: ${files}. Run the command again to mount them.`,
  );
}

/**
 * Reads a compose file.
 * @throws CommandError for a file that can't be read, or that isn't UTF-8 and so can't be written back as it was.
 */
export async function readText(file: string, context: Context): Promise<ComposeText> {
  const name = displayer(context)(file);
  const bytes = await context.host.files.read(file, LARGEST);
  if (!bytes.ok) throw new CommandError(sayProblem(name, bytes.problem));
  try {
    const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
    const mark = whole.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    return { mark, text: whole.slice(mark.length) };
  } catch {
    throw new CommandError(`${name} is not UTF-8, so editing would damage it. Convert it to UTF-8 first.`);
  }
}
