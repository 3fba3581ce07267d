import { type Context, UsageError } from '../core/context';
import {
  CHANGES_NOTE,
  checkReadable,
  keyCommand,
  newKeyOptions,
  PASSPHRASE_NOTE,
} from '../key-tasks/key-command';
import { givenPassphrase, withPassphrase } from '../key-tasks/passphrase';
import { idOf, rootOf, targetJobs } from '../key-tasks/plan-key-tasks';
import { withRoot } from '../key-tasks/root-certificate';
import {
  CHANGING,
  DAYS,
  DIRECTORY,
  KEYS,
  MORE_NAMES,
  NEW_KEY,
  PASSPHRASE_FILE,
  ROOT,
  TARGET,
} from '../options/options';
import type { Parsed } from '../options/parse';
import { DEFAULTS, readPath } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const sign: Command = {
  name: 'sign',
  group: 'keys',
  usage: `--ca-cert FILE --ca-key FILE ${FILES_USAGE}`,
  summary: 'Create a certificate signed by your own authority, and mount it.',
  details: `${PASSPHRASE_NOTE}

${CHANGES_NOTE}`,
  options: [
    {
      name: 'ca-cert',
      value: 'FILE',
      help: "The authority's certificate; its issuers may follow. Required.",
    },
    { name: 'ca-key', value: 'FILE', help: "The authority's private key. Required; it is not stored." },
    ROOT,
    PASSPHRASE_FILE,
    ...TARGET,
    MORE_NAMES,
    NEW_KEY,
    ...KEYS,
    DAYS,
    DIRECTORY,
    ...CHANGING,
  ],
  run: keyCommand(async (parsed, context) => {
    const certificate = required(parsed, 'ca-cert', context);
    const key = required(parsed, 'ca-key', context);
    const options = newKeyOptions(parsed, context);
    const givenRoot = readPath(parsed, 'root', context);
    await checkReadable([certificate, key, givenRoot], context);
    const given = await givenPassphrase(parsed, context);
    return {
      find: (session) => {
        // Whichever target it is, the passphrase and the root certificate are asked for once.
        const open = withPassphrase(key, given, session);
        const under = withRoot(givenRoot, session);
        return targetJobs(
          'sign',
          ({ target }, passphrase, root) => {
            const secret = passphrase === undefined ? {} : { passphrase };
            const authority = { certificate, key, ...secret, ...rootOf(root) };
            return { kind: 'sign', ...idOf(target), ...options, authority };
          },
          session,
          () => (plan) => under((root) => open((passphrase) => plan(passphrase, root))),
        );
      },
      make: { ...DEFAULTS, ...options },
    };
  }),
};

function required(parsed: Parsed, option: string, context: Context): string {
  const path = readPath(parsed, option, context);
  if (path !== undefined) return path;
  throw new UsageError(`--${option} FILE is missing: sign needs the authority's certificate and its key.`);
}
