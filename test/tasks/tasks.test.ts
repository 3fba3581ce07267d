/** What people want done with keys, on a disk, through the façade; a second time nothing changes. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, link, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../server/src/language-service/api/index';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { openssl } from '../pki/openssl';
import {
  at,
  carryOut,
  codes,
  compose,
  directory,
  GATEWAY,
  OLD,
  planned,
  service,
  text,
  USERADM,
  useProject,
  write,
} from './task-project';

useProject();

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
    expect(await text('.gitignore')).toBe('/ssl/mender-api-gateway/key.pem\n.mender-compose-*\n');
    expect(await codes()).toEqual([]);
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

describe('a directory that is asked for', () => {
  const made = (plan: Plan) => plan.create.map((file) => path.relative(directory.path, file.path));

  it('takes new requests, certificates and token keys, though the old files lie elsewhere', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    const here = { service: 'mender-api-gateway', newKey: true, directory: at('new') } as const;
    const request = await planned({ kind: 'request', ...here });
    expect(new Set(made(request).map((file) => path.dirname(file)))).toEqual(new Set(['new']));
    const authority = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=House', '-days', '99'];
    await openssl('req', ...authority, '-keyout', at('ca.key'), '-out', at('ca.crt'));
    const signed = await planned({
      kind: 'sign',
      ...here,
      authority: { certificate: at('ca.crt'), key: at('ca.key') },
    });
    expect(new Set(made(signed).map((file) => path.dirname(file)))).toEqual(new Set(['new']));
    await write(USERADM.replace('mender-3.7', 'mender-3.2'));
    await carryOut({ kind: 'generate', bits: 2048 });
    const rotated = await planned({
      kind: 'rotate',
      service: 'mender-useradm',
      again: true,
      directory: at('new'),
    });
    expect(made(rotated).map((file) => path.dirname(file))).toEqual(['new']);
  });
});

describe('a bundle', () => {
  it('that is there under another name is named by it', async () => {
    await write(GATEWAY);
    await carryOut({ kind: 'generate', algorithm: 'ec' });
    await writeFile(at('server.crt'), 'not ours');
    const output = at('server.crt');
    const plan = await carryOut({ kind: 'bundle', output });
    expect(plan.create.map((file) => path.relative(directory.path, file.path))).toEqual(['server-2.crt']);
    expect(await service.planTask(compose, { kind: 'bundle', output })).toEqual({
      kind: 'nothing',
      message: './server-2.crt already contains these certificates.',
    });
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

  it('of a key with several names are left alone: the service gets a copy', async () => {
    await write(USERADM);
    await mkdir(at('keys'), { mode: 0o755 });
    await chmod(directory.path, 0o755);
    await openssl('genrsa', '-traditional', '-out', at('keys', 'useradm.pem'), '2048');
    await chmod(at('keys', 'useradm.pem'), 0o600);
    await link(at('keys', 'useradm.pem'), at('second-name.pem'));
    service.changed();
    const line = { line: 4, character: 12 };
    for (const { id } of await service.fixes(compose, { start: line, end: line })) {
      const plan = await service.plan(compose, id);
      expect(plan?.modes.map(({ path: file }) => file)).not.toContain(at('keys', 'useradm.pem'));
      expect(plan?.create).toMatchObject([{ path: at('keys/private/useradm-converted.pem') }]);
    }
    const refused = await nodeHost().writer.setMode(at('second-name.pem'), 0o644);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('several names') });
    expect((await stat(at('second-name.pem'))).mode & 0o777).toBe(0o600);
  });
});
