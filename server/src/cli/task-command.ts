/** The commands for keys: `generate`, `csr`, `import`, `sign`, `renew`, `rotate`, `split`, `convert`, `bundle`. */
import { isWithin } from '../host/within';
import { type GivenNames, parseArguments } from './arguments';
import { displayer } from './gather';
import { COMMANDS } from './help';
import { perform } from './perform';
import { type Job, type Session, type Work, withSession } from './session';
import { stacksOf } from './stacks';
import { type KeyCommandName, REQUESTS, type Request } from './task-requests';
import { CommandError, type Context } from './terminal';

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
    checkInside(request, session);
    return perform(workOf(await request.find(session), request), session);
  });
}

function workOf(jobs: readonly Job[], { given = NO_NAMES, make, hint, exit = 'done' }: Request): Work {
  return { jobs, given, asks: 'always', exit, ...(make && { make }), ...(hint !== undefined && { hint }) };
}

/**
 * Nothing is created outside of a project directory, so compose files must not be made to mount it from there.
 * @throws CommandError naming the option
 */
function checkInside({ inside = {} }: Request, { context, gathered }: Session): void {
  const { paths } = context.host;
  const display = displayer(context);
  const projects = stacksOf(gathered.reports).flatMap(({ projectDirectory }) => projectDirectory ?? []);
  if (projects.length === 0) return;
  for (const [option, path] of Object.entries(inside)) {
    if (path === undefined || projects.some((project) => isWithin(paths, project, path))) continue;
    const where = [...new Set(projects)].map(display).join(', ');
    throw new CommandError(
      `--${option} ${display(path)}: nothing is created outside of the directory of the compose file (${where}).`,
    );
  }
}
