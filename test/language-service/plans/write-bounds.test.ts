/** Keys that are mounted from outside of what the user opened or named: all is done, or nothing. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LanguageService, Plan, PlanOptions } from '../../../server/src/language-service/api/index';
import type { KeyTask } from '../../../server/src/language-service/api/tasks';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { make } from '../../../server/src/pki/generate/generate';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { openssl, temporaryDirectory } from '../../pki/openssl';

const directory = temporaryDirectory();
const at = (...parts: string[]) => path.join(directory.path, ...parts);
const project = (...parts: string[]) => at('project', ...parts);
let service: LanguageService;

const gateway = (from: string) => `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    volumes:
      - ${from}/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro
      - ${from}/key.pem:/var/www/mendersoftware/cert/key.pem:ro
`;
const tokens = (useradm: string, deviceauth = useradm) => `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.3
    volumes:
      - ${useradm}:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.3
    volumes:
      - ${deviceauth}:/etc/deviceauth/rsa/private.pem:ro
`;

beforeEach(async () => {
  await directory.create();
  await mkdir(at('etc'));
  await mkdir(project(), { recursive: true });
  const answer = await make(
    [
      {
        kind: 'tls-pair',
        keyPath: at('etc', 'key.pem'),
        certificatePath: at('etc', 'cert.pem'),
        names: ['a.example.com'],
        algorithm: 'ec',
      },
      { kind: 'token-key', keyPath: at('etc', 'token.pem'), bits: 2048 },
    ],
    nodeHost(),
    { root: at('etc') },
  );
  expect(answer.ok).toBe(true);
  service = createLanguageService(nodeHost());
  service.configure({ rules: {}, trusted: true, folders: [project()] });
});
afterEach(() => directory.remove());

async function write(text: string, name = 'docker-compose.yml'): Promise<string> {
  await mkdir(path.dirname(project(name)), { recursive: true });
  await writeFile(project(name), text);
  service.changed();
  return project(name);
}

/** What lies on the disk, with modes. */
async function contents(): Promise<readonly (readonly [string, string, number])[]> {
  const names = (await readdir(directory.path, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const status = await stat(at(name));
      const text = status.isFile() ? await readFile(at(name), 'latin1') : '';
      return [name, text, status.mode & 0o777] as const;
    }),
  );
}

const TASKS: readonly (readonly [string, (etc: string) => string, KeyTask])[] = [
  ['rotate', (etc) => tokens(`${etc}/token.pem`), { kind: 'rotate', service: 'mender-useradm', again: true }],
  ['renew', gateway, { kind: 'renew', service: 'mender-api-gateway', force: true }],
  ['split', (etc) => tokens(`${etc}/token.pem`), { kind: 'split' }],
  [
    'convert',
    (etc) => tokens(`${etc}/pkcs8.pem`, './none.pem'),
    { kind: 'convert', service: 'mender-useradm' },
  ],
  [
    'sign',
    gateway,
    {
      kind: 'sign',
      service: 'mender-api-gateway',
      authority: { certificate: 'ca.pem', key: 'ca.key' },
    },
  ],
  ['request', gateway, { kind: 'request', service: 'mender-api-gateway' }],
];

describe('a task', () => {
  it.each(TASKS)(
    '%s is refused as a whole, and done as a whole where it is allowed',
    async (_, text, given) => {
      const file = await write(text(at('etc')));
      const authority = { certificate: at('ca.pem'), key: at('ca.key') };
      const task = given.kind === 'sign' ? { ...given, authority } : given;
      if (task.kind === 'convert') {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        await writeFile(at('etc', 'pkcs8.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
      }
      if (task.kind === 'sign') {
        const made = ['-keyout', authority.key, '-out', authority.certificate, '-noenc', '-subj', '/CN=CA'];
        const ca = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '1000'];
        await openssl('req', ...ca, ...made, '-addext', 'keyUsage=critical,keyCertSign');
      }
      const before = await contents();
      expect(await service.planTask(file, task)).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(`Nothing is created or changed outside of ${project()}`),
        outside: [at('etc')],
      });
      expect(await contents()).toEqual(before);
      const answer = await service.planTask(file, task, { allow: [at('etc')] });
      if (answer.kind !== 'plan') throw new Error(answer.message);
      expect(answer.plan.outside).toEqual([]);
      expect(answer.plan.create.length).toBeGreaterThan(0);
      expect(await service.apply(answer.plan)).toMatchObject({ ok: true });
      for (const { path: made } of answer.plan.create) expect((await stat(made)).isFile(), made).toBe(true);
    },
  );

  it('may go where the user says for this one', async () => {
    const file = await write(tokens(at('etc', 'token.pem')));
    const answer = await service.planTask(file, { kind: 'split', directory: at('new', 'keys') });
    if (answer.kind !== 'plan') throw new Error(answer.message);
    expect(await service.apply(answer.plan)).toMatchObject({ ok: true });
    expect(await readdir(at('new', 'keys'))).toHaveLength(1);
  });
});

describe('one plan for everything', () => {
  it('leaves out what needs a file outside, and all that rests on it', async () => {
    const tls = gateway(at('none'))
      .replaceAll('/var/www/mendersoftware/cert/cert.pem', '/etc/traefik/certs/cert.crt')
      .replaceAll('/var/www/mendersoftware/cert/key.pem', '/etc/traefik/certs/private.key')
      .replace('mendersoftware/api-gateway:latest', 'traefik:v2.4');
    const text = `${tls}${tokens('./keys/u.pem', './keys/d.pem').replace('services:\n', '')}`;
    const file = await write(text);
    const plan = await service.planAll(file, { generate: true });
    expect(plan.create.map((made) => path.relative(project(), made.path)).sort()).toEqual([
      'keys/d.pem',
      'keys/u.pem',
    ]);
    expect(plan.edits).toEqual([]);
    expect(plan.outside).toEqual([at('none')]);
    expect(plan.reminders.join(' ')).toContain(at('none', 'key.pem'));
    expect(await service.apply(plan)).toMatchObject({ ok: true });
    const all = await service.planAll(file, { generate: true, allow: [at('none')] });
    expect(all.create).toHaveLength(2);
    expect(await service.apply(all)).toMatchObject({ ok: true });
    expect((await readdir(at('none'))).sort()).toEqual(['cert.pem', 'key.pem']);
  });

  it('mounts nothing in the place of a key outside that can not be made anew', async () => {
    const file = await write(tokens(at('etc', 'token.pem')));
    const plan = await service.planAll(file, { generate: true });
    expect(plan).toMatchObject({ create: [], edits: [], modes: [], outside: [at('etc')] });
    const checked = await service.check(file, undefined, { fixes: true });
    if (!checked || 'problem' in checked) throw new Error('not checked');
    for (const { fixes } of checked.findings) {
      for (const { id } of fixes) {
        const one = (await service.plan(file, id)) as Plan;
        for (const { path: made } of one.create) expect(made.startsWith(project())).toBe(true);
      }
    }
  });
});

describe('the bounds', () => {
  const BARE = 'services:\n  mender-useradm:\n    image: mendersoftware/useradm:mender-3.7\n';

  async function makeAll(file: string, options: PlanOptions = {}): Promise<Plan> {
    const plan = await service.planAll(file, { generate: true, ...options });
    await service.apply(plan);
    return plan;
  }

  it('are not moved by COMPOSE_FILE', async () => {
    await mkdir(at('keys'), { mode: 0o755 });
    await writeFile(at('nothing.yml'), 'services: {}\n');
    await write('COMPOSE_FILE=../nothing.yml:docker-compose.yml\n', '.env');
    const file = await write(BARE);
    const before = await contents();
    const plan = await makeAll(file);
    expect(plan).toMatchObject({ create: [], modes: [], edits: [] });
    expect(plan.outside).not.toEqual([]);
    expect(await contents()).toEqual(before);
  });

  it('are not moved by a setting of the workspace', async () => {
    await mkdir(at('keys'), { mode: 0o755 });
    const file = await write(BARE);
    const stacks = [{ files: [file], projectDirectory: directory.path }];
    service.configure({ rules: {}, trusted: true, folders: [project()], stacks });
    const before = await contents();
    expect(await makeAll(file)).toMatchObject({ create: [], modes: [], edits: [] });
    expect(await contents()).toEqual(before);
  });

  it('are the directory of a file that lies in no folder', async () => {
    service.configure({ rules: {}, trusted: true, folders: [at('other')] });
    const file = await write(BARE);
    const plan = await makeAll(file);
    expect(plan.create).toHaveLength(1);
    expect((await readdir(project())).sort()).toEqual(['docker-compose.yml', 'production']);
  });

  it('hold no link that leads out of them, whatever file it stands for', async () => {
    await mkdir(at('home'));
    const file = await write(`${BARE}    volumes:\n      - \${WHERE}/u.pem:/etc/useradm/rsa/private.pem\n`);
    await writeFile(at('home', 'rc'), 'mine\n');
    await writeFile(at('home', 'override.yml'), 'services:\n  mender-useradm:\n    environment: {A: b}\n');
    await symlink('../home/rc', project('.env'));
    await symlink('../home/override.yml', project('docker-compose.override.yml'));
    await symlink('../home', project('certs'));
    service.changed();
    const before = await contents();
    const checked = await service.check(file, undefined, { fixes: true });
    if (!checked || 'problem' in checked) throw new Error('not checked');
    const plans = [await service.planAll(file, { generate: true })];
    for (const { fixes } of checked.findings)
      for (const { id } of fixes) plans.push((await service.plan(file, id)) as Plan);
    for (const plan of plans) {
      const touched = [...plan.edits, ...plan.ignores].map((edit) => edit.file);
      expect(touched).not.toContain(project('.env'));
      expect(touched).not.toContain(project('docker-compose.override.yml'));
      expect(plan.create.filter((made) => made.path.startsWith(project('certs')))).toEqual([]);
      await service.apply(plan);
    }
    const after = await contents();
    const home = (all: typeof after) => all.filter(([name]) => name.startsWith('home'));
    expect(home(after)).toEqual(home(before));
  });
});
