/** Keys behind a passphrase, as openssl and node:crypto lock them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { loadKey, Unusable } from '../../../server/src/pki/pem/load-private-key';
import { lockedLegacy, lockedPkcs8 } from '../../fuzz/lock-key';
import { openssl, temporaryDirectory } from '../openssl';

const place = temporaryDirectory();
const at = (name: string) => path.join(place.path, name);
beforeAll(() => place.create());
afterAll(() => place.remove());

const PASSPHRASE = 'pässwörd 🗝';
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const der = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'der' });
const load = (pem: string | Uint8Array, passphrase = PASSPHRASE) =>
  loadKey('/key', { read: async () => ({ ok: true, value: Uint8Array.from(Buffer.from(pem)) }) }, passphrase);

describe('a key that is locked', () => {
  it.each([
    ['pkcs8', 'aes-128-cbc'],
    ['pkcs8', 'aes-256-cbc'],
    ['pkcs8', 'des-ede3-cbc'],
    ['pkcs1', 'aes-192-cbc'],
    ['pkcs1', 'des-ede3-cbc'],
    ['sec1', 'aes-256-cbc'],
  ] as const)('by node:crypto as %s with %s opens', async (type, cipher) => {
    const key = type === 'sec1' ? ec : rsa;
    const pem = key.export({ type, format: 'pem', cipher, passphrase: PASSPHRASE } as never).toString();
    expect(der(await load(pem)).equals(der(key))).toBe(true);
    await expect(load(pem, 'another')).rejects.toMatchObject({ passphrase: 'wrong' });
    await expect(load(pem, '')).rejects.toMatchObject({ passphrase: 'needed' });
  });

  it.each([
    ['PBES2 with SHA-1', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA1']],
    ['PBES2 with SHA-512', ['-v2', 'aes-192-cbc', '-v2prf', 'hmacWithSHA512']],
    ['scrypt', ['-scrypt']],
    ['PKCS#12’s way', ['-v1', 'PBE-SHA1-3DES']],
    ['ten thousand rounds', ['-iter', '10000']],
  ])('by openssl with %s opens', async (_, options) => {
    await writeFile(at('plain.pem'), rsa.export({ type: 'pkcs8', format: 'pem' }));
    const files = ['-in', at('plain.pem'), '-out', at('locked.pem')];
    await openssl('pkcs8', '-topk8', ...options, '-passout', `pass:${PASSPHRASE}`, ...files);
    expect(der(await load(await readFile(at('locked.pem')))).equals(der(rsa))).toBe(true);
  });
});

describe('what is no key behind its passphrase', () => {
  it('is refused, and never opened once more', async () => {
    const twice = lockedPkcs8(lockedPkcs8(der(rsa), PASSPHRASE), PASSPHRASE);
    await expect(load(encodePem('ENCRYPTED PRIVATE KEY', twice))).rejects.toBeInstanceOf(Unusable);
    const mixed = lockedLegacy(lockedPkcs8(der(rsa), PASSPHRASE), 'RSA PRIVATE KEY', PASSPHRASE);
    await expect(load(mixed)).rejects.toBeInstanceOf(Unusable);
    const rubbish = lockedPkcs8(Buffer.alloc(100, 5), PASSPHRASE);
    await expect(load(encodePem('ENCRYPTED PRIVATE KEY', rubbish))).rejects.toBeInstanceOf(Unusable);
  });

  it('with a derivation that takes hours is refused at once', async () => {
    const pem = (rounds: bigint) =>
      encodePem('ENCRYPTED PRIVATE KEY', lockedPkcs8(der(rsa), PASSPHRASE, rounds));
    await expect(load(pem(2n ** 31n - 1n))).rejects.toThrow('in an unknown way');
    await expect(load(pem(2n ** 60n))).rejects.toThrow('in an unknown way');
  });
});
