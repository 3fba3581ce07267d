import { filesOfService } from '../key-tasks/choose-target';
import { CHANGES_NOTE, keyCommand } from '../key-tasks/key-command';
import { stackJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DAYS, DIRECTORY, KEYS, NAME, onlyService } from '../options/options';
import { DEFAULTS, readKeyOptions, readNames, readService } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const split: Command = {
  name: 'split',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Give each service that shares a key its own.',
  details: CHANGES_NOTE,
  options: [
    onlyService('Only this service gets a new key. The default is all but one that share.'),
    NAME,
    ...KEYS,
    DAYS,
    DIRECTORY,
    ...CHANGING,
  ],
  run: keyCommand((parsed, context) => {
    const options = readKeyOptions(parsed, context);
    const task = { kind: 'split', ...options, ...readService(parsed) } as const;
    return {
      find: async (session) => stackJobs(() => task, session, await filesOfService(session)),
      given: readNames(parsed),
      make: { ...DEFAULTS, ...options },
    };
  }),
};
