import { filesOfService } from '../key-tasks/choose-target';
import { CHANGES_NOTE, checkReadable, keyCommand } from '../key-tasks/key-command';
import { onlyJob, rootOf, stackJobs } from '../key-tasks/plan-key-tasks';
import { withRoot } from '../key-tasks/root-certificate';
import { CHANGING, onlyService, ROOT } from '../options/options';
import { readPath, readService } from '../options/task-options';
import { type Command, FILES_USAGE } from './command';

export const bundle: Command = {
  name: 'bundle',
  group: 'keys',
  usage: FILES_USAGE,
  summary: 'Write the trust bundle for Mender clients to one file.',
  details: `Only certificates that sign themselves make devices trust a server: its own, or the root of its authority. Give
that with --root where it isn't in the directory of the certificates.

${CHANGES_NOTE}`,
  options: [
    onlyService('Only the certificates of this service. The default is all that devices connect to.'),
    {
      name: 'output',
      value: 'FILE',
      help: 'The file to write. The default is server.crt in the directory of the certificates.',
    },
    ROOT,
    ...CHANGING,
  ],
  run: keyCommand((parsed, context) => {
    const output = readPath(parsed, 'output', context);
    const root = readPath(parsed, 'root', context);
    const task = {
      kind: 'bundle',
      ...(output !== undefined && { output }),
      ...readService(parsed),
    } as const;
    return {
      find: async (session) => {
        await checkReadable([root], context);
        const files = await filesOfService(session);
        const jobs = stackJobs(
          (found) => ({ ...task, ...rootOf(found) }),
          session,
          files,
          withRoot(root, session),
        );
        return output === undefined ? jobs : onlyJob(jobs, 'Only one file can be written', session);
      },
    };
  }),
};
