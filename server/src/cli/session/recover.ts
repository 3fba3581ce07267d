/** Before anything is planned: what a run that was killed left is finished, or taken away, and reported. */

import type { LanguageService, Recovered, Settings } from '../../language-service/api/index';
import { recoveredWords } from '../../language-service/plans/titles';
import type { Gathered } from '../check/check-files';
import { displayer } from '../check/check-files';
import type { Context } from '../core/context';
import { printable } from '../core/style';

/** Looks where a command line points: at its directories, those of its files, and where it was started. */
export async function recoverNamed(
  paths: readonly string[],
  { stacks = [] }: Settings,
  service: LanguageService,
  context: Context,
): Promise<void> {
  const { host, streams } = context;
  const files = stacks.flatMap((stack) => stack.files);
  const directories = [streams.cwd, ...stacks.flatMap(({ projectDirectory }) => projectDirectory ?? [])];
  for (const path of [...paths.map((each) => host.paths.resolve(streams.cwd, each)), ...files]) {
    directories.push(path, host.paths.dirname(path));
  }
  printRecovered(await service.recover([...new Set(directories)]), context);
}

/** The same where the stacks that were found are at home; true where that changed a compose file. */
export async function recoverFound(
  { reports }: Gathered,
  service: LanguageService,
  context: Context,
): Promise<boolean> {
  const projects = reports.flatMap(({ stacks }) =>
    stacks.flatMap(({ projectDirectory }) => projectDirectory ?? []),
  );
  const recovered = await service.recover([...new Set(projects)]);
  printRecovered(recovered, context);
  return recovered.made.length + recovered.finished.length + recovered.restored.length > 0;
}

export function printRecovered(recovered: Recovered, context: Context): void {
  for (const sentence of recoveredWords(recovered, displayer(context)))
    context.streams.stderr.write(`mender-compose: ${printable(sentence)}\n`);
}
