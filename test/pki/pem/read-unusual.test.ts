/** Files that are rare, and of which something false would be said easily. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DerError, TAG, timeOf } from '../../../server/src/pki/asn1/read-der';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { PemBlock } from '../../../server/src/pki/types';
import { buildCertificate } from '../agreement/build-certificate';
import { openssl, temporaryDirectory } from '../openssl';

const place = temporaryDirectory();
const at = (name: string) => path.join(place.path, name);
beforeAll(() => place.create());
afterAll(() => place.remove());

const blocksOf = (text: string | Buffer) => readPem(Buffer.from(text)).blocks;
const blockOf = (text: string | Buffer): PemBlock => {
  const [block] = blocksOf(text);
  if (block === undefined) throw new Error('no block');
  return block;
};
const pem = (key: KeyObject, type: string, more: object = {}) =>
  key.export({ type, format: 'pem', ...more } as never).toString();
const spki = (key: KeyObject) =>
  createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('hex');

describe('keys', () => {
  it.each([
    ['spelled out curves', ['-param_enc', 'explicit'], true],
    ['compressed points', ['-conv_form', 'compressed'], undefined],
    ['both', ['-param_enc', 'explicit', '-conv_form', 'compressed'], true],
  ])('with %s are told by their ordinary form', async (_, options, explicitCurve) => {
    for (const namedCurve of ['prime256v1', 'secp384r1', 'secp521r1']) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      await writeFile(at('in.pem'), pem(privateKey, 'sec1'));
      await openssl('ec', '-in', at('in.pem'), ...options, '-out', at('out.pem'));
      const ours = blockOf(await readFile(at('out.pem')));
      expect(ours).toMatchObject({ damaged: false, algorithm: 'ec', publicKeyFingerprint: spki(privateKey) });
      expect(ours).toHaveProperty('bits', blockOf(pem(privateKey, 'pkcs8'))['bits' as keyof PemBlock]);
      expect((ours as { explicitCurve?: boolean }).explicitCurve).toBe(explicitCurve);
      // The same for what a certificate carries.
      const written = createPrivateKey(await readFile(at('out.pem')));
      const der = buildCertificate({
        subject: 'a',
        key: createPublicKey(written),
        signer: privateKey,
        digest: 'sha256',
        serial: 1,
        notBefore: 0,
        notAfter: 1000,
      });
      expect(blockOf(encodePem('CERTIFICATE', der))).toMatchObject({
        kind: 'certificate',
        publicKeyFingerprint: spki(privateKey),
      });
    }
  });

  it('in version 2 of PKCS#8, which appends the public key, are keys', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const one = privateKey.export({ type: 'pkcs8', format: 'der' });
    const point = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
    const content = Buffer.concat([
      Buffer.from('020101', 'hex'),
      one.subarray(5),
      Buffer.from('812100', 'hex'),
      point,
    ]);
    const two = Buffer.concat([Buffer.of(0x30, content.length), content]);
    expect(blockOf(encodePem('PRIVATE KEY', two))).toMatchObject({
      damaged: false,
      encoding: 'pkcs8',
      algorithm: 'ed25519',
      publicKeyFingerprint: spki(privateKey),
    });
  });

  it('are read by their content, whatever the label says', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    for (const [key, encoding] of [
      [rsa, 'pkcs1'],
      [rsa, 'pkcs8'],
      [ec, 'sec1'],
      [ec, 'pkcs8'],
    ] as const) {
      const der = key.export({ type: encoding, format: 'der' } as never) as unknown as Buffer;
      for (const kind of ['', 'RSA ', 'EC ', 'DSA ', 'ENCRYPTED ']) {
        const label = `${kind}PRIVATE KEY`;
        expect(blockOf(encodePem(label, der)), `${encoding} as ${label}`).toMatchObject({
          label,
          damaged: false,
          encoding,
          publicKeyFingerprint: spki(key),
        });
      }
      expect(readPem(der)).toMatchObject({ form: 'der', blocks: [{ label: '', encoding }] });
    }
    const locked = pem(ec, 'pkcs8', { cipher: 'aes-128-cbc', passphrase: 'x' });
    const wrong = locked.replaceAll('ENCRYPTED PRIVATE KEY', 'PRIVATE KEY');
    expect(blockOf(wrong)).toMatchObject({ damaged: false, encrypted: true, encoding: 'encrypted-pkcs8' });
  });

  it('give away nothing that is secret', () => {
    const keys = [
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).privateKey,
      generateKeyPairSync('ed25519').privateKey,
    ];
    for (const key of keys) {
      const { d = '', p, q, dp, dq, qi } = key.export({ format: 'jwk' });
      const secrets = [d, p, q, dp, dq, qi].flatMap((text) =>
        text === undefined ? [] : [Buffer.from(text, 'base64url')],
      );
      const texts = [
        pem(key, 'pkcs8'),
        pem(key, 'pkcs8').replace('END', 'BEGIN'),
        pem(key, 'pkcs8').slice(0, -60),
      ];
      for (const text of texts) {
        const facts = readPem(Buffer.from(text));
        const said = JSON.stringify(facts, (_, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
        );
        for (const secret of secrets) {
          for (const form of ['hex', 'base64', 'base64url'] as const) {
            // A stretch of it would be too much already.
            expect(said).not.toContain(secret.toString(form).slice(4, 20));
          }
        }
        for (const line of text.split('\n').slice(1, -2)) expect(said).not.toContain(line.slice(0, 16));
      }
    }
  });
});

describe('certificates', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const wishes = {
    subject: 'a',
    key,
    signer: key,
    digest: 'sha256',
    serial: 1,
    notBefore: 0,
    notAfter: 1000,
  } as const;

  it('with names of several kinds tell hosts and addresses, and no others', () => {
    const names = [
      'email:a@example.com',
      'DNS:a.example.com',
      'URI:https://b.example.com/',
      'IP:10.0.0.1',
      'IP:::1',
    ];
    const block = blockOf(
      encodePem('CERTIFICATE', buildCertificate({ ...wishes, names: [...names, 'DNS:c'] })),
    );
    expect(block).toMatchObject({
      subjectAltNames: { dns: ['a.example.com', 'c'], ip: ['10.0.0.1', '::1'] },
    });
  });

  it('tell dates far back and far ahead', () => {
    const [notBefore, notAfter] = [Date.UTC(1949, 11, 31), Date.UTC(2050, 0, 1, 1, 2, 3)];
    const block = blockOf(encodePem('CERTIFICATE', buildCertificate({ ...wishes, notBefore, notAfter })));
    expect(block).toMatchObject({ notBefore, notAfter });
  });
});

describe('dates', () => {
  it('that no calendar has are not told as others', () => {
    const time = (text: string) => {
      const tag = text.length === 13 ? TAG.utcTime : TAG.generalizedTime;
      return timeOf({ tag, content: Buffer.from(text), whole: Buffer.from(text) });
    };
    expect(time('240229235959Z')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59));
    expect(time('500101000000Z')).toBe(Date.UTC(1950, 0, 1));
    expect(time('20000229000000Z')).toBe(Date.UTC(2000, 1, 29));
    for (const text of ['230229000000Z', '241301000000Z', '240001000000Z', '240100000000Z', '240431000000Z'])
      expect(() => time(text), text).toThrow(DerError);
    for (const text of ['240101240000Z', '240101006000Z', '240101000060Z', '21000229000000Z', '24010100000Z'])
      expect(() => time(text), text).toThrow(DerError);
  });
});

describe('texts', () => {
  const key = pem(generateKeyPairSync('ed25519').privateKey, 'pkcs8');

  it('with the line ends of old Macs hold blocks that no service finds', () => {
    const facts = readPem(Buffer.from(key.replaceAll('\n', '\r')));
    expect(facts.form).toBe('pem');
    expect(facts.blocks).toMatchObject([
      { kind: 'private-key', damaged: true, decoded: false, reason: expect.stringContaining('CR only') },
    ]);
    expect(blockOf(key.replaceAll('\n', '\r\n').trimEnd())).toMatchObject({ damaged: false });
    expect(blockOf(`${key.trimEnd()}\r`)).toMatchObject({ damaged: false });
    // A carriage return too many, as transfers in text mode leave them.
    expect(blockOf(key.replaceAll('\n', '\r\r\n'))).toMatchObject({ damaged: false });
  });

  it('tell whether a damaged block could be decoded', () => {
    const flat = '-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n';
    expect(blockOf(flat)).toMatchObject({ damaged: true, decoded: false });
    expect(blockOf(encodePem('PRIVATE KEY', Buffer.from('3003020100', 'hex')))).toMatchObject({
      damaged: true,
      decoded: true,
    });
  });

  it('of a megabyte are read in linear time, whatever stands in them', () => {
    const begin = '-----BEGIN CERTIFICATE-----\n';
    for (const text of [begin.repeat(30_000), '-'.repeat(1_000_000), `${begin}${'A: b\n'.repeat(200_000)}`]) {
      expect(readPem(Buffer.from(text)).blocks.every((block) => block.damaged)).toBe(true);
    }
  });
});
