import { CHANGES_NOTE, keyCommand, moreNames } from '../key-tasks/key-command';
import { idOf, targetJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DAYS, DIRECTORY, MORE_NAMES, TARGET } from '../options/options';
import { DEFAULTS, readDays, readDirectory } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const renew: Command = {
  name: 'renew',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Create a new certificate for the same key, before the old one expires.',
  details: `The new certificate has the names and usages of the old one. A bundle of both is written, so that clients trust
the server before and after the change.

${CHANGES_NOTE}`,
  options: [
    ...TARGET,
    MORE_NAMES,
    DAYS,
    { name: 'force', help: 'Renew although it is not due.' },
    DIRECTORY,
    ...CHANGING,
  ],
  run: keyCommand((parsed, context) => {
    const days = readDays(parsed);
    const options = {
      ...readDirectory(parsed, context),
      ...(days !== undefined && { days }),
      ...moreNames(parsed),
      ...(parsed.switches.has('force') && { force: true }),
    };
    return {
      find: (session) =>
        targetJobs('renew', ({ target }) => ({ kind: 'renew', ...idOf(target), ...options }), session),
      make: { days: days ?? DEFAULTS.days },
      ...(!options.force && { hint: 'Pass --force to renew it anyway.' }),
    };
  }),
};
