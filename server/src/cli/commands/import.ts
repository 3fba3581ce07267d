import { type Context, UsageError } from '../core/context';
import { filesOfService } from '../key-tasks/choose-target';
import { CHANGES_NOTE, checkReadable, keyCommand } from '../key-tasks/key-command';
import { onlyJob, rootOf, stackJobs } from '../key-tasks/plan-key-tasks';
import { withRoot } from '../key-tasks/root-certificate';
import { CHANGING, DIRECTORY, ROOT, TARGET } from '../options/options';
import type { Parsed } from '../options/parse';
import { readDirectory, readPath, readService } from '../options/task-options';
import type { Command } from './command';

export const importCertificate: Command = {
  name: 'import',
  group: 'keys',
  usage: '[OPTION…] CERTIFICATE… [-f FILE…]',
  summary: 'Import a certificate that an authority signed, and mount it.',
  details: `CERTIFICATE is a file with the certificate, its issuers or both, in any order. The service is found by its
private key. -f names the compose files; the default is those of the current directory.

${CHANGES_NOTE}`,
  options: [
    ...TARGET,
    { name: 'key', value: 'FILE', help: "The private key, if it isn't found automatically." },
    ROOT,
    { name: 'anyway', help: 'Import it although clients would refuse it.' },
    DIRECTORY,
    ...CHANGING,
  ],
  run: keyCommand((parsed, context) => {
    const certificates = certificatesOf(parsed, context);
    const key = readPath(parsed, 'key', context);
    const root = readPath(parsed, 'root', context);
    const [requirement] = parsed.values.get('requirement') ?? [];
    const task = {
      kind: 'import',
      certificates,
      ...readDirectory(parsed, context),
      ...(key !== undefined && { key }),
      ...readService(parsed),
      ...(requirement !== undefined && { requirement }),
      ...(parsed.switches.has('anyway') && { anyway: true }),
    } as const;
    return {
      find: async (session) => {
        await checkReadable([...certificates, key, root], context);
        const files = await filesOfService(session);
        const jobs = stackJobs(
          (found) => ({ ...task, ...rootOf(found) }),
          session,
          files,
          withRoot(root, session),
        );
        return onlyJob(jobs, 'The certificate fits services in several stacks', session);
      },
      parsed: { ...parsed, paths: [] },
    };
  }),
};

function certificatesOf({ paths }: Parsed, { host, streams }: Context): string[] {
  const compose = paths.find((path) => /\.ya?ml$/i.test(path));
  if (compose !== undefined) {
    throw new UsageError(`${compose} is not a certificate. Name a compose file with -f ${compose}`);
  }
  if (paths.length === 0) {
    throw new UsageError('Name the certificate to import: mender-compose import CERTIFICATE…');
  }
  return paths.map((path) => host.paths.resolve(streams.cwd, path));
}
