import type { KeyOptions } from '../../language-service/api/tasks';
import { perform } from '../apply/run-plans';
import { filesToFix } from '../check/check-files';
import type { Context } from '../core/context';
import { FIX_OPTIONS } from '../options/options';
import { parseArguments, readNames } from '../options/parse';
import { readPath } from '../options/task-options';
import { type Job, type Session, withSession } from './session';

/** `mender-compose fix`: edits compose files, and with `--generate` creates keys. */
export function fix(args: readonly string[], context: Context): Promise<number> {
  const parsed = parseArguments(args, 'fix', FIX_OPTIONS);
  const given = readNames(parsed);
  const generate = parsed.switches.has('generate');
  const directory = readPath(parsed, 'directory', context);
  const keys = directory === undefined ? {} : { directory };
  return withSession(parsed, context, (session) =>
    perform(
      { jobs: fixJobs(session, { generate, keys }), given, asks: 'to-create', exit: 'findings' },
      session,
    ),
  );
}

/** All that can be fixed, file by file; with `codes`, only findings of these rules; `keys` say how keys are made. */
export function fixJobs(
  { gathered, service }: Session,
  options: { readonly generate: boolean; readonly codes?: readonly string[]; readonly keys?: KeyOptions },
): Job[] {
  return filesToFix(gathered.reports).map((file) => ({
    file,
    plan: async () => ({ kind: 'plan', plan: await service.planAll(file, options) }),
  }));
}
