/** New keys in the place of others: rotated, split, converted. */
import { mkdir, utimes } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { openssl } from '../pki/openssl';
import {
  at,
  carryOut,
  codes,
  compose,
  GATEWAY,
  service,
  text,
  USERADM,
  useProject,
  write,
} from './task-project';

useProject();

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
    await write(USERADM.replace('mender-3.7', 'mender-3.0'));
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
      title: 'Convert the key of mender-useradm to PKCS#1, and mount the new file',
      generates: true,
      preferred: true,
    });
    const plan = await service.plan(compose, fix?.id ?? '');
    expect(plan?.create.map(({ kind }) => kind)).toEqual(['token-key']);
  });
});
