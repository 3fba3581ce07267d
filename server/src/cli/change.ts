import type { ApplyAnswer, FileEdits, MenderService, Plan, PlannedFile } from '../service/service';
import { sayProblem } from './find-files';
import { displayer } from './gather';
import { CommandError, type Context, Interrupted } from './terminal';
import { applyEdits } from './text-edits';

/** One file's text before and after a plan, its byte order mark included: positions count it. */
export interface Change extends FileEdits {
  readonly before: string;
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

/**
 * What a plan's edits make of the files.
 * @throws CommandError for a file that can't be read, that isn't UTF-8 and so can't be written back as it was, or that
 * is another one than the plan was made for.
 */
export async function changesOf(edits: readonly FileEdits[], context: Context): Promise<Change[]> {
  const changes: Change[] = [];
  for (const edited of edits) {
    const before = await readText(edited, context);
    if (edited.basis !== undefined && edited.basis !== before) throw changedMeanwhile(edited, context);
    const after = applyEdits(before, edited.edits);
    if (after !== before) changes.push({ ...edited, before, after });
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
  // What is read of the disk from here on may be new, however this ends.
  const touched = [...plan.create.map(({ path }) => path), ...plan.edits.map(({ file }) => file)];
  // Read before the keys are made, so that an edit made meanwhile is noticed.
  const expected = await changesOf(plan.edits, context);
  const answer = await service.apply(plan, { names, signal: context.streams.signal, progress });
  if (!answer.ok) {
    if (answer.cancelled) throw new Interrupted();
    throw new CommandError(answer.message);
  }
  try {
    const changes = await changesOf(answer.edits, context);
    for (const change of changes) {
      const planned = expected.find(({ file }) => file === change.file);
      if (planned && planned.before !== change.before) throw changedMeanwhile(change, context);
    }
    for (const change of changes) {
      const written = await context.host.writer.replaceText(change.file, change.after, change.before);
      if (written.ok) continue;
      throw written.problem === 'changed'
        ? changedMeanwhile(change, context)
        : new CommandError(written.message);
    }
    return { created: answer.created, changes, reminders: answer.reminders };
  } catch (error) {
    throw error instanceof CommandError ? withCreated(error, answer, context) : error;
  } finally {
    service.changed(touched);
  }
}

function changedMeanwhile({ file }: FileEdits, context: Context): CommandError {
  const name = displayer(context)(file);
  return new CommandError(`${name} was changed by someone else meanwhile, so it was not edited.`);
}

function withCreated(error: CommandError, answer: ApplyAnswer, context: Context): CommandError {
  if (!answer.ok || answer.created.length === 0) return error;
  const files = answer.created.map(({ path }) => displayer(context)(path)).join(', ');
  return new CommandError(
    `${error.message} These files had been created and are kept: ${files}. Run the command again to mount them.`,
  );
}

/**
 * Reads a file that is to be edited; one that the edits create is empty.
 * @throws CommandError for a file that can't be read, or that isn't UTF-8 and so can't be written back as it was.
 */
export async function readText({ file, creates }: FileEdits, context: Context): Promise<string> {
  const name = displayer(context)(file);
  const bytes = await context.host.files.read(file, LARGEST);
  if (!bytes.ok) {
    if (creates && bytes.problem === 'missing') return '';
    throw new CommandError(sayProblem(name, bytes.problem));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
  } catch {
    throw new CommandError(`${name} is not UTF-8, so editing would damage it. Convert it to UTF-8 first.`);
  }
}
