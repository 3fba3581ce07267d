/** Asks the judge of token services (`go-tokens/main.go`) what a release makes of what a compose file mounts. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ended, findProgram, GO_ENVIRONMENT } from './tools';

export type TokenRole = 'useradm' | 'deviceauth';

export interface Judged {
  readonly started: boolean;
  readonly reason: string;
  /** Signed by the service as it is; empty where it can't. */
  readonly token: string;
  /** Of the tokens that were asked about, in their order. */
  readonly accepted: readonly boolean[];
  /** Whether modes were judged. */
  readonly asUser: boolean;
}

/** A release as the services' version numbers go, and whom they run as. */
export interface Release {
  readonly version: readonly [number, number, number];
  readonly uid: number;
  readonly gid: number;
}

/** Facts: token-services.md, "Who reads it". */
export function releaseOf(version: string): Release {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const isNobody = major > 3 || (major === 3 && minor >= 4);
  return { version: [major, minor, patch], uid: isNobody ? 65_534 : 0, gid: major > 3 ? 65_534 : 0 };
}

/** Compiles the judge; false where no Go is installed. */
export async function buildJudge(binary: string): Promise<boolean> {
  if ((await findProgram('go')) === undefined) return false;
  const source = path.join(import.meta.dirname, 'go-tokens/main.go');
  await promisify(execFile)('go', ['build', '-o', binary, source], { env: GO_ENVIRONMENT });
  return true;
}

export interface Asked {
  readonly compose: string;
  readonly role: TokenRole;
  readonly release: Release;
  readonly tokens?: readonly string[];
}

/** Starts the service of a compose file, read by the YAML library alone: short mounts, `environment` in both styles. */
export async function judge(binary: string, { compose, role, release, tokens = [] }: Asked): Promise<Judged> {
  const directory = path.dirname(compose);
  const { services } = parse(await readFile(compose, 'utf8'));
  const { volumes = [], environment = {} } = services[role];
  const pairs: [string, string][] = Array.isArray(environment)
    ? environment.map((entry: string) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)])
    : Object.entries(environment).map(([name, value]) => [name, String(value ?? '')]);
  const mounts = volumes.map((entry: string) => {
    const [source = '', target = '', mode] = entry.split(':');
    return { source: path.resolve(directory, source), target, readOnly: mode === 'ro' };
  });
  const base = path.join(path.dirname(binary), 'roots');
  await mkdir(base, { recursive: true });
  const root = await mkdtemp(path.join(base, 'root-'));
  try {
    const { version, ...user } = release;
    const request = {
      role,
      release: version,
      ...user,
      mounts,
      environment: Object.fromEntries(pairs),
      root,
      tokens,
    };
    const { code, output } = await ended(binary, [], JSON.stringify(request));
    if (code !== 0) throw new Error(output);
    return JSON.parse(output);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Whether any user of the host can read a file, as far as the directories below `top` let them. */
export async function isOpen(file: string, top: string): Promise<boolean> {
  if (((await stat(file)).mode & 0o004) === 0) return false;
  for (let at = path.dirname(file); at !== top; at = path.dirname(at))
    if (((await stat(at)).mode & 0o001) === 0) return false;
  return true;
}
