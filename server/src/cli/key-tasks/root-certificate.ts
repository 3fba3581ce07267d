/** Where a root certificate comes from: an option, or a person who is asked. */
import type { TaskAnswer } from '../../language-service/api/tasks';
import { displayer } from '../check/check-files';
import type { Context } from '../core/context';
import { printable } from '../core/style';
import type { Session } from '../session/types';

/** How often a person may mistype. */
const TRIES = 3;

/** Plans a task with a root certificate; undefined where none is known. */
export type PlanWithRoot = (root: string | undefined) => Promise<TaskAnswer>;

/**
 * Plans a task whose result devices trust by a root certificate: with the one that is given, else, where the answer asks for one
 * that it takes one, with the file that a person names. Without an answer it goes on without, as far as that goes.
 */
export function withRoot(
  given: string | undefined,
  { context, prompt }: Session,
): (plan: PlanWithRoot) => Promise<TaskAnswer> {
  let root = given;
  return async (plan) => {
    let answer = await plan(root);
    for (
      let tries = 0;
      root === undefined && prompt !== undefined && asks(answer) && tries < TRIES;
      tries++
    ) {
      const of = answer.kind === 'plan' ? ` of ${printable(answer.plan.rootWanted ?? '')}` : '';
      const typed = await prompt.ask(
        `File with the root certificate${of} (leave empty to continue without): `,
      );
      if (!typed) break;
      const file = context.host.paths.resolve(context.streams.cwd, typed);
      if (await isFile(file, context)) {
        root = file;
        answer = await plan(root);
      } else context.streams.stderr.write(`${displayer(context)(file)} is not a file.\n`);
    }
    if (answer.kind !== 'refused') return answer;
    const hint = answer.rootNeeded
      ? ' Pass it with --root FILE.'
      : answer.anyway
        ? ' Pass --anyway to import it anyway.'
        : '';
    return { ...answer, message: answer.message + hint };
  };
}

function asks(answer: TaskAnswer): boolean {
  return answer.kind === 'plan'
    ? answer.plan.rootWanted !== undefined
    : answer.kind === 'refused' && answer.rootNeeded === true;
}

async function isFile(file: string, { host }: Context): Promise<boolean> {
  const status = await host.files.status(file);
  return status.ok && status.value.kind === 'file';
}
