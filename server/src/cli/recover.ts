/** Before anything is planned: what a run that was killed left is finished, or taken away, and told. */
import type { MenderService, Recovered, Settings } from '../service/service';
import type { Gathered } from './gather';
import { displayer } from './gather';
import { printable } from './style';
import type { Context } from './terminal';

/** Looks where a command line points: at its directories, those of its files, and where it was started. */
export async function recoverNamed(
  paths: readonly string[],
  { stacks = [] }: Settings,
  service: MenderService,
  context: Context,
): Promise<void> {
  const { host, streams } = context;
  const files = stacks.flatMap((stack) => stack.files);
  const directories = [streams.cwd, ...stacks.flatMap(({ projectDirectory }) => projectDirectory ?? [])];
  for (const path of [...paths.map((each) => host.paths.resolve(streams.cwd, each)), ...files]) {
    directories.push(path, host.paths.dirname(path));
  }
  sayRecovered(await service.recover([...new Set(directories)]), context);
}

/** The same where the stacks that were found are at home; true where that changed a compose file. */
export async function recoverFound(
  { reports }: Gathered,
  service: MenderService,
  context: Context,
): Promise<boolean> {
  const projects = reports.flatMap(({ stacks }) =>
    stacks.flatMap(({ projectDirectory }) => projectDirectory ?? []),
  );
  const recovered = await service.recover([...new Set(projects)]);
  sayRecovered(recovered, context);
  return recovered.made.length + recovered.finished.length + recovered.restored.length > 0;
}

export function sayRecovered({ made, finished, restored, unclear }: Recovered, context: Context): void {
  const names = (files: readonly string[]) =>
    files.map((file) => printable(displayer(context)(file))).join(', ');
  const say = (text: string) => context.streams.stderr.write(`mender-compose: ${text}\n`);
  const done = [
    ...(made.length > 0 ? [`made ${names(made)}`] : []),
    ...(finished.length > 0 ? [`edited ${names(finished)}`] : []),
  ];
  if (done.length > 0) say(`An earlier run was killed; it is finished now: ${done.join(', ')}.`);
  if (restored.length > 0) {
    say(`An earlier run was killed and could not be finished: ${names(restored)} is as it was before.`);
  }
  if (unclear.length > 0) {
    say(
      `An earlier run was killed after it had edited ${names(unclear)}, and other files have been changed since: look at them.`,
    );
  }
}
