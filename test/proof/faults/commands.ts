/** A deployment in a git repository on which every command that writes has something to do, and what each makes of it. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { make } from '../../../server/src/pki/generate/generate';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { openssl } from '../../pki/openssl';
import { type RunOptions, runCommand } from './cli';
import { isTemporary, type Snapshot, snapshot } from './snapshot';

const CERT = '/var/www/mendersoftware/cert';
/** The certificate is in the base, its key in the override, so most commands edit both. Nothing is read-only yet. */
const BASE = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:mender-2.6.0
    networks:
      mender:
        aliases: [mender.example.com]
    volumes:
      - ./certs/server.crt:${CERT}/cert.crt
  mender-useradm:
    image: mendersoftware/useradm:mender-2.6.0
    volumes:
      - ./keys/shared.pem:/etc/useradm/rsa/private.pem
networks:
  mender:
`;
const OVERRIDE = `services:
  mender-api-gateway:
    volumes:
      - ./certs/server.key:${CERT}/private.key
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-2.6.0
    volumes:
      - ./keys/shared.pem:/etc/deviceauth/rsa/private.pem
  storage-proxy:
    image: openresty/openresty:1.13.6.2-0-alpine
    networks:
      mender:
        aliases: [s3.example.com]
`;
export const TEXTS: readonly string[] = ['docker-compose.yml', 'docker-compose.override.yml', '.gitignore'];
/** Existing keys are ignored by name: those that are made need lines of their own. */
const IGNORED = '*.log\n/certs/server.key\n/certs/ca.key\n/keys/shared.pem\n';

const GATEWAY = ['--service', 'mender-api-gateway'];
const EC = ['--algorithm', 'ec'];

/** The words of each command that writes. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  bundle: ['bundle', ...GATEWAY, '--output', 'trust.crt'],
  import: ['import', 'certs/issued.crt', ...GATEWAY],
  renew: ['renew', ...GATEWAY, '--force'],
  rotate: ['rotate', ...GATEWAY, ...EC, '--again'],
  csr: ['csr', ...GATEWAY, '--new-key', ...EC],
  convert: ['convert', '--service', 'mender-useradm'],
  split: ['split'],
  sign: ['sign', '--ca-cert', 'certs/ca.crt', '--ca-key', 'certs/ca.key', ...GATEWAY, ...EC],
  generate: ['generate', '--service', 'storage-proxy', ...EC],
  fix: ['fix'],
};
export const NAMES: readonly string[] = Object.keys(COMMANDS);

/** What a command has written. */
export interface Outcome {
  /** Names of the files that it made. */
  readonly made: readonly string[];
  /** Its compose files, by name. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface Steps {
  readonly steps: number;
  /** Those of them that can be done by half. */
  readonly halves: readonly number[];
}

export interface Ground {
  /** The commands that are killed. */
  readonly names: readonly string[];
  /** A new copy of the project below `parent`. */
  create(parent: string): Promise<string>;
  /** The steps with which a command writes; fewer with hard links, where only those were counted. */
  steps(command: string, noLinks: boolean): Steps;
  readonly milliseconds: number;
  /** What these commands make of the project, one after the other, none of them killed. */
  outcome(commands: readonly string[]): Promise<Outcome>;
  run(project: string, command: string, options?: RunOptions): ReturnType<typeof runCommand>;
}

/** Makes the project, and has commands write in a copy of it; with `whole`, on a disk without hard links as well. */
export async function prepareGround(
  cli: string,
  directory: string,
  names: readonly string[],
  whole: boolean,
): Promise<Ground> {
  const source = path.join(directory, 'ground');
  await writeProject(source);
  const run: Ground['run'] = (project, command, options) =>
    runCommand(cli, project, [...(COMMANDS[command] ?? []), '--yes'], options);
  async function create(parent: string): Promise<string> {
    const project = await mkdtemp(path.join(parent, 'project-'));
    await cp(source, project, { recursive: true, preserveTimestamps: true });
    return project;
  }
  const before = await snapshot(source);
  const outcomes = new Map<string, Promise<Outcome>>();
  async function outcomeOf(commands: readonly string[]): Promise<Outcome> {
    const project = await create(directory);
    for (const command of commands) await run(project, command);
    return outcomeIn(project, before);
  }
  const steps = new Map<string, Steps>();
  let milliseconds = 0;
  for (const command of names) {
    for (const noLinks of whole ? [false, true] : [false]) {
      const project = await create(directory);
      const done = await run(project, command, { dieAt: 0, noLinks });
      const { made, texts } = await outcomeIn(project, before);
      const nothing = made.length === 0 && TEXTS.every((name) => texts[name] === outcomeText(before, name));
      if (![0, 1].includes(done.code ?? 2) || nothing)
        throw new Error(`${command} ended with ${done.code}: ${done.stderr}${done.stdout}`);
      steps.set(`${command} ${noLinks}`, done);
      milliseconds = Math.max(milliseconds, done.milliseconds);
    }
  }
  return {
    names,
    create,
    run,
    milliseconds,
    steps: (command, noLinks) =>
      steps.get(`${command} ${noLinks}`) ?? steps.get(`${command} false`) ?? { steps: 0, halves: [] },
    outcome(commands) {
      const key = commands.join(' ');
      const known = outcomes.get(key) ?? outcomeOf(commands);
      outcomes.set(key, known);
      return known;
    },
  };
}

function outcomeText(before: Snapshot, name: string): string {
  return before.has(name) ? ({ [TEXTS[0] ?? '']: BASE, [TEXTS[1] ?? '']: OVERRIDE }[name] ?? IGNORED) : '';
}

/** What has been made and written in a project. */
export async function outcomeIn(project: string, before: Snapshot): Promise<Outcome> {
  const after = await snapshot(project);
  const made = [...after].filter(
    ([name, { kind }]) => kind === 'file' && !before.has(name) && !isTemporary(name) && !inGit(name),
  );
  const texts = TEXTS.map(async (name) => [name, await readFile(path.join(project, name), 'utf8')] as const);
  return { made: made.map(([name]) => name).sort(), texts: Object.fromEntries(await Promise.all(texts)) };
}

export function inGit(name: string): boolean {
  return name === '.git' || name.startsWith('.git/');
}

/** Names of private keys that `git add --all` would take. */
export async function keysForGit(project: string): Promise<readonly string[]> {
  const command = ['ls-files', '--others', '--exclude-standard', '-z'];
  const { stdout } = await promisify(execFile)('git', command, { cwd: project });
  const keys: string[] = [];
  for (const name of stdout.split('\0').filter((each) => each !== '')) {
    if ((await readFile(path.join(project, name), 'latin1')).includes('PRIVATE KEY')) keys.push(name);
  }
  return keys;
}

async function writeProject(root: string): Promise<void> {
  for (const name of ['certs', 'keys']) await mkdir(path.join(root, name), { recursive: true });
  const at = (name: string) => path.join(root, name);
  const pair = { keyPath: at('certs/server.key'), certificatePath: at('certs/server.crt') };
  const names = ['mender.example.com', 'mender-api-gateway'];
  const made = await make([{ kind: 'tls-pair', ...pair, names, algorithm: 'ec' }], nodeHost(), { root });
  if (!made.ok) throw new Error(made.message);
  // In PKCS#8, which these releases don't read.
  await openssl('genrsa', '-out', at('keys/shared.pem'), '3072');
  await chmod(at('keys/shared.pem'), 0o600);
  const ca = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '900'];
  const use = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  await openssl(
    'req',
    ...ca,
    ...use,
    ...['-subj', '/CN=Example CA'],
    '-keyout',
    at('certs/ca.key'),
    '-out',
    at('certs/ca.crt'),
  );
  const request = at('certs/request.csr');
  const san = `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`;
  await openssl(
    'req',
    '-new',
    '-key',
    pair.keyPath,
    '-subj',
    '/CN=mender.example.com',
    '-addext',
    san,
    '-out',
    request,
  );
  const signing = [
    '-CA',
    at('certs/ca.crt'),
    '-CAkey',
    at('certs/ca.key'),
    '-days',
    '500',
    '-copy_extensions',
    'copy',
  ];
  await openssl('x509', '-req', '-in', request, ...signing, '-out', at('certs/issued.crt'));
  const texts = {
    'docker-compose.yml': BASE,
    'docker-compose.override.yml': OVERRIDE,
    '.gitignore': IGNORED,
  };
  const others = {
    'README.md': 'mine\n',
    'certs/begins.crt': (await readFile(pair.certificatePath, 'latin1')).slice(0, 400),
    'certs/empty.crt': '',
  };
  for (const [name, text] of Object.entries({ ...texts, ...others })) await writeFile(at(name), text);
  await chmod(at('docker-compose.yml'), 0o640);
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: root });
  await git('init', '--quiet', '--template=');
  await git('add', '--all');
}
