/** Token keys in directories that are mounted, keys that are accepted beside the signing one, and keys that leaked. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { fingerprint } from '../../server/src/pki/keys/key-facts';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { runReal } from '../cli/real-cli';
import {
  at,
  carryOut,
  codes,
  compose,
  directory,
  GATEWAY,
  planned,
  service,
  text,
  useProject,
  write,
} from './task-project';

/** Fingerprints that count as published here: the real keys are nowhere in this repository. */
const published = vi.hoisted(() => new Set<string>());
vi.mock('../../server/src/pki/keys/published-keys', async (original) => {
  const real = await original<typeof import('../../server/src/pki/keys/published-keys')>();
  return {
    ...real,
    publishedKey: (of: string | undefined) =>
      of !== undefined && published.has(of)
        ? { role: 'demo-deployment', what: 'the demo key', publishedIn: 'all releases' }
        : real.publishedKey(of),
  };
});

useProject();
beforeEach(async () => {
  published.clear();
  used = 0;
  // A temporary directory is closed, which would guard all that is in it.
  await chmod(directory.path, 0o755);
});

/** A deployment with one token service. */
function stack(
  role: 'useradm' | 'deviceauth',
  tag: string,
  mounts: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  more = '',
): string {
  const environment = Object.entries(variables).map(([name, value]) => `      ${name}: ${value}\n`);
  return `services:
  ${role}:
    image: mendersoftware/${role}:${tag}
${more}${environment.length > 0 ? `    environment:\n${environment.join('')}` : ''}    volumes:
${mounts.map((mount) => `      - ${mount}\n`).join('')}`;
}

async function putKey(file: string, pem = newKey(), mode = 0o644): Promise<string> {
  await mkdir(path.dirname(at(file)), { recursive: true });
  await writeFile(at(file), pem, { mode });
  await chmod(at(file), mode);
  service.changed();
  return pem.startsWith('-----') && !pem.includes('ENCRYPTED') ? fingerprintOf(pem) : '';
}

/** Keys of this file, made once: each test has them in the same order. */
const pool: string[] = [];
let used = 0;
function newKey(): string {
  pool[used] ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  return pool[used++] ?? '';
}

function fingerprintOf(pem: string): string {
  return fingerprint(createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' }));
}

/** Who runs this can read what a service of Mender can, or there are no modes to judge by. */
const isReader = [undefined, 65_534].includes(process.geteuid?.());
const modeOf = async (...parts: string[]) => (await stat(at(...parts))).mode & 0o777;
const keyAt = async (...parts: string[]) => fingerprintOf(await text(...parts));
const rotate = (name: string, more: Partial<KeyTask> = {}) =>
  carryOut({ kind: 'rotate', service: name, again: true, bits: 2048, ...more } as KeyTask);

describe('a key in a directory that is mounted', () => {
  it.each([
    ['3.7, at the usual path', 'mender-3.7', '/etc/useradm/rsa', 'private.pem', {}],
    [
      'at a path of its own',
      'mender-3.7',
      '/keys',
      'own.pem',
      { USERADM_SERVER_PRIV_KEY_PATH: '/keys/own.pem' },
    ],
    [
      '4.0',
      'v4.0.0',
      '/etc/useradm/keys',
      'private.pem',
      { USERADM_SERVER_PRIV_KEY_PATH: '/etc/useradm/keys/private.pem' },
    ],
  ])(
    'of user administration is rotated where the service looks: %s',
    async (_, tag, target, name, variables) => {
      await write(stack('useradm', tag, [`./private/keys:${target}:ro`], variables));
      const old = await putKey(`private/keys/${name}`);
      const plan = await rotate('useradm');
      expect(plan.effects.join(' ')).toContain('Users stay logged in, and personal access tokens stay valid');
      expect(await text('docker-compose.yml')).toContain(`${target}/private.id.1.pem`);
      expect(await text('docker-compose.yml')).not.toContain('FALLBACK');
      // The new key is where the variable says, and the old one is found as number 0.
      expect(await keyAt('private', 'keys', 'private.id.1.pem')).not.toBe(old);
      expect(await keyAt('private', 'keys', 'private.id.0.pem')).toBe(old);
      expect(await codes()).toEqual([]);
      const second = await rotate('useradm');
      expect(second.effects.join(' ')).toContain('tokens of the old ones');
      expect(await text('docker-compose.yml')).toContain(`${target}/private.id.2.pem`);
      expect(await keyAt('private', 'keys', 'private.id.0.pem')).toBe(old);
      expect(await codes()).toEqual([]);
    },
  );

  it('whose number is no number to the service leaves the others countable', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await write(stack('useradm', 'mender-3.7', ['./private/keys:/etc/useradm/rsa:ro']));
    await putKey('private/keys/private.pem');
    await putKey(`private/keys/private.id.${'9'.repeat(200)}.pem`);
    await rotate('useradm');
    expect(await text('docker-compose.yml')).toContain('/etc/useradm/rsa/private.id.1.pem');
  });

  it('counts numbers of files that nothing mounts', async () => {
    await write(stack('useradm', 'mender-3.7', ['./private/own.pem:/etc/useradm/rsa/private.pem:ro']));
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/own.pem');
    await putKey('private/private.id.6.pem');
    await rotate('useradm');
    expect(await text('docker-compose.yml')).toContain(
      './private/private.id.7.pem:/etc/useradm/rsa/private.id.7.pem',
    );
  });

  it('counts numbers of files beside it in a mounted directory', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await write(stack('useradm', 'mender-3.7', ['./private/keys:/etc/useradm/rsa:ro']));
    await putKey('private/keys/private.pem');
    await putKey('private/keys/private.id.6.pem');
    await rotate('useradm');
    expect(await text('docker-compose.yml')).toContain('/etc/useradm/rsa/private.id.7.pem');
  });

  it('counts numbers of files where a key goes that can not stay beside the old one', async () => {
    await write(stack('useradm', 'mender-3.7', ['./own.pem:/etc/useradm/rsa/private.pem:ro']));
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('own.pem');
    await putKey('private/private.id.6.pem');
    await rotate('useradm');
    expect(await text('docker-compose.yml')).toContain('/etc/useradm/rsa/private.id.7.pem');
  });

  it.each([
    ['deviceauth', 'mender-3.7', '/etc/deviceauth/rsa'],
    ['deviceauth', 'mender-3.1', '/etc/deviceauth/rsa'],
    ['useradm', 'mender-3.1', '/etc/useradm/rsa'],
    ['useradm', 'mender-3.6', '/etc/useradm/rsa'],
  ] as const)('of %s %s is rotated by the fallback variable', async (role, tag, target) => {
    await write(stack(role, tag, [`./private/keys:${target}:ro`]));
    // Up to 3.3 the service is root, and its key for root alone.
    await putKey('private/keys/private.pem', undefined, tag === 'mender-3.1' ? 0o600 : 0o644);
    await rotate(role);
    const prefix = role.toUpperCase();
    const first = await text('docker-compose.yml');
    expect(first).toContain(`${prefix}_SERVER_PRIV_KEY_PATH=${target}/private.1.pem`);
    expect(first).toContain(`${prefix}_SERVER_FALLBACK_PRIV_KEY_PATH=${target}/private.pem`);
    expect(await codes()).toEqual([]);
    const again = await rotate(role);
    expect(again.effects.join(' ')).toContain('Tokens of the key before that one are no longer accepted');
    const second = await text('docker-compose.yml');
    expect(second).toContain(`${prefix}_SERVER_PRIV_KEY_PATH=${target}/private.2.pem`);
    expect(second).toContain(`${prefix}_SERVER_FALLBACK_PRIV_KEY_PATH=${target}/private.1.pem`);
    expect(await codes()).toEqual([]);
  });

  it('of a release without a fallback is replaced, and the plan says who has to log in again', async () => {
    await write(stack('useradm', 'mender-2.7', ['./keys:/etc/useradm/rsa:ro']));
    const old = await putKey('keys/private.pem', undefined, 0o600);
    const plan = await rotate('useradm');
    expect(plan.effects).toEqual(['Users have to log in again once useradm runs with its new key.']);
    expect(await text('docker-compose.yml')).toMatch(
      /- \.\/private\/\S+:\/etc\/useradm\/rsa\/private\.pem:ro/,
    );
    expect(await keyAt('keys', 'private.pem')).toBe(old);
    expect(await codes()).toEqual([]);
  });

  it('is made so that its service can read it: the directory above is closed, not the mounted one', async () => {
    await mkdir(at('secrets', 'useradm'), { recursive: true, mode: 0o755 });
    await write(stack('useradm', 'mender-3.7', ['./secrets/useradm:/etc/useradm/rsa:ro']));
    const plan = await carryOut({ kind: 'generate', bits: 2048 });
    expect(plan.modes.map(({ path: file, mode }) => [path.basename(file), mode])).toEqual([
      ['secrets', 0o700],
    ]);
    expect(await modeOf('secrets')).toBe(0o700);
    expect(await modeOf('secrets', 'useradm')).toBe(0o755);
    expect(await modeOf('secrets', 'useradm', 'private.pem')).toBe(0o644);
    expect(await codes()).toEqual([]);
  });

  it('is made in directories that are made with it, of which the mounted one stays open', async () => {
    await write(stack('useradm', 'v4.1.3', ['./secrets/useradm:/etc/useradm/rsa:ro']));
    await carryOut({ kind: 'generate', bits: 2048 });
    expect(await modeOf('secrets')).toBe(0o700);
    expect(await modeOf('secrets', 'useradm')).toBe(0o755);
    expect(await codes()).toEqual([]);
  });

  it('never closes a directory that another service gets as a whole', async () => {
    await mkdir(at('secrets', 'useradm'), { recursive: true, mode: 0o755 });
    await write(
      `${stack('useradm', 'mender-3.7', ['./secrets/useradm:/etc/useradm/rsa:ro'])}  other:
    image: example/other
    volumes: ["./secrets:/secrets:ro"]
`,
    );
    const answer = await service.planTask(compose, { kind: 'generate' });
    if (process.geteuid?.() !== 0) {
      expect(answer).toMatchObject({ kind: 'refused', message: expect.stringContaining('as a whole') });
      return;
    }
    await carryOut({ kind: 'generate', bits: 2048 });
    expect(await modeOf('secrets')).toBe(0o755);
    const made = await stat(at('secrets', 'useradm', 'private.pem'));
    expect([made.mode & 0o777, made.uid, made.gid]).toEqual([0o600, 65_534, 0]);
    expect(await codes()).toEqual([]);
  });
});

describe('a key that is accepted beside the signing one', () => {
  let rsa = '';
  beforeEach(() => {
    rsa = newKey();
  });

  it.each([
    ['mender-3.0', []],
    ['mender-3.1', ['missing-token-key-mount']],
    ['mender-3.7', ['missing-token-key-mount']],
    ['v4.1.3', ['missing-token-key-mount']],
  ])('by the fallback variable is needed from 3.1 on: %s', async (tag, wanted) => {
    for (const role of ['useradm', 'deviceauth'] as const) {
      await write(
        stack(role, tag, [`./private/own.pem:/etc/${role}/rsa/private.pem:ro`], {
          [`${role.toUpperCase()}_SERVER_FALLBACK_PRIV_KEY_PATH`]: '/etc/old.pem',
        }),
      );
      await mkdir(at('private'), { recursive: true, mode: 0o700 });
      await putKey('private/own.pem', rsa);
      expect(await codes()).toEqual(wanted);
    }
  });

  const FALLBACK = [
    './old/old.pem:/etc/useradm/rsa/old.pem:ro',
    { USERADM_SERVER_FALLBACK_PRIV_KEY_PATH: '/etc/useradm/rsa/old.pem' },
  ] as const;
  const NUMBERED = ['./old/old.pem:/etc/useradm/rsa/private.id.4.pem:ro', {}] as const;

  it.each([
    ['fallback', ...FALLBACK],
    ['numbered', ...NUMBERED],
  ] as const)('is judged by every rule about keys: %s', async (_, mount, variables) => {
    await mkdir(at('private'), { mode: 0o700 });
    await mkdir(at('old'), { mode: 0o700 });
    await putKey('private/own.pem', rsa);
    await write(
      stack('useradm', 'mender-3.7', ['./private/own.pem:/etc/useradm/rsa/private.pem:ro', mount], variables),
    );
    expect(await codes()).toEqual(['key-file-missing']);
    await putKey('old/old.pem');
    expect(await codes()).toEqual([]);
    await chmod(at('old', 'old.pem'), 0o600);
    service.changed();
    expect(await codes()).toEqual(isReader ? [] : ['private-key-permissions']);
    await putKey('old/old.pem', 'nothing');
    expect(await codes()).toEqual(['not-pem']);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await putKey('old/old.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await codes()).toEqual(['token-key-not-rsa']);
    const locked = createPrivateKey(rsa).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    });
    await putKey('old/old.pem', locked.toString());
    expect(await codes()).toEqual(['encrypted-private-key']);
    published.add(await putKey('old/old.pem'));
    expect(await codes()).toEqual(['published-private-key']);
  });

  it('is one in git, and one that another service signs with', async () => {
    await mkdir(at('.git'));
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/own.pem', rsa);
    await putKey('private/other.pem');
    await putKey('private/old.pem', await text('private', 'other.pem'));
    await writeFile(at('.gitignore'), 'own.pem\nother.pem\n');
    await write(
      `${stack('useradm', 'mender-3.7', ['./private/own.pem:/etc/useradm/rsa/private.pem:ro', './private/old.pem:/etc/useradm/rsa/private.id.2.pem:ro'])}  deviceauth:
    image: mendersoftware/deviceauth:mender-3.7
    volumes: ["./private/other.pem:/etc/deviceauth/rsa/private.pem:ro"]
`,
    );
    expect(await codes()).toEqual(expect.arrayContaining(['shared-token-key']));
    // The one who signs with it gets a key of its own: the other can't be made anew.
    await carryOut({ kind: 'split', bits: 2048 });
    expect(await codes()).not.toContain('shared-token-key');
    expect(await text('docker-compose.yml')).toContain('./private/old.pem:');
  });

  it('is found in a mounted directory, at the path that the image reads first too', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await write(
      stack('useradm', 'mender-3.7', ['./private/keys:/etc/useradm/rsa:ro'], {
        USERADM_SERVER_PRIV_KEY_PATH: '/etc/useradm/rsa/private.id.9.pem',
      }),
    );
    await putKey('private/keys/private.id.9.pem');
    published.add(await putKey('private/keys/private.pem'));
    expect(await codes()).toEqual(['published-private-key']);
    published.clear();
    service.changed();
    expect(await codes()).toEqual([]);
    await putKey('private/keys/private.id.3.pem', 'nothing');
    expect(await codes()).toEqual(['not-pem']);
  });

  it('is taken away by the fix, not replaced by a new key', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/own.pem', rsa);
    published.add(await putKey('private/old.pem'));
    await write(
      stack(
        'useradm',
        'mender-3.7',
        ['./private/own.pem:/etc/useradm/rsa/private.pem:ro', './private/old.pem:/etc/old.pem:ro'],
        {
          USERADM_SERVER_FALLBACK_PRIV_KEY_PATH: '/etc/old.pem',
        },
      ),
    );
    const line = { line: 7, character: 12 };
    const [fix] = await service.fixes(compose, { start: line, end: line });
    expect(fix?.title).toBe('Remove the fallback token key from useradm');
    const plan = await service.plan(compose, fix?.id ?? '');
    expect(plan?.create).toEqual([]);
    expect(plan?.edits[0]?.edits.map(({ newText }) => newText).join('')).not.toContain('/etc/old.pem');
  });
});

describe('a key that others have', () => {
  it.each([
    ['leaked', true],
    ['published', false],
  ])('is replaced without overlap, and what kept it accepted goes: %s', async (_, leaked) => {
    await mkdir(at('private'), { mode: 0o700 });
    const old = await putKey('private/own.pem');
    await putKey('private/copy.pem', await text('private', 'own.pem'));
    if (!leaked) published.add(old);
    await write(
      stack(
        'useradm',
        'mender-3.7',
        [
          './private/own.pem:/etc/useradm/rsa/private.pem:ro',
          './private/copy.pem:/etc/useradm/rsa/private.id.1.pem:ro',
          './private/own.pem:/etc/fallback.pem:ro',
        ],
        {
          USERADM_SERVER_FALLBACK_PRIV_KEY_PATH: '/etc/fallback.pem',
        },
      ),
    );
    const plan = await carryOut({ kind: 'rotate', service: 'useradm', bits: 2048, leaked });
    expect(plan.effects.join(' ')).toContain(
      'Users have to log in again and create new personal access tokens',
    );
    const after = await text('docker-compose.yml');
    expect(after).not.toContain('copy.pem');
    expect(after).not.toContain('./private/own.pem');
    expect(after).not.toContain('/etc/fallback.pem');
    expect(await codes()).toEqual([]);
  });

  it('is put out of sight in a mounted directory, with its copies', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/keys/private.id.2.pem');
    await putKey('private/keys/private.id.0.pem', await text('private', 'keys', 'private.id.2.pem'));
    await write(
      stack('useradm', 'v4.1.3', ['./private/keys:/etc/useradm/keys:ro'], {
        USERADM_SERVER_PRIV_KEY_PATH: '/etc/useradm/keys/private.id.2.pem',
      }),
    );
    await carryOut({ kind: 'rotate', service: 'useradm', bits: 2048, leaked: true });
    const after = await text('docker-compose.yml');
    for (const number of [0, 2])
      expect(after).toMatch(
        new RegExp(`- \\./private/\\S+:/etc/useradm/keys/private\\.id\\.${number}\\.pem:ro`),
      );
    expect(await codes()).toEqual([]);
    // And a rotation after that keeps the new one.
    const plan = await rotate('useradm');
    expect(plan.effects.join(' ')).toContain('stay logged in');
    expect(await codes()).toEqual([]);
  });

  it('that only the release can load is kept: a key that stops the service is not', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await putKey('private/own.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    await write(stack('useradm', 'mender-3.7', ['./private/own.pem:/etc/useradm/rsa/private.pem:ro']));
    const plan = await planned({ kind: 'rotate', service: 'useradm', again: true });
    expect(plan.effects.join(' ')).toContain('have to log in again');
    await rotate('useradm');
    expect(await codes()).toEqual([]);
  });
});

describe('what belongs together', () => {
  it('is not half done: no key is made where the file can not be edited', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/own.pem');
    await write(
      stack(
        'useradm',
        'mender-3.7',
        ['./private/own.pem:/etc/useradm/rsa/private.pem:ro'],
        {},
        '    environment: ${NOBODY_KNOWS}\n',
      ),
    );
    const plan = await planned({ kind: 'rotate', service: 'useradm', again: true });
    expect([plan.create, plan.edits, plan.modes, plan.effects]).toEqual([[], [], [], []]);
    expect(plan.reminders.join(' ')).toContain('docker-compose.yml');
  });

  it('is whole where the last entry of a list goes', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/keys/private.id.1.pem');
    await putKey('private/fallback.pem', await text('private', 'keys', 'private.id.1.pem'));
    await write(`services:
  useradm:
    image: mendersoftware/useradm:v4.1.3
    environment:
      - USERADM_SERVER_FALLBACK_PRIV_KEY_PATH=/etc/fallback.pem
      - USERADM_SERVER_PRIV_KEY_PATH=/etc/keys/private.id.1.pem
    volumes:
      - ./private/keys:/etc/keys:ro
      - ./private/fallback.pem:/etc/fallback.pem:ro
`);
    const plan = await rotate('useradm', { leaked: true });
    expect(plan.reminders).toEqual([]);
    expect(await text('docker-compose.yml')).toBe(`services:
  useradm:
    image: mendersoftware/useradm:v4.1.3
    environment:
      - USERADM_SERVER_FALLBACK_PRIV_KEY_PATH=
      - USERADM_SERVER_PRIV_KEY_PATH=/etc/keys/private.id.1.pem
    volumes:
      - ./private/keys:/etc/keys:ro
      - ./private/useradm.pem:/etc/keys/private.id.1.pem:ro
`);
    expect(await codes()).toEqual([]);
  });

  it('of a pair that leaked makes no bundle with the old certificate', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    const plan = await planned({
      kind: 'rotate',
      service: 'mender-api-gateway',
      algorithm: 'ec',
      leaked: true,
    });
    expect(plan.create.map(({ kind }) => kind)).toEqual(['certificate', 'private-key']);
  });
});

describe('a reason', () => {
  it('is the true one, where a key comes as a secret or from a volume', async () => {
    await putKey('own.pem');
    await write(`services:
  deviceauth:
    image: mendersoftware/deviceauth:mender-2.7
    secrets: [{ source: key, target: /etc/deviceauth/rsa/private.pem }]
secrets:
  key: { file: ./own.pem }
`);
    expect(
      await service.planTask(compose, { kind: 'rotate', service: 'deviceauth', again: true }),
    ).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('is the secret at /etc/deviceauth/rsa/private.pem'),
    });
    await write(
      `${stack('deviceauth', 'mender-3.7', ['keys:/etc/deviceauth/rsa:ro'])}volumes: { keys: {} }\n`,
    );
    expect(
      await service.planTask(compose, { kind: 'rotate', service: 'deviceauth', again: true }),
    ).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('which cannot be read from here'),
    });
  });

  it('is not needed where a certificate in a mounted directory is renewed', async () => {
    await write(`services:
  traefik:
    image: traefik:v3.1
    command: [--providers.file.directory=/etc/traefik/config, "--entrypoints.https.address=:443"]
    networks: { default: { aliases: [mender.example.com] } }
    volumes: ["./certs:/etc/traefik/certs:ro"]
  useradm:
    image: mendersoftware/useradm:v4.0.0
`);
    await carryOut({ kind: 'generate', service: 'traefik', algorithm: 'ec' });
    await carryOut({ kind: 'renew', service: 'traefik', force: true });
    expect(await text('docker-compose.yml')).toContain('/etc/traefik/certs/mender.crt');
    expect(await readFile(at('certs', 'mender.crt'), 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});

describe('who reads a key', () => {
  const line = { line: 4, character: 12 };

  it.each([
    // Up to 3.8 the group is root's, from 4.0 on it isn't.
    ['mender-3.3', undefined, 0o600, []],
    ['mender-3.4', undefined, 0o600, ['private-key-permissions']],
    ['mender-3.8', undefined, 0o640, []],
    ['v4.0.0', undefined, 0o640, ['private-key-permissions']],
    // The compose file's word comes before the image's.
    ['v4.0.0', 'root', 0o600, []],
    ['v4.0.0', '"0:0"', 0o600, []],
    ['v4.0.0', '"65534:0"', 0o640, []],
    ['v4.0.0', '"65534:1000"', 0o640, ['private-key-permissions']],
    ['mender-3.3', '"1000:1000"', 0o600, ['private-key-permissions']],
    // Who that is can't be told from here.
    ['v4.0.0', 'mender', 0o600, []],
    ['v4.0.0', '"${SOME_USER_THAT_NOBODY_SETS}"', 0o600, []],
  ] as const)('%s, user %s, mode %o', async (tag, user, mode, wanted) => {
    if (process.geteuid?.() !== 0) return;
    await mkdir(at('private'), { mode: 0o700 });
    await putKey('private/own.pem', undefined, mode);
    const more = user === undefined ? '' : `    user: ${user}\n`;
    await write(stack('useradm', tag, ['./private/own.pem:/etc/useradm/rsa/private.pem:ro'], {}, more));
    expect(await codes()).toEqual(wanted);
  });

  it('is put right in a mounted directory by closing the one above', async () => {
    await mkdir(at('secrets'), { mode: 0o755 });
    await putKey('secrets/keys/private.pem', undefined, 0o600);
    await chmod(at('secrets', 'keys'), 0o700);
    await write(stack('useradm', 'mender-3.7', ['./secrets/keys:/etc/useradm/rsa:ro']));
    if (isReader) return;
    expect(await codes()).toEqual(['private-key-permissions']);
    const [fix] = await service.fixes(compose, { start: line, end: line });
    expect(fix?.title).toBe('Restrict ./secrets to its owner, and let useradm read its key');
    const plan = await service.plan(compose, fix?.id ?? '');
    if (!plan) throw new Error('no plan');
    expect(await service.apply(plan)).toMatchObject({ ok: true });
    expect([
      await modeOf('secrets'),
      await modeOf('secrets', 'keys'),
      await modeOf('secrets', 'keys', 'private.pem'),
    ]).toEqual([0o700, 0o755, 0o644]);
    service.changed();
    expect(await codes()).toEqual([]);
  });
});

describe('the command line', () => {
  it('says why no key is made, and not that there is nothing to change', async () => {
    await mkdir(at('keys'), { mode: 0o700 });
    await write(stack('useradm', 'mender-3.7', ['./keys:/etc/useradm/rsa:ro']));
    const { code, out } = await runReal(['generate', '--yes'], nodeHost(), { cwd: directory.path });
    expect(code).toBe(1);
    expect(out).toContain(
      'No key is created in ./keys: useradm runs as user 65534, and the whole directory is mounted',
    );
    expect(out).not.toContain('Nothing to change.');
  });
});
