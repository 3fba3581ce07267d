import { codesOfTask } from '../../language-service/info/rules';
import { filesOfService } from '../key-tasks/choose-target';
import { keyCommand } from '../key-tasks/key-command';
import { fixJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DAYS, DIRECTORY, KEYS, NAME, onlyService } from '../options/options';
import { DEFAULTS, readKeyOptions, readNames, readService } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const generate: Command = {
  name: 'generate',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Create the keys and certificates that are missing, and mount them.',
  details: `Does what fix --generate does, for missing keys and certificates only.

Exit code: what check would give afterwards, or 2 when something could not be done.`,
  options: [
    onlyService('Only what this service is missing. The default is every service.'),
    NAME,
    ...KEYS,
    DAYS,
    DIRECTORY,
    ...CHANGING,
  ],
  run: keyCommand((parsed, context) => {
    const options = readKeyOptions(parsed, context);
    const keys = { ...options, ...readService(parsed) };
    return {
      find: async (session) => {
        await filesOfService(session);
        return fixJobs(session, { generate: true, codes: codesOfTask('generate'), keys });
      },
      given: readNames(parsed),
      make: { ...DEFAULTS, ...options },
      exit: 'findings',
    };
  }),
};
