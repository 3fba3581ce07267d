/** The commands for keys: `generate`, `csr`, `import`, `sign`, `renew`, `rotate`, `split`, `convert`, `bundle`. */

import { perform } from '../apply/run-plans';
import type { Context } from '../core/context';
import { COMMANDS } from '../help/help';
import { type GivenNames, parseArguments } from '../options/parse';
import { type KeyCommandName, REQUESTS, type Request } from './key-tasks';
import { type Job, type Work, withSession } from './session';

const NO_NAMES: GivenNames = { byService: new Map(), forAll: undefined };

/** Runs one of the commands for keys and answers the exit code. */
export async function keyCommand(
  name: KeyCommandName,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const parsed = parseArguments(args, name, COMMANDS[name].options);
  const request = await REQUESTS[name](parsed, context);
  return withSession(request.parsed ?? parsed, context, async (session) => {
    // What could not be read has been told; nothing is done on half of the files.
    if (session.gathered.reports.length === 0) return perform(workOf([], request), session);
    return perform(workOf(await request.find(session), request), session);
  });
}

function workOf(jobs: readonly Job[], { given = NO_NAMES, make, hint, exit = 'done' }: Request): Work {
  return { jobs, given, asks: 'always', exit, ...(make && { make }), ...(hint !== undefined && { hint }) };
}
