/**
 * Every outcome of what is done with token keys, in files and in directories that are mounted, for each release: the
 * service starts, and tokens fare as the plan says. `npm run proof:tokens` tries all of them; the ordinary tests a few.
 */
import { createPrivateKey, generateKeyPairSync, type KeyExportOptions, type KeyObject } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/cli/apply/text-edits';
import type { LanguageService, Plan } from '../../server/src/language-service/api/index';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { temporaryDirectory } from '../pki/openssl';
import { buildJudge, isOpen, judge, releaseOf, type TokenRole } from './token-judge';
import { findProgram } from './tools';

const hasGo = (await findProgram('go')) !== undefined;
if (!hasGo) console.warn('Left out of the proof, because it is not installed on this machine: go');
const isRoot = process.geteuid?.() === 0;
if (!isRoot) console.warn('Not judged, because only root can become another user: who may read the keys');

/** All of them take minutes, most of it for keys. */
const WHOLE = process.env.PROOF_TOKENS !== undefined;
const LONG = 3_600_000;

/** Image tags, by the release that they are. */
const RELEASES: readonly (readonly [release: string, tag: string])[] = [
  ['1.0.0', '1.0.0'],
  ['2.6.0', 'mender-2.6.0'],
  ['2.7.0', 'mender-2.7.0'],
  ['3.0.0', 'mender-3.0.0'],
  ['3.1.0', 'mender-3.1.0'],
  ['3.2.0', 'mender-3.2.0'],
  ['3.3.0', 'mender-3.3.0'],
  ['3.4.0', 'mender-3.4.0'],
  ['3.5.0', 'mender-3.5.0'],
  ['3.6.5', 'mender-3.6.5'],
  ['3.7.0', 'mender-3.7.0'],
  ['3.8.5', 'mender-3.8.5'],
  ['4.0.0', 'v4.0.0'],
  ['4.0.2', 'v4.0.2'],
  ['4.1.3', 'v4.1.3'],
];
/** Those of which the ordinary tests try each step: the ways in which the releases differ. */
const SAMPLE: readonly string[] = [
  '3.1.0 useradm: a directory at the usual path',
  '3.7.0 useradm: a directory at the usual path',
  '4.1.3 useradm: a file at a path of its own',
  '4.1.3 deviceauth: a directory at a path of its own',
];

/** How a key is mounted: target directory, file name, and whether a variable names it. */
interface Way {
  readonly title: string;
  readonly directory: boolean;
  readonly target: (role: TokenRole) => string;
  readonly name: string;
}
const WAYS: readonly Way[] = [
  {
    title: 'a file at the usual path',
    directory: false,
    target: (role) => `/etc/${role}/rsa`,
    name: 'private.pem',
  },
  { title: 'a file at a path of its own', directory: false, target: () => '/keys', name: 'own.pem' },
  {
    title: 'a directory at the usual path',
    directory: true,
    target: (role) => `/etc/${role}/rsa`,
    name: 'private.pem',
  },
  {
    title: 'a directory at a path of its own',
    directory: true,
    target: () => '/keys/inner',
    name: 'own.pem',
  },
];

const shared = temporaryDirectory();
let binary = '';
const tally = { outcomes: 0, starts: 0, kept: 0, ended: 0 };

beforeAll(async () => {
  await shared.create();
  await chmod(shared.path, 0o755);
  binary = path.join(shared.path, 'judge');
  if (hasGo) await buildJudge(binary);
}, LONG);
afterAll(async () => {
  await shared.remove();
  const { outcomes, starts, kept, ended } = tally;
  console.log(
    `token services: ${outcomes} outcomes, ${starts} starts; old tokens: ${kept} kept, ${ended} ended, all as told`,
  );
});

/** A project with one or both token services, judged after each step. */
class Project {
  readonly directory: string;
  readonly compose: string;
  readonly service: LanguageService = createLanguageService(nodeHost());
  /** By role, the tokens that were signed so far, and whether the last plan says that they are accepted. */
  readonly tokens = new Map<TokenRole, { readonly token: string; alive: boolean }[]>();

  constructor(
    name: string,
    readonly release: string,
    readonly roles: readonly TokenRole[],
  ) {
    this.directory = path.join(shared.path, name.replaceAll(/[^\w.]+/g, '-'));
    this.compose = path.join(this.directory, 'docker-compose.yml');
  }

  async write(
    tag: string,
    mounts: (role: TokenRole) => string,
    path_: (role: TokenRole) => string | undefined,
  ) {
    await mkdir(this.directory, { recursive: true });
    await chmod(this.directory, 0o755);
    const parts = this.roles.map((role) => {
      const named = path_(role);
      const variable = named
        ? `    environment:\n      ${role.toUpperCase()}_SERVER_PRIV_KEY_PATH: ${named}\n`
        : '';
      return `  ${role}:\n    image: mendersoftware/${role}:${tag}\n${variable}    volumes:\n      - ${mounts(role)}\n`;
    });
    await writeFile(this.compose, `services:\n${parts.join('')}`);
    this.service.changed();
  }

  async do(task: KeyTask): Promise<Plan> {
    const answer = await this.service.planTask(this.compose, task);
    if (answer.kind !== 'plan') throw new Error(`${answer.kind}: ${answer.message}`);
    const { plan } = answer;
    const applied = await this.service.apply(plan);
    expect(applied).toMatchObject({ ok: true });
    for (const { file, edits } of plan.edits) {
      const before = await readFile(file, 'utf8').catch(() => '');
      await writeFile(file, applyEdits(before, edits));
    }
    this.service.changed();
    return plan;
  }

  /** The service starts, signs, and treats each older token as it is told to. */
  async check(role: TokenRole) {
    const before = this.tokens.get(role) ?? [];
    const asked = {
      compose: this.compose,
      role,
      release: releaseOf(this.release),
      tokens: before.map(({ token }) => token),
    };
    const judged = await judge(binary, asked);
    const where = `${await readFile(this.compose, 'utf8')}\n${judged.reason}`;
    expect(judged.started, where).toBe(true);
    expect(judged.token, where).not.toBe('');
    expect(judged.asUser).toBe(isRoot);
    expect(judged.accepted, where).toEqual(before.map(({ alive }) => alive));
    const [own] = (await judge(binary, { ...asked, tokens: [judged.token] })).accepted;
    expect(own).toBe(true);
    this.tokens.set(role, [...before, { token: judged.token, alive: true }]);
    for (const file of await keysBelow(this.directory))
      expect([file, await isOpen(file, this.directory)]).toEqual([file, false]);
    tally.outcomes += 1;
    tally.starts += 2;
    tally.kept += before.filter(({ alive }) => alive).length;
    tally.ended += before.filter(({ alive }) => !alive).length;
  }

  /** What a plan's words say of the tokens so far. */
  heed(role: TokenRole, { effects }: Plan) {
    const told = effects.join(' ');
    const all = this.tokens.get(role) ?? [];
    const stay = /Users stay logged in|Tokens stay valid/.test(told);
    expect(stay || /have to log in again|authenticate again automatically/.test(told), told).toBe(true);
    for (const [index, each] of all.entries()) {
      const isLast = index === all.length - 1;
      if (!stay || (!isLast && /key before that one are no longer accepted/.test(told))) each.alive = false;
    }
  }
}

async function keysBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const at = path.join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await keysBelow(at)));
    else if (/PRIVATE KEY/.test(await readFile(at, 'latin1'))) found.push(at);
  }
  return found;
}

/** A key that the service of every release could read, in a directory that others can't enter. */
async function putKey(file: string, passphrase?: string): Promise<KeyObject> {
  await mkdir(path.dirname(file), { recursive: true });
  await chmod(path.dirname(path.dirname(file)), 0o700);
  await chmod(path.dirname(file), 0o755);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const secret = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const type = passphrase === undefined ? 'pkcs1' : 'pkcs8';
  await writeFile(file, privateKey.export({ type, format: 'pem', ...secret } as KeyExportOptions<'pem'>));
  await chmod(file, 0o644);
  return privateKey;
}

const ROLES: readonly TokenRole[] = ['useradm', 'deviceauth'];
const cases = RELEASES.flatMap(([release, tag]) =>
  ROLES.flatMap((role) =>
    WAYS.map((way) => ({ release, tag, role, way, name: `${release} ${role}: ${way.title}` })),
  ),
).filter(({ name }) => WHOLE || SAMPLE.includes(name));
/** The same for what is done with both services at once. */
const both = cases
  .filter(({ role }) => role === 'useradm')
  .map(({ release, tag, way }) => ({ release, tag, way, name: `${release}: ${way.title}` }));

const bits = 2048;
const isCustom = (way: Way) => way.name !== 'private.pem';
/** Mender 4 sets the variable in its own file. */
const named = (release: string, way: Way) => isCustom(way) || Number(release[0]) >= 4;

async function started(
  { release, tag, role, way, name }: (typeof cases)[number],
  what: string,
): Promise<Project> {
  const project = new Project(`${what} ${name}`, release, [role]);
  const target = way.target(role);
  const source = way.directory ? `./secrets/${role}` : `./secrets/${role}/${way.name}`;
  await project.write(
    tag,
    () => `${source}:${way.directory ? target : `${target}/${way.name}`}:ro`,
    () => (named(release, way) ? `${target}/${way.name}` : undefined),
  );
  return project;
}

describe.runIf(hasGo)('what becomes of token keys', { timeout: LONG }, () => {
  it.each(cases)('generate, then rotate three times: $name', async (each) => {
    const { role } = each;
    const project = await started(each, 'rotate');
    await project.do({ kind: 'generate', bits });
    await project.check(role);
    for (let count = 0; count < 3; count++) {
      project.heed(role, await project.do({ kind: 'rotate', service: role, again: true, bits }));
      await project.check(role);
    }
  });

  it.each(cases)('rotate a key that leaked, before and after a rotation: $name', async (each) => {
    const { role } = each;
    const project = await started(each, 'leaked');
    await project.do({ kind: 'generate', bits });
    await project.check(role);
    project.heed(role, await project.do({ kind: 'rotate', service: role, leaked: true, bits }));
    await project.check(role);
    project.heed(role, await project.do({ kind: 'rotate', service: role, again: true, bits }));
    await project.check(role);
    // The last key leaked: those before it may go on being accepted.
    const last = project.tokens.get(role)?.at(-1);
    const plan = await project.do({ kind: 'rotate', service: role, leaked: true, bits });
    expect(plan.effects.join(' ')).toMatch(/have to log in again|authenticate again/);
    const asked = {
      compose: project.compose,
      role,
      release: releaseOf(each.release),
      tokens: [last?.token ?? ''],
    };
    expect(await judge(binary, asked)).toMatchObject({ started: true, accepted: [false] });
    tally.outcomes += 1;
  });

  it.each(cases)('convert a key that the service can not load: $name', async (each) => {
    const { role, way } = each;
    const project = await started(each, 'convert');
    const file = path.join(project.directory, 'secrets', role, way.name);
    const privateKey = await putKey(file, 'geheim');
    project.service.changed();
    await project.do({ kind: 'convert', service: role, passphrase: 'geheim' });
    const key = createPrivateKey({ key: await readFile(file), passphrase: 'geheim' });
    expect(key.equals(privateKey)).toBe(true);
    await project.check(role);
  });

  it.each(both)(
    'generate for both services where one path is named: $name',
    async ({ release, tag, way, name }) => {
      const project = new Project(`both ${name}`, release, ROLES);
      const source = way.directory ? './secrets/both' : `./secrets/both/${way.name}`;
      await project.write(
        tag,
        (role) => `${source}:${way.directory ? way.target(role) : `${way.target(role)}/${way.name}`}:ro`,
        (role) => (named(release, way) ? `${way.target(role)}/${way.name}` : undefined),
      );
      await project.do({ kind: 'generate', bits });
      for (const role of ROLES) await project.check(role);
    },
  );

  it.each(both)('split a key that both services share: $name', async ({ release, tag, way, name }) => {
    const project = new Project(`split ${name}`, release, ROLES);
    const target = (role: TokenRole) => way.target(role);
    const source = way.directory ? './secrets/both' : `./secrets/both/${way.name}`;
    await project.write(
      tag,
      (role) => `${source}:${way.directory ? target(role) : `${target(role)}/${way.name}`}:ro`,
      (role) => (named(release, way) ? `${target(role)}/${way.name}` : undefined),
    );
    await putKey(path.join(project.directory, 'secrets', 'both', way.name));
    project.service.changed();
    for (const role of ROLES) await project.check(role);
    const plan = await project.do({ kind: 'split', bits });
    const told = plan.effects.join(' ');
    for (const role of ROLES) {
      const ends = told.includes(`once ${role} runs`);
      for (const each of project.tokens.get(role) ?? []) each.alive = !ends;
      await project.check(role);
    }
    // One of them goes on with its key.
    expect(ROLES.filter((role) => told.includes(`once ${role} runs`))).toHaveLength(1);
  });
});
