import type {
  ApplyOptions,
  FileEdits,
  LanguageService,
  Plan,
  PlannedFile,
  Recovered,
} from '../../language-service/api/index';
import { displayer } from '../check/check-files';
import { problemText } from '../check/find-files';
import { CommandError, type Context } from '../core/context';
import { applyEdits } from './text-edits';

/** One file's text before and after a plan, its byte order mark included: positions count it. */
export interface Change extends FileEdits {
  readonly before: string;
  readonly after: string;
  /** Whether the file is there. */
  readonly there: boolean;
}

/** What carrying out a plan did. */
export interface Done {
  readonly created: readonly PlannedFile[];
  /** Absolute paths of what was written. */
  readonly edited: readonly string[];
  readonly reminders: readonly string[];
  readonly recovered: Recovered;
}

/** A plan that could not be carried out. */
export class NotDone extends CommandError {
  constructor(
    message: string,
    /** Absolute paths of what was written all the same. */
    readonly edited: readonly string[],
    /** On Ctrl-C. */
    readonly interrupted: boolean,
  ) {
    super(message);
  }
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
    const read = await readText(edited, context);
    const before = read ?? '';
    if (edited.basis !== undefined && edited.basis !== before) throw changedMeanwhile(edited, context);
    const after = applyEdits(before, edited.edits);
    if (after !== before) changes.push({ ...edited, before, after, there: read !== undefined });
  }
  return changes;
}

/**
 * Creates a plan's files and edits the compose files: all of it, or nothing.
 * @throws NotDone
 */
export async function carryOut(
  plan: Plan,
  service: LanguageService,
  context: Context,
  options: Pick<ApplyOptions, 'names' | 'progress' | 'writeProtected'>,
): Promise<Done> {
  // What is read of the disk from here on may be new, however this ends.
  const touched = [
    ...plan.create.map(({ path }) => path),
    ...[...plan.ignores, ...plan.edits].map(({ file }) => file),
  ];
  const changes = await changesOf(plan.edits, context);
  const texts = changes.map(({ file, before, after, there }) => ({
    ...{ file, after, before: there ? before : undefined },
  }));
  try {
    const answer = await service.apply(plan, { ...options, texts, signal: context.streams.signal });
    if (answer.ok) return answer;
    throw new NotDone(answer.message, answer.edited, answer.cancelled);
  } finally {
    service.changed(touched);
  }
}

function changedMeanwhile({ file }: FileEdits, context: Context): CommandError {
  const name = displayer(context)(file);
  return new CommandError(`${name} has changed meanwhile, so it was not edited.`);
}

/**
 * Reads a file that is to be edited; undefined for one that the edits create.
 * @throws CommandError for a file that can't be read, or that isn't UTF-8 and so can't be written back as it was.
 */
export async function readText({ file, creates }: FileEdits, context: Context): Promise<string | undefined> {
  const name = displayer(context)(file);
  const bytes = await context.host.files.read(file, LARGEST);
  if (!bytes.ok) {
    if (creates && bytes.problem === 'missing') return undefined;
    throw new CommandError(problemText(name, bytes.problem));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
  } catch {
    throw new CommandError(`${name} is not UTF-8, so editing would damage it. Convert it to UTF-8 first.`);
  }
}
