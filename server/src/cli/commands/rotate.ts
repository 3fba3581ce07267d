import { CHANGES_NOTE, keyCommand } from '../key-tasks/key-command';
import { idOf, targetJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DAYS, DIRECTORY, KEYS, TARGET } from '../options/options';
import { DEFAULTS, readKeyOptions } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const rotate: Command = {
  name: 'rotate',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Replace a working key with a new one.',
  details: `The plan shows the effects for users and devices. What the old key signed stays valid where
the release supports it, but not with --leaked, and not for a key that Mender publishes.

${CHANGES_NOTE}`,
  options: [
    ...TARGET,
    { name: 'again', help: 'Rotate although the key was made less than a day ago.' },
    { name: 'leaked', help: 'Others may have the key: what it signed is no longer accepted.' },
    ...KEYS,
    DAYS,
    DIRECTORY,
    ...CHANGING,
  ],
  run: keyCommand((parsed, context) => {
    const options = {
      ...readKeyOptions(parsed, context),
      ...(parsed.switches.has('again') && { again: true }),
      ...(parsed.switches.has('leaked') && { leaked: true }),
    };
    return {
      find: (session) =>
        targetJobs('rotate', ({ target }) => ({ kind: 'rotate', ...idOf(target), ...options }), session),
      make: { ...DEFAULTS, ...options },
      ...(!options.again && { hint: 'Pass --again to rotate it anyway.' }),
    };
  }),
};
