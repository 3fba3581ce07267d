/** Where a passphrase comes from: a file, a variable, a person. Never from the command line, which others can read. */
import type { TaskAnswer } from '../../language-service/api/tasks';
import { displayer } from '../check/check-files';
import { problemText } from '../check/find-files';
import { CommandError, type Context } from '../core/context';
import type { Parsed } from '../options/parse';
import { readPath } from '../options/task-options';
import type { Session } from '../session/types';

export const PASSPHRASE_VARIABLE = 'MENDER_COMPOSE_PASSPHRASE';

/** Bytes of a passphrase file. */
const LARGEST = 4096;
/** How often a person may mistype. */
const TRIES = 3;

/**
 * The passphrase that the command line or the environment gives, or undefined.
 * @throws CommandError for a file that can't be read or holds none
 */
export async function givenPassphrase(parsed: Parsed, context: Context): Promise<string | undefined> {
  const { host } = context;
  const file = readPath(parsed, 'passphrase-file', context);
  // Scripts set an empty variable where there is none.
  if (file === undefined) return host.environment(PASSPHRASE_VARIABLE) || undefined;
  const name = displayer(context)(file);
  const bytes = await host.files.read(file, LARGEST);
  if (!bytes.ok) {
    throw new CommandError(
      bytes.problem === 'too-large'
        ? `${name} is too large for a passphrase. Put the passphrase alone on its first line.`
        : problemText(name, bytes.problem),
    );
  }
  // The first line, as openssl reads it.
  const passphrase = decode(bytes.value)?.split(/\r?\n/)[0];
  if (passphrase === undefined) throw new CommandError(`${name} is not UTF-8, so it contains no passphrase.`);
  if (passphrase === '') throw new CommandError(`${name} has no passphrase on its first line.`);
  return passphrase;
}

/** Plans a task with a passphrase; undefined where none is known. */
export type PlanWith = (passphrase: string | undefined) => Promise<TaskAnswer>;

/**
 * Plans a task that may need the passphrase of `key`: with the one that is given, else, where the answer asks for one that it
 * takes one, with what a person types. What was typed is kept for the next plan of the session.
 */
export function withPassphrase(
  key: string,
  given: string | undefined,
  { context, prompt }: Session,
): (plan: PlanWith) => Promise<TaskAnswer> {
  const name = displayer(context)(key);
  let passphrase = given;
  return async (plan) => {
    let answer = await plan(passphrase);
    const asks = given === undefined && prompt !== undefined;
    for (let tries = 0; asks && wants(answer) && tries < TRIES; tries++) {
      if (wants(answer) === 'wrong') context.streams.stderr.write('Wrong passphrase.\n');
      const typed = await prompt.askSecret(`Passphrase of ${name}: `);
      if (!typed) break;
      passphrase = typed;
      answer = await plan(passphrase);
    }
    if (wants(answer) !== 'needed') return answer;
    const message = `${name} needs a passphrase. Give it with --passphrase-file FILE or in the variable ${PASSPHRASE_VARIABLE}.`;
    return { kind: 'refused', message };
  };
}

function wants(answer: TaskAnswer): 'needed' | 'wrong' | undefined {
  return answer.kind === 'refused' ? answer.passphrase : undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
