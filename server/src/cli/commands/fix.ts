import { perform } from '../apply/run-plans';
import { fixJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DIRECTORY, NAME } from '../options/options';
import { readDirectory, readNames } from '../options/task-options';
import { withSession } from '../session/session';
import { type Command, FILES_USAGE } from './command';

export const fix: Command = {
  name: 'fix',
  group: 'checking',
  usage: FILES_USAGE,
  summary: 'Correct the compose files, and with --generate create what is missing.',
  details: `Without --generate, only compose files are edited, and no key is created. With it, the plan is shown and
confirmed first, or applied at once with --yes. Existing keys and certificates are never overwritten.

Exit code: what check would give afterwards, or 2 when something could not be done.`,
  options: [
    { name: 'generate', help: 'Also create the keys and certificates that are missing.' },
    NAME,
    DIRECTORY,
    ...CHANGING,
  ],
  run(parsed, context) {
    const given = readNames(parsed);
    const generate = parsed.switches.has('generate');
    const keys = readDirectory(parsed, context);
    return withSession(parsed, context, (session) =>
      perform(
        { jobs: fixJobs(session, { generate, keys }), given, asks: 'to-create', exit: 'findings' },
        session,
      ),
    );
  },
};
