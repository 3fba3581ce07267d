import { CHANGES_NOTE, keyCommand, PASSPHRASE_NOTE } from '../key-tasks/key-command';
import { givenPassphrase, withPassphrase } from '../key-tasks/passphrase';
import { idOf, targetJobs } from '../key-tasks/plan-key-tasks';
import { CHANGING, DIRECTORY, PASSPHRASE_FILE, TARGET } from '../options/options';
import { readDirectory } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const convert: Command = {
  name: 'convert',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Convert a key to the format that its service loads, without a passphrase.',
  details: `The key stays the same; it goes into a new file, and the old one is kept.

${PASSPHRASE_NOTE}

${CHANGES_NOTE}`,
  options: [...TARGET, PASSPHRASE_FILE, DIRECTORY, ...CHANGING],
  run: keyCommand(async (parsed, context) => {
    const given = await givenPassphrase(parsed, context);
    const directory = readDirectory(parsed, context);
    return {
      find: (session) =>
        targetJobs(
          'convert',
          ({ target }, passphrase) => {
            const secret = passphrase === undefined ? {} : { passphrase };
            return { kind: 'convert', ...idOf(target), ...directory, ...secret };
          },
          session,
          ({ target: { key = '' } }) => withPassphrase(key, given, session),
        ),
    };
  }),
};
