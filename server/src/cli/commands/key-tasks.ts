/** What each of the commands for keys is asked for: from its command line to the tasks of the façade. */

import { codesOfTask } from '../../language-service/info/rules';
import type { Make } from '../apply/print-plan';
import { displayer } from '../check/check-files';
import { sayProblem } from '../check/find-files';
import { CommandError, type Context, UsageError } from '../core/context';
import { type GivenNames, type Parsed, readNames } from '../options/parse';
import { DEFAULTS, readDays, readKeyOptions, readMoreNames, readPath } from '../options/task-options';
import { findTargets } from './choose-target';
import { fixJobs } from './fix';
import { givenPassphrase, withPassphrase } from './passphrase';
import { onlyJob, stackJobs, targetJobs } from './plan-key-tasks';
import { withRoot } from './root-certificate';
import type { Job, Session, Work } from './session';

export type KeyCommandName =
  | 'generate'
  | 'csr'
  | 'import'
  | 'sign'
  | 'renew'
  | 'rotate'
  | 'split'
  | 'convert'
  | 'bundle';

/** Finds the jobs of a command in a session. */
export type Find = (session: Session) => readonly Job[] | Promise<readonly Job[]>;

/** A command line read: what to look for once the files are checked. */
export interface Request {
  readonly find: Find;
  readonly make?: Make;
  readonly given?: GivenNames;
  readonly exit?: Work['exit'];
  readonly hint?: string;
  /** Positional arguments that are no compose files have been taken out. */
  readonly parsed?: Parsed;
}

/** Reads a command's line: wrong usage is told before any compose file is read. */
export const REQUESTS: Record<
  KeyCommandName,
  (parsed: Parsed, context: Context) => Request | Promise<Request>
> = {
  generate(parsed, context) {
    const options = readKeyOptions(parsed, context);
    const only = onlyService(parsed);
    const keys = { ...options, ...only };
    const find: Find = async (session) => {
      if (only.service !== undefined) await filesOfService(session);
      return fixJobs(session, { generate: true, codes: codesOfTask('generate'), keys });
    };
    return {
      find,
      given: readNames(parsed),
      make: { ...DEFAULTS, ...options },
      exit: 'findings',
    };
  },

  csr(parsed, context) {
    const options = { ...readKeyOptions(parsed, context), ...newKey(parsed), ...moreNames(parsed) };
    return {
      find: (session) =>
        targetJobs('request', ({ target }) => ({ kind: 'request', ...idOf(target), ...options }), session),
      make: { ...DEFAULTS, ...options },
    };
  },

  import(parsed, context) {
    const certificates = certificatesOf(parsed, context);
    const key = readPath(parsed, 'key', context);
    const given = readPath(parsed, 'root', context);
    const [service] = parsed.values.get('service') ?? [];
    const [requirement] = parsed.values.get('requirement') ?? [];
    const task = {
      kind: 'import',
      certificates,
      ...directoryOf(parsed, context),
      ...(key !== undefined && { key }),
      ...(service !== undefined && { service }),
      ...(requirement !== undefined && { requirement }),
      ...(parsed.switches.has('anyway') && { anyway: true }),
    } as const;
    const find: Find = async (session) => {
      await checkReadable([...certificates, ...present(key), ...present(given)], context);
      const files = await filesOfService(session);
      const jobs = stackJobs(
        (root) => ({ ...task, ...rootOf(root) }),
        session,
        files,
        withRoot(given, session),
      );
      return onlyJob(jobs, 'The certificate fits services in several places', session);
    };
    return { find, parsed: { ...parsed, paths: [] } };
  },

  async sign(parsed, context) {
    const certificate = required(parsed, 'ca-cert', context);
    const key = required(parsed, 'ca-key', context);
    const options = { ...readKeyOptions(parsed, context), ...newKey(parsed), ...moreNames(parsed) };
    const givenRoot = readPath(parsed, 'root', context);
    await checkReadable([certificate, key, ...present(givenRoot)], context);
    const given = await givenPassphrase(parsed, context);
    const find: Find = (session) => {
      // Whichever target it is, the passphrase and the root certificate are asked for once.
      const open = withPassphrase(key, given, session);
      const under = withRoot(givenRoot, session);
      return targetJobs(
        'sign',
        ({ target }, passphrase, root) => {
          const authority = {
            certificate,
            key,
            ...(passphrase !== undefined && { passphrase }),
            ...rootOf(root),
          };
          return { kind: 'sign', ...idOf(target), ...options, authority };
        },
        session,
        () => (plan) => under((root) => open((passphrase) => plan(passphrase, root))),
      );
    };
    return { find, make: { ...DEFAULTS, ...options } };
  },

  renew(parsed, context) {
    const days = readDays(parsed);
    const options = {
      ...directoryOf(parsed, context),
      ...(days !== undefined && { days }),
      ...moreNames(parsed),
      ...(parsed.switches.has('force') && { force: true }),
    };
    return {
      find: (session) =>
        targetJobs('renew', ({ target }) => ({ kind: 'renew', ...idOf(target), ...options }), session),
      make: { days: days ?? DEFAULTS.days },
      ...(!options.force && { hint: 'With --force it is renewed all the same.' }),
    };
  },

  rotate(parsed, context) {
    const options = {
      ...readKeyOptions(parsed, context),
      ...(parsed.switches.has('again') && { again: true }),
      ...(parsed.switches.has('leaked') && { leaked: true }),
    };
    return {
      find: (session) =>
        targetJobs('rotate', ({ target }) => ({ kind: 'rotate', ...idOf(target), ...options }), session),
      make: { ...DEFAULTS, ...options },
      ...(!options.again && { hint: 'With --again it is rotated all the same.' }),
    };
  },

  split(parsed, context) {
    const options = readKeyOptions(parsed, context);
    const only = onlyService(parsed);
    return {
      find: async (session) =>
        stackJobs(() => ({ kind: 'split', ...options, ...only }), session, await filesOfService(session)),
      given: readNames(parsed),
      make: { ...DEFAULTS, ...options },
    };
  },

  async convert(parsed, context) {
    const given = await givenPassphrase(parsed, context);
    const into = directoryOf(parsed, context);
    return {
      find: (session) =>
        targetJobs(
          'convert',
          ({ target }, passphrase) => ({
            kind: 'convert',
            ...idOf(target),
            ...into,
            ...(passphrase !== undefined && { passphrase }),
          }),
          session,
          ({ target: { key = '' } }) => withPassphrase(key, given, session),
        ),
    };
  },

  bundle(parsed, context) {
    const output = readPath(parsed, 'output', context);
    const given = readPath(parsed, 'root', context);
    const only = onlyService(parsed);
    return {
      find: async (session) => {
        await checkReadable(present(given), context);
        const files = await filesOfService(session);
        const task = { kind: 'bundle', ...(output !== undefined && { output }), ...only } as const;
        const jobs = stackJobs(
          (root) => ({ ...task, ...rootOf(root) }),
          session,
          files,
          withRoot(given, session),
        );
        return output === undefined ? jobs : onlyJob(jobs, 'One file can be written, not several', session);
      },
    };
  },
};

function idOf({ service, requirement }: { readonly service: string; readonly requirement: string }) {
  return { service, requirement };
}

function directoryOf(parsed: Parsed, context: Context): { directory?: string } {
  const directory = readPath(parsed, 'directory', context);
  return directory === undefined ? {} : { directory };
}

function onlyService({ values }: Parsed): { service?: string } {
  const service = values.get('service')?.[0];
  return service === undefined ? {} : { service };
}

/**
 * The compose files that lead to the service that `--service` names; undefined, for all, without it.
 * @throws UsageError for a service that isn't there; CommandError where there is none at all
 */
async function filesOfService(session: Session): Promise<string[] | undefined> {
  if (!session.parsed.values.has('service')) return undefined;
  const targets = await findTargets(session);
  return [...new Set(targets.map(({ file }) => file))];
}

function present(file: string | undefined): readonly string[] {
  return file === undefined ? [] : [file];
}

function rootOf(root: string | undefined): { root?: string } {
  return root === undefined ? {} : { root };
}

function newKey({ switches }: Parsed): { newKey?: boolean } {
  return switches.has('new-key') ? { newKey: true } : {};
}

function moreNames(parsed: Parsed): { names?: readonly string[] } {
  const names = readMoreNames(parsed);
  return names.length > 0 ? { names } : {};
}

function required(parsed: Parsed, option: string, context: Context): string {
  const path = readPath(parsed, option, context);
  if (path !== undefined) return path;
  throw new UsageError(`--${option} FILE is missing: sign needs the authority's certificate and its key.`);
}

function certificatesOf({ paths }: Parsed, { host, streams }: Context): string[] {
  const compose = paths.find((path) => /\.ya?ml$/i.test(path));
  if (compose !== undefined) {
    throw new UsageError(`${compose} is no certificate. Name a compose file with -f ${compose}`);
  }
  if (paths.length === 0) {
    throw new UsageError('Say which certificate is taken in: mender-compose import CERTIFICATE…');
  }
  return paths.map((path) => host.paths.resolve(streams.cwd, path));
}

/** @throws CommandError naming the first file that is none */
async function checkReadable(files: readonly string[], context: Context): Promise<void> {
  for (const file of files) {
    const status = await context.host.files.status(file);
    const problem = status.ok
      ? status.value.kind === 'file'
        ? undefined
        : status.value.kind === 'directory'
          ? 'directory'
          : 'not-a-file'
      : status.problem;
    if (problem !== undefined) throw new CommandError(sayProblem(displayer(context)(file), problem));
  }
}
