/** What a command line names: outside of it nothing is created or changed, unless `--directory` or a person allows it. */

import type { TaskAnswer } from '../../language-service/api/tasks';
import { isWithin } from '../../platform/is-within';
import { displayer } from '../check/check-files';
import type { Context } from '../core/context';
import { printable } from '../core/style';
import type { Parsed } from '../options/parse';
import type { Job, Session } from './types';

/** The directories that are named and those of the files that are; the working directory where nothing is. */
export async function boundsOf({ paths, values }: Parsed, { host, streams }: Context): Promise<string[]> {
  const absolute = (path: string) => host.paths.resolve(streams.cwd, path);
  const directories = (values.get('project-directory') ?? []).map(absolute);
  for (const path of [...(values.get('file') ?? []), ...paths].map(absolute)) {
    const status = await host.files.status(path);
    directories.push(status.ok && status.value.kind === 'directory' ? path : host.paths.dirname(path));
  }
  return directories.length > 0 ? [...new Set(directories)] : [streams.cwd];
}

/** Plans a job, and once more where a person allows directories that lie outside. */
export async function planWithin(job: Job, session: Session): Promise<TaskAnswer> {
  const answer = await job.plan();
  const { context, parsed, prompt } = session;
  const outside = outsideIn(answer).filter((directory) => !session.refused.has(directory));
  const asks = prompt && !parsed.switches.has('yes') && !parsed.switches.has('dry-run');
  if (outside.length === 0 || !asks) return answer;
  const shown = outside.map((directory) => `  ${printable(displayer(context)(directory))}\n`).join('');
  const question = `This needs to create or change files outside of the named paths, in\n${shown}Allow it there? [y/N] `;
  if (!/^y(es)?$/i.test((await prompt.ask(question)) ?? '')) {
    for (const directory of outside) session.refused.add(directory);
    return answer;
  }
  session.allow(outside);
  return job.plan();
}

function outsideIn(answer: TaskAnswer): readonly string[] {
  if (answer.kind === 'plan') return answer.plan.outside;
  return answer.kind === 'refused' ? (answer.outside ?? []) : [];
}

/** What to pass so that all of it is done; undefined where nothing was left out. */
export function allowHint(
  answer: TaskAnswer,
  { host, streams }: Pick<Context, 'host' | 'streams'>,
): string | undefined {
  const [first, ...rest] = outsideIn(answer);
  if (first === undefined) return undefined;
  let common = first;
  while (rest.some((each) => !isWithin(host.paths, common, each))) common = host.paths.dirname(common);
  return `Pass --directory ${displayer({ host, streams })(common)} to allow it.`;
}
