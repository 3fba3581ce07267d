import { CHANGES_NOTE, keyCommand, newKeyOptions } from '../key-tasks/key-command';
import { idOf, targetJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DIRECTORY, KEYS, MORE_NAMES, NEW_KEY, TARGET } from '../options/options';
import { DEFAULTS } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const csr: Command = {
  name: 'csr',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Create a certificate request for a certificate authority.',
  details: `Uses the present private key, or creates one. Mount the signed certificate with import.

${CHANGES_NOTE}`,
  options: [...TARGET, MORE_NAMES, NEW_KEY, ...KEYS, DIRECTORY, ...CHANGING],
  run: keyCommand((parsed, context) => {
    const options = newKeyOptions(parsed, context);
    return {
      find: (session) =>
        targetJobs('request', ({ target }) => ({ kind: 'request', ...idOf(target), ...options }), session),
      make: { ...DEFAULTS, ...options },
    };
  }),
};
