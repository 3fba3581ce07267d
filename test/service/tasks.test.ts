/** What people want done with keys, on a disk, through the façade; a second time nothing changes. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/cli/text-edits';
import { nodeHost } from '../../server/src/host/node-host';
import { createService } from '../../server/src/service/create-service';
import type { MenderService, Plan } from '../../server/src/service/service';
import type { KeyTask } from '../../server/src/service/tasks';
import { openssl, temporaryDirectory } from '../pki/openssl';

const directory = temporaryDirectory();
const at = (...parts: string[]) => path.join(directory.path, ...parts);
const text = (...parts: string[]) => readFile(at(...parts), 'utf8');
let service: MenderService;
let compose: string;

beforeEach(async () => {
  await directory.create();
  service = createService(nodeHost());
  compose = at('docker-compose.yml');
});
afterEach(() => directory.remove());

async function write(content: string): Promise<void> {
  await writeFile(compose, content);
  service.changed();
}

async function planned(task: KeyTask): Promise<Plan> {
  const answer = await service.planTask(compose, task);
  if (answer.kind !== 'plan') throw new Error(`${answer.kind}: ${answer.message}`);
  return answer.plan;
}

/** Plans and carries out, edits and all. */
async function carryOut(task: KeyTask): Promise<Plan> {
  const plan = await planned(task);
  expect(await service.apply(plan)).toMatchObject({ ok: true });
  for (const { file, edits } of plan.edits) {
    const before = await readFile(file, 'utf8').catch(() => '');
    await writeFile(file, applyEdits(before, edits));
  }
  service.changed();
  return plan;
}

async function codes(): Promise<readonly string[]> {
  const answer = await service.check(compose);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return [...new Set(answer.findings.map(({ code }) => code))].sort();
}

const GATEWAY = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    networks:
      mender:
        aliases: [mender.example.com]
`;
const OLD = `${GATEWAY}  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [s3.example.com]
`;
const USERADM = `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7
    volumes:
      - ./keys/useradm.pem:/etc/useradm/rsa/private.pem:ro
`;

describe('generate', () => {
  it('makes EC pairs and the bundle that devices trust, where it is told to', async () => {
    await write(OLD);
    const plan = await carryOut({ kind: 'generate', algorithm: 'ec', days: 90, directory: at('secrets') });
    expect(plan.create.map((file) => [path.relative(directory.path, file.path), file.kind])).toEqual([
      ['secrets/mender-api-gateway.crt', 'certificate'],
      ['secrets/mender-api-gateway.key', 'private-key'],
      ['secrets/storage-proxy.crt', 'certificate'],
      ['secrets/storage-proxy.key', 'private-key'],
      ['secrets/server.crt', 'bundle'],
    ]);
    expect(await text('secrets', 'server.crt')).toBe(
      (await text('secrets', 'mender-api-gateway.crt')) + (await text('secrets', 'storage-proxy.crt')),
    );
    const certificate = new X509Certificate(await text('secrets', 'mender-api-gateway.crt'));
    expect(certificate.publicKey.asymmetricKeyType).toBe('ec');
    expect(Math.round((Date.parse(certificate.validTo) - Date.now()) / 86_400_000)).toBe(90);
    expect(await codes()).toEqual([]);
    expect(await service.planTask(compose, { kind: 'generate' })).toMatchObject({ kind: 'nothing' });
    expect(
      await service.planTask(compose, { kind: 'bundle', output: at('secrets', 'server.crt') }),
    ).toMatchObject({
      kind: 'nothing',
    });
  });

  it('has git ignore the private keys, where there is a repository', async () => {
    await mkdir(at('.git'));
    await writeFile(at('.git', 'HEAD'), 'ref: refs/heads/main\n');
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    expect(await text('.gitignore')).toBe('/ssl/mender-api-gateway/key.pem\n');
    expect(await codes()).toEqual([]);
  });
});

describe('an authority elsewhere', () => {
  it('gets a request, and what it signs is checked, put in order and mounted', async () => {
    await write(OLD);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    const plan = await carryOut({
      kind: 'request',
      service: 'mender-api-gateway',
      newKey: true,
      algorithm: 'ec',
      names: ['more.example.com'],
    });
    const request = plan.create.find(({ kind }) => kind === 'request')?.path ?? '';
    expect(plan.edits).toEqual([]);
    expect(plan.names[0]?.names).toEqual(['mender.example.com', 'mender-api-gateway', 'more.example.com']);
    expect(
      await service.planTask(compose, { kind: 'request', service: 'mender-api-gateway', newKey: true }),
    ).toMatchObject({ kind: 'nothing', message: expect.stringContaining('is there already') });
    // The authority.
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=Corp Root',
      '-days',
      '300',
      '-keyout',
      at('root.key'),
      '-out',
      at('root.crt'),
    );
    await openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      at('root.crt'),
      '-CAkey',
      at('root.key'),
      '-days',
      '200',
      '-copy_extensions',
      'copy',
      '-out',
      at('signed.crt'),
    );
    // Root first, as some authorities send it.
    await writeFile(at('answer.pem'), (await text('root.crt')) + (await text('signed.crt')));
    service.changed();
    expect(await service.planTask(compose, { kind: 'import', certificates: [request] })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('is the request'),
    });
    const taken = await carryOut({ kind: 'import', certificates: [at('answer.pem')] });
    expect(taken.reminders.join(' ')).toContain('Corp Root');
    const mounted = taken.create[0]?.path ?? '';
    expect(await readFile(mounted, 'utf8')).toBe(await text('signed.crt'));
    expect(await codes()).toEqual([]);
    expect(await text('docker-compose.yml')).toContain('key-2.pem:/var/www');
    expect(
      await service.planTask(compose, { kind: 'import', certificates: [at('answer.pem')] }),
    ).toMatchObject({ kind: 'nothing' });
    expect(await service.planTask(compose, { kind: 'renew', service: 'mender-api-gateway' })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('issued by Corp Root'),
    });
  });

  it('is told when its certificate belongs to no key, or has expired', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=x',
      '-keyout',
      '/dev/null',
      '-out',
      at('alien.crt'),
    );
    expect(
      await service.planTask(compose, { kind: 'import', certificates: [at('alien.crt')] }),
    ).toMatchObject({ kind: 'refused', message: expect.stringContaining('belongs to a private key') });
    expect(await service.planTask(compose, { kind: 'import', certificates: [at('none.crt')] })).toMatchObject(
      { kind: 'refused', message: expect.stringContaining("can't be read") },
    );
  });
});

describe('an authority here', () => {
  it('signs for the key that is mounted, and asks for its passphrase', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-passout',
      'pass:geheim',
      '-subj',
      '/CN=House',
      '-days',
      '99',
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
    );
    const authority = { certificate: at('ca.crt'), key: at('ca.key') };
    const task: KeyTask = { kind: 'sign', service: 'mender-api-gateway', authority };
    expect(await service.planTask(compose, task)).toMatchObject({ kind: 'refused', passphrase: 'needed' });
    expect(
      await service.planTask(compose, { ...task, authority: { ...authority, passphrase: 'falsch' } }),
    ).toMatchObject({ kind: 'refused', passphrase: 'wrong' });
    const open = { ...task, authority: { ...authority, passphrase: 'geheim' } };
    const plan = await carryOut(open);
    expect(JSON.stringify(plan)).not.toContain('geheim');
    expect(plan.create).toHaveLength(1);
    const made = plan.create[0]?.path ?? '';
    expect(await openssl('verify', '-CAfile', at('ca.crt'), made)).toContain('OK');
    expect(await codes()).toEqual([]);
    expect(await service.planTask(compose, open)).toMatchObject({ kind: 'nothing' });
  });
});

describe('renewal', () => {
  it('keeps key and names, adds some, and makes a bundle for the overlap', async () => {
    await write(OLD);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    expect(await service.planTask(compose, { kind: 'renew', service: 'mender-api-gateway' })).toMatchObject({
      kind: 'nothing',
      message: expect.stringContaining('nothing to renew'),
    });
    const plan = await carryOut({ kind: 'renew', service: 'mender-api-gateway', names: ['new.example.com'] });
    expect(plan.create.map(({ kind }) => kind)).toEqual(['certificate', 'bundle']);
    expect(plan.effects.join(' ')).toContain('refuse to connect');
    const [certificate = '', bundle = ''] = plan.create.map((file) => file.path);
    const renewed = new X509Certificate(await readFile(certificate));
    expect(renewed.subjectAltName).toBe(
      'DNS:mender.example.com, DNS:mender-api-gateway, DNS:new.example.com',
    );
    expect(
      renewed.checkPrivateKey(createPrivateKey(await text('ssl', 'mender-api-gateway', 'key.pem'))),
    ).toBe(true);
    // New, old, and storage's.
    expect((await readFile(bundle, 'utf8')).match(/BEGIN/g)).toHaveLength(3);
    expect(await codes()).toEqual([]);
    expect(
      await service.planTask(compose, {
        kind: 'renew',
        service: 'mender-api-gateway',
        names: ['new.example.com'],
      }),
    ).toMatchObject({ kind: 'nothing' });
  });
});

describe('rotation', () => {
  const yesterday = async (...parts: string[]) => {
    const then = Date.now() / 1000 - 2 * 86_400;
    await utimes(at(...parts), then, then);
    service.changed();
  };

  it('of a useradm key goes by numbers, and keeps the old keys mounted', async () => {
    await write(USERADM);
    await carryOut({ kind: 'generate' });
    expect(await service.planTask(compose, { kind: 'rotate', service: 'mender-useradm' })).toMatchObject({
      kind: 'nothing',
      message: expect.stringContaining('less than a day'),
    });
    await yesterday('keys', 'useradm.pem');
    const plan = await carryOut({ kind: 'rotate', service: 'mender-useradm' });
    expect(plan.effects.join(' ')).toContain('stay logged in');
    expect(await text('docker-compose.yml')).toBe(`services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7
    volumes:
      - ./keys/useradm.pem:/etc/useradm/rsa/private.id.0.pem:ro
      - ./keys/private.id.1.pem:/etc/useradm/rsa/private.id.1.pem:ro
    environment:
      - USERADM_SERVER_PRIV_KEY_PATH=/etc/useradm/rsa/private.id.1.pem
`);
    expect(await codes()).toEqual([]);
    // And once more.
    await carryOut({ kind: 'rotate', service: 'mender-useradm', again: true });
    expect(await text('docker-compose.yml')).toContain(
      '- ./keys/private.id.1.pem:/etc/useradm/rsa/private.id.1.pem:ro',
    );
    expect(await text('docker-compose.yml')).toContain(
      'USERADM_SERVER_PRIV_KEY_PATH=/etc/useradm/rsa/private.id.2.pem',
    );
    expect(await codes()).toEqual([]);
  });

  it('of a deviceauth key of Mender 4 goes by the fallback key', async () => {
    await write(`services:
  deviceauth:
    image: docker.io/mendersoftware/deviceauth:v4.0.0
    environment:
      DEVICEAUTH_SERVER_PRIV_KEY_PATH: /etc/deviceauth/private.pem
    volumes:
      - ./keys/private.pem:/etc/deviceauth/private.pem:ro
`);
    await carryOut({ kind: 'generate' });
    await carryOut({ kind: 'rotate', service: 'deviceauth', again: true });
    const first = await text('docker-compose.yml');
    expect(first).toContain('DEVICEAUTH_SERVER_PRIV_KEY_PATH: /etc/deviceauth/private.1.pem');
    expect(first).toContain('DEVICEAUTH_SERVER_FALLBACK_PRIV_KEY_PATH: /etc/deviceauth/private.pem');
    expect(await codes()).toEqual([]);
    const plan = await carryOut({ kind: 'rotate', service: 'deviceauth', again: true });
    expect(plan.effects.join(' ')).toContain('no longer accepted');
    const second = await text('docker-compose.yml');
    expect(second).not.toContain('- ./keys/private.pem:');
    expect(second).toContain('DEVICEAUTH_SERVER_FALLBACK_PRIV_KEY_PATH: /etc/deviceauth/private.1.pem');
    expect(await codes()).toEqual([]);
  });

  it('of any other key replaces it, and says who has to log in again', async () => {
    await write(USERADM.replace('mender-3.7', 'mender-3.2'));
    await carryOut({ kind: 'generate' });
    const plan = await carryOut({ kind: 'rotate', service: 'mender-useradm', again: true });
    expect(plan.effects).toEqual(['Users have to log in again once mender-useradm runs with its new key.']);
    expect(await codes()).toEqual([]);
  });

  it('of a TLS pair has an overlap too', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    const plan = await carryOut({
      kind: 'rotate',
      service: 'mender-api-gateway',
      again: true,
      algorithm: 'ec',
    });
    expect(plan.create.map(({ kind }) => kind)).toEqual(['certificate', 'private-key', 'bundle']);
    expect(await codes()).toEqual([]);
  });
});

describe('split', () => {
  it('gives each service a key of its own', async () => {
    await write(`${USERADM}  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7
    volumes:
      - ./keys/useradm.pem:/etc/deviceauth/rsa/private.pem:ro
`);
    await carryOut({ kind: 'generate' });
    await write((await text('docker-compose.yml')).replaceAll(/\.\/keys\/[\w.-]+:/g, './keys/useradm.pem:'));
    expect(await codes()).toContain('shared-token-key');
    await carryOut({ kind: 'split' });
    expect(await codes()).toEqual([]);
    expect(await service.planTask(compose, { kind: 'split' })).toMatchObject({ kind: 'nothing' });
  });
});

describe('conversion', () => {
  it('takes the passphrase from a key, and turns PKCS#8 into what old releases read', async () => {
    await write(USERADM.replace('mender-3.7', 'mender-3.2'));
    await mkdir(at('keys'), { mode: 0o700 });
    await openssl(
      'genpkey',
      '-algorithm',
      'RSA',
      '-pkeyopt',
      'rsa_keygen_bits:2048',
      '-aes256',
      '-pass',
      'pass:geheim',
      '-out',
      at('keys', 'useradm.pem'),
    );
    service.changed();
    expect(await codes()).toContain('encrypted-private-key');
    const task: KeyTask = { kind: 'convert', service: 'mender-useradm' };
    expect(await service.planTask(compose, task)).toMatchObject({ kind: 'refused', passphrase: 'needed' });
    const plan = await carryOut({ ...task, passphrase: 'geheim' });
    expect(JSON.stringify(plan)).not.toContain('geheim');
    expect(await codes()).toEqual([]);
    expect(await service.planTask(compose, task)).toMatchObject({ kind: 'nothing' });
  });

  it('is the fix of a key that the release cannot read', async () => {
    await write(USERADM.replace('mender-3.7', 'mender-3.2'));
    await mkdir(at('keys'), { mode: 0o700 });
    await openssl(
      'genpkey',
      '-algorithm',
      'RSA',
      '-pkeyopt',
      'rsa_keygen_bits:2048',
      '-out',
      at('keys', 'useradm.pem'),
    );
    service.changed();
    const line = { line: 4, character: 12 };
    const [fix] = await service.fixes(compose, { start: line, end: line });
    expect(fix).toMatchObject({
      title: 'Write the same key as PKCS#1 for mender-useradm, and mount that',
      generates: true,
      preferred: true,
    });
    const plan = await service.plan(compose, fix?.id ?? '');
    expect(plan?.create.map(({ kind }) => kind)).toEqual(['token-key']);
  });
});

describe('permissions', () => {
  it('are put right by a fix: the directory closed first, then the key for its service', async () => {
    await write(USERADM);
    await mkdir(at('keys'), { mode: 0o755 });
    await chmod(directory.path, 0o755);
    await openssl('genrsa', '-traditional', '-out', at('keys', 'useradm.pem'), '2048');
    await chmod(at('keys', 'useradm.pem'), 0o600);
    service.changed();
    expect(await codes()).toEqual(['private-key-permissions']);
    const line = { line: 4, character: 12 };
    const [fix] = await service.fixes(compose, { start: line, end: line });
    const plan = await service.plan(compose, fix?.id ?? '');
    expect(plan?.modes).toEqual([
      { path: at('keys'), mode: 0o700, before: 0o755 },
      { path: at('keys', 'useradm.pem'), mode: 0o644, before: 0o600 },
    ]);
    if (plan) expect(await service.apply(plan)).toMatchObject({ ok: true });
    service.changed();
    expect((await stat(at('keys'))).mode & 0o777).toBe(0o700);
    expect(await codes()).toEqual([]);
  });
});

describe('targets', () => {
  it('are the pairs and keys of the deployment with their state', async () => {
    await write(`${OLD}  mender-useradm:
    image: mendersoftware/useradm:latest
`);
    expect(
      (await service.targets(compose)).map(({ title, state, tasks }) => [title, state, tasks[0]]),
    ).toEqual([
      ['TLS certificate of mender-api-gateway', 'not mounted', 'generate'],
      ['TLS certificate of storage-proxy', 'not mounted', 'generate'],
      ['Token signing key of mender-useradm', 'not mounted', 'generate'],
    ]);
    await carryOut({ kind: 'generate', days: 100, bits: 2048 });
    expect((await service.targets(compose)).map(({ state }) => state)).toEqual([
      expect.stringMatching(/^valid until \d{4}-\d\d-\d\d \(99 days left\)$/),
      expect.stringContaining('99 days left'),
      'RSA 2048',
    ]);
  });
});
