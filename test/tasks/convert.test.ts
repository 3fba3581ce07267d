/** `convert`: says "loads as it is" only of what loads in that very release, and writes anew only what then does. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { KeyTask } from '../../server/src/language-service/api/tasks';
import { children, encoded, readOnly, TAG } from '../../server/src/pki/asn1/read-der';
import { encodePem } from '../../server/src/pki/pem/encode';
import { openssl } from '../pki/openssl';
import { at, carryOut, codes, compose, service, text, useProject, write } from './task-project';

useProject();

const task: KeyTask = { kind: 'convert', service: 'useradm' };
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', more = {}) =>
  key.export({ type, format: 'pem', ...more }).toString();

function withWrongCrt(key: KeyObject): string {
  const parts = children(readOnly(key.export({ type: 'pkcs1', format: 'der' }), TAG.sequence));
  const whole = parts.map((part, place) => (place === 7 ? Buffer.of(TAG.integer, 1, 5) : part.whole));
  return encodePem('RSA PRIVATE KEY', encoded(TAG.sequence, ...whole)).toString();
}

async function use(tag: string, key: string): Promise<void> {
  await write(`services:
  useradm:
    image: docker.io/mendersoftware/useradm:${tag}
    volumes:
      - ./keys/key.pem:/etc/useradm/rsa/private.pem:ro
`);
  await mkdir(at('keys'), { mode: 0o700, recursive: true });
  await writeFile(at('keys', 'key.pem'), key);
  await chmod(at('keys', 'key.pem'), 0o644);
  service.changed();
}

/** What a service is given after the conversion. */
async function converted(): Promise<string> {
  await carryOut(task);
  expect(await codes()).toEqual([]);
  expect(await service.planTask(compose, task)).toMatchObject({ kind: 'nothing' });
  const [name = ''] = (await readdir(at('keys'))).filter((each) => each !== 'key.pem');
  expect(await text('docker-compose.yml')).toContain(`./keys/${name}:`);
  const file = at('keys', name);
  expect(await text('keys', name)).toContain('BEGIN RSA PRIVATE KEY');
  return openssl('rsa', '-in', file, '-check', '-noout', '-text');
}

const nothing = { kind: 'nothing', message: expect.stringContaining('as it is') };

describe('a key that the release loads is left as it is', () => {
  it.each([
    ['an ordinary one', 'v4.1.0', () => pem(rsa(2048), 'pkcs1')],
    ['one in PKCS#8', 'v4.1.0', () => pem(rsa(2048), 'pkcs8')],
    ['one with wrong CRT values, which are computed anew', 'v4.0.1', () => withWrongCrt(rsa(2048))],
    ['one with text and a byte order mark before', 'v4.1.0', () => `\uFEFFkey:\n${pem(rsa(2048), 'pkcs1')}`],
  ])('%s (%s)', async (_, tag, make) => {
    await use(tag, make());
    expect(await service.planTask(compose, task)).toMatchObject(nothing);
  });

  it('one of three primes', async () => {
    await mkdir(at('keys'), { mode: 0o700 });
    await openssl('genrsa', '-primes', '3', '-traditional', '-out', at('keys', 'key.pem'), '2048');
    await use('v4.1.0', await text('keys', 'key.pem'));
    expect(await codes()).toEqual([]);
    expect(await service.planTask(compose, task)).toMatchObject(nothing);
  });
});

describe('a key that the release does not load is written anew, where that helps', () => {
  it('with wrong CRT values', async () => {
    await use('v4.0.2', withWrongCrt(rsa(2048)));
    expect(await codes()).toEqual(['not-loadable']);
    expect(await converted()).toContain('RSA key ok');
  });

  it.each([
    ['CR CR LF for line ends', (key: string) => key.replaceAll('\n', '\r\r\n')],
    ['a byte order mark', (key: string) => `\uFEFF${key}`],
    ['parameters before it', (key: string) => `${encodePem('EC PARAMETERS', Buffer.of(5, 0))}${key}`],
    ['another label', (key: string) => key.replaceAll('RSA PRIVATE', 'PRIVATE')],
  ])('with %s', async (_, spoil) => {
    await use('v4.1.0', spoil(pem(rsa(2048), 'pkcs1')));
    expect(await codes()).not.toEqual([]);
    expect(await converted()).toContain('RSA key ok');
  });

  it('of three primes, in PKCS#8 where that is not read', async () => {
    await mkdir(at('keys'), { mode: 0o700 });
    await openssl('genrsa', '-primes', '3', '-out', at('keys', 'key.pem'), '2048');
    await use('mender-3.2.0', await text('keys', 'key.pem'));
    const said = await converted();
    expect(said).toContain('RSA key ok');
    expect(said).toContain('prime3');
  });
});

describe('a key that the release loads in no form is refused', () => {
  it.each([
    ['too large an exponent', 'v4.1.0', () => pem(rsa(1024, 2 ** 31 + 11), 'pkcs1'), '2147483647'],
    ['too large an exponent', 'mender-3.2.0', () => pem(rsa(1024, 2 ** 31 + 11), 'pkcs8'), '2147483647'],
    ['512 bits', 'v4.1.0', () => pem(rsa(512), 'pkcs1'), '512 bits'],
    ['a curve', 'v4.1.0', () => pem(ec(), 'sec1'), 'an EC key'],
    [
      'a curve, and a passphrase',
      'v4.1.0',
      () => pem(ec(), 'pkcs8', { cipher: 'aes-128-cbc', passphrase: 'geheim' }),
      'an EC key',
    ],
  ])('with %s (%s)', async (_, tag, make, reason) => {
    await use(tag, make());
    expect(await service.planTask(compose, { ...task, passphrase: 'geheim' })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(reason),
    });
  });
});

function ec(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}
