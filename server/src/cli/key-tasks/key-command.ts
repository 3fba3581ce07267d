/** What the commands for keys share: from their options to plans that are carried out. */
import type { KeyOptions } from '../../language-service/api/tasks';
import { perform } from '../apply/run-plans';
import { displayer } from '../check/check-files';
import { problemText } from '../check/find-files';
import { CommandError, type Context } from '../core/context';
import type { Parsed } from '../options/parse';
import { type GivenNames, readKeyOptions, readMoreNames } from '../options/task-options';
import { withSession } from '../session/session';
import type { Batch, Job, Session } from '../session/types';

/** For the help of commands that change something. */
export const CHANGES_NOTE = `The plan is shown and confirmed first, or applied at once with --yes. No file with a key or a
certificate is ever overwritten. A second run changes nothing.

Exit code: 0 done, or nothing to do; 1 not confirmed; 2 wrong usage, or something could not be done.`;

/** For the help of commands that may need a passphrase. */
export const PASSPHRASE_NOTE = `A passphrase is asked for on a terminal, and not shown. Without a terminal, give it with --passphrase-file or
in the variable MENDER_COMPOSE_PASSPHRASE.`;

/** A command line read: what to plan once the files are checked. */
export interface TaskRequest extends Partial<Omit<Batch, 'jobs' | 'asks'>> {
  readonly find: (session: Session) => readonly Job[] | Promise<readonly Job[]>;
  /** The command line where its paths are no compose files: without them. */
  readonly parsed?: Parsed;
}

const NO_NAMES: GivenNames = { byService: new Map(), forAll: undefined };

/**
 * What a command for keys does. `read` reads its command line: wrong usage is reported before any compose file is read.
 */
export function keyCommand(
  read: (parsed: Parsed, context: Context) => TaskRequest | Promise<TaskRequest>,
): (parsed: Parsed, context: Context) => Promise<number> {
  return async (parsed, context) => {
    const { find, parsed: withoutPaths = parsed, ...batch } = await read(parsed, context);
    return withSession(withoutPaths, context, async (session) => {
      // What could not be read has been reported; nothing is done on half of the files.
      const jobs = session.gathered.reports.length === 0 ? [] : await find(session);
      return perform({ given: NO_NAMES, exit: 'done', ...batch, jobs, asks: 'always' }, session);
    });
  };
}

/** The options of `csr` and `sign`, which may make a key of their own. */
export function newKeyOptions(
  parsed: Parsed,
  context: Context,
): KeyOptions & { readonly newKey?: boolean; readonly names?: readonly string[] } {
  const newKey = parsed.switches.has('new-key') ? { newKey: true } : {};
  return { ...readKeyOptions(parsed, context), ...newKey, ...moreNames(parsed) };
}

export function moreNames(parsed: Parsed): { names?: readonly string[] } {
  const names = readMoreNames(parsed);
  return names.length > 0 ? { names } : {};
}

/**
 * Makes sure that files can be read; undefined stands for an option that wasn't given.
 * @throws CommandError naming the first that can't
 */
export async function checkReadable(files: readonly (string | undefined)[], context: Context): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    const status = await context.host.files.status(file);
    const problem = status.ok ? NOT_A_FILE[status.value.kind] : status.problem;
    if (problem !== undefined) throw new CommandError(problemText(displayer(context)(file), problem));
  }
}

const NOT_A_FILE = { file: undefined, directory: 'directory', other: 'not-a-file' } as const;
