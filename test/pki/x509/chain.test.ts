import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { CertificateBlock, PemBlock } from '../../../server/src/pki/types';
import { chainOf, signatureBy, weakDigestOf } from '../../../server/src/pki/x509/chain';
import { pairingOf } from '../../../server/src/pki/x509/matches-key';
import { daysLeft, validityAt } from '../../../server/src/pki/x509/validity';
import { buildCertificate, type CertificateWishes } from '../agreement/build-certificate';

const NOW = Date.UTC(2025, 0, 15, 12);
const DAY = 86_400_000;
const ec = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const [rootKey, innerKey, leafKey, otherKey] = [ec(), ec(), ec(), ec()];
let serial = 1;

function certificate(
  subject: string,
  key: KeyObject,
  issuer: string,
  signer: KeyObject,
  more: Partial<CertificateWishes> = {},
): Buffer {
  return buildCertificate({
    subject,
    key,
    issuer: { subject: issuer, key: signer },
    signer,
    digest: 'sha256',
    serial: serial++,
    notBefore: NOW - 10 * DAY,
    notAfter: NOW + 10 * DAY,
    ca: subject !== 'leaf',
    ...more,
  });
}

const root = certificate('root', rootKey, 'root', rootKey);
const inner = certificate('inner', innerKey, 'root', rootKey);
const leaf = certificate('leaf', leafKey, 'inner', innerKey, { names: ['DNS:leaf'] });

const blocksOf = (...ders: readonly Buffer[]): readonly PemBlock[] =>
  readPem(Buffer.concat(ders.map((der) => encodePem('CERTIFICATE', der)))).blocks;
const one = (der: Buffer) => blocksOf(der)[0] as CertificateBlock;

function chain(...ders: readonly Buffer[]) {
  const found = chainOf(blocksOf(...ders), { now: NOW });
  if (found === undefined) throw new Error('no chain');
  const { links, others, ...rest } = found;
  return {
    names: links.map((link) => link.certificate.subjectCommonName),
    signatures: links.map((link) => link.signature),
    validities: links.map((link) => link.validity),
    weak: links.map((link) => link.weakDigest),
    others: others.map((each) => each.subjectCommonName),
    ...rest,
  };
}

describe('the certificates of a file', () => {
  it('are one chain, leaf first', () => {
    expect(chain(leaf, inner, root)).toEqual({
      names: ['leaf', 'inner', 'root'],
      signatures: ['good', 'good', 'good'],
      validities: ['valid', 'valid', 'valid'],
      weak: [undefined, undefined, undefined],
      others: [],
      leafFirst: true,
      ordered: true,
      end: 'self-signed',
      gap: false,
    });
    // The root needn't come along.
    expect(chain(leaf, inner)).toMatchObject({ end: 'issuer-elsewhere', gap: false, ordered: true });
    expect(chain(leaf)).toMatchObject({ end: 'issuer-elsewhere', gap: false, signatures: ['unknown'] });
    expect(chainOf([], { now: NOW })).toBeUndefined();
    expect(chainOf(readPem(Buffer.from('x')).blocks, { now: NOW })).toBeUndefined();
  });

  it('may come in another order', () => {
    expect(chain(root, inner, leaf)).toMatchObject({
      names: ['leaf', 'inner', 'root'],
      leafFirst: false,
      ordered: false,
    });
    expect(chain(leaf, root, inner)).toMatchObject({ leafFirst: true, ordered: false, gap: false });
    // Once more what is there already changes nothing.
    expect(chain(leaf, leaf, inner)).toMatchObject({ names: ['leaf', 'inner'], others: [] });
  });

  it('may lack one in between', () => {
    expect(chain(leaf, root)).toMatchObject({ names: ['leaf'], others: ['root'], gap: true });
    // Another server's certificate beside it is no gap.
    const second = certificate('leaf', otherKey, 'elsewhere', otherKey, { ca: false });
    expect(chain(leaf, second)).toMatchObject({ names: ['leaf'], gap: false });
  });

  it('begin with the one of the private key, where that is known', () => {
    const second = certificate('leaf', otherKey, 'inner', innerKey);
    const [key] = readPem(Buffer.from(otherKey.export({ type: 'pkcs8', format: 'pem' }))).blocks;
    const blocks = blocksOf(leaf, second, inner);
    const publicKey = key?.kind === 'private-key' && !key.damaged ? key.publicKeyFingerprint : undefined;
    const found = chainOf(blocks, { now: NOW, publicKey });
    expect(found?.links[0].certificate).toBe(blocks[1]);
    expect(found?.leafFirst).toBe(false);
    expect(chainOf(blocks, { now: NOW })?.links[0].certificate).toBe(blocks[0]);
    expect(chainOf(blocks, { now: NOW, publicKey: '00' })?.links[0].certificate).toBe(blocks[0]);
  });

  it('tell an intermediate that has expired, or of which a newer one is there', () => {
    const old = certificate('inner', innerKey, 'root', rootKey, { notAfter: NOW - DAY });
    expect(chain(leaf, old)).toMatchObject({ validities: ['valid', 'expired'] });
    expect(chain(leaf, old, inner)).toMatchObject({
      validities: ['valid', 'valid'],
      others: ['inner'],
      gap: false,
    });
    const ahead = certificate('inner', innerKey, 'root', rootKey, { notBefore: NOW + DAY });
    expect(chain(leaf, ahead)).toMatchObject({ validities: ['valid', 'not-yet-valid'] });
  });

  it('tell a signature by another key, and take the issuer whose key made it', () => {
    const impostor = certificate('inner', otherKey, 'root', rootKey);
    expect(chain(leaf, impostor)).toMatchObject({ signatures: ['bad', 'unknown'] });
    expect(chain(leaf, impostor, inner)).toMatchObject({
      signatures: ['good', 'unknown'],
      others: ['inner'],
    });
    // One that names itself as its issuer, and isn't.
    const forged = certificate('root', rootKey, 'root', otherKey);
    expect(chain(forged)).toMatchObject({ end: 'issuer-elsewhere', signatures: ['bad'] });
  });

  it('tell weak signatures, save those of self-signed ones', () => {
    const weakLeaf = certificate('leaf', leafKey, 'inner', innerKey, { digest: 'sha1' });
    const weakRoot = certificate('root', rootKey, 'root', rootKey, { digest: 'sha1' });
    expect(chain(weakLeaf, inner, weakRoot)).toMatchObject({ weak: ['SHA-1', undefined, undefined] });
    expect(weakDigestOf(one(weakRoot))).toBe('SHA-1');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const by = (digest: 'md5' | 'sha1' | 'sha256', pss: boolean) =>
      one(certificate('leaf', leafKey, 'r', rsa, { digest, pss }));
    expect(
      [by('md5', false), by('md5', true), by('sha1', true), by('sha256', true)].map(weakDigestOf),
    ).toEqual(['MD5', 'MD5', 'SHA-1', undefined]);
    expect(by('sha256', true)).toMatchObject({ signatureAlgorithm: 'rsassaPss', signatureDigest: 'sha256' });
    const ed = generateKeyPairSync('ed25519').privateKey;
    expect(weakDigestOf(one(certificate('leaf', leafKey, 'r', ed)))).toBeUndefined();
  });

  it('never loop for ever', () => {
    const a = certificate('a', rootKey, 'b', innerKey);
    const b = certificate('b', innerKey, 'a', rootKey);
    expect(chain(a, b)).toMatchObject({ names: ['a', 'b'], end: 'issuer-elsewhere' });
  });

  it('of a key that the platform may not know are not called badly signed', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const issuer = one(certificate('r', rsa, 'r', rsa));
    const signed = one(certificate('leaf', leafKey, 'r', ec(), { digest: 'sha256' }));
    expect(signatureBy(issuer, { ...signed, signatureDigest: 'md5' })).toBe('unknown');
    expect(signatureBy(issuer, signed)).toBe('bad');
  });
});

describe('a certificate in time', () => {
  it('is valid from its first to its last moment', () => {
    const block = one(leaf);
    const [from, to] = [NOW - 10 * DAY, NOW + 10 * DAY];
    expect([from - 1, from, NOW, to, to + 1].map((now) => validityAt(block, now))).toEqual([
      'not-yet-valid',
      'valid',
      'valid',
      'valid',
      'expired',
    ]);
    expect(validityAt({ notBefore: undefined, notAfter: undefined }, NOW)).toBe('unknown');
    expect(validityAt({ notBefore: undefined, notAfter: NOW - 1 }, NOW)).toBe('expired');
    expect([NOW, to - 1, to, to + 1].map((now) => daysLeft(block, now))).toEqual([10, 0, 0, -1]);
    expect(daysLeft({ notBefore: undefined, notAfter: undefined }, NOW)).toBeUndefined();
  });
});

describe('a certificate and a key', () => {
  const keyBlock = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1' = 'pkcs8') =>
    readPem(Buffer.from(key.export({ type, format: 'pem' } as never).toString())).blocks[0] as PemBlock;

  it('belong together in whatever encoding the key comes', () => {
    for (const type of ['pkcs8', 'sec1'] as const) {
      expect(pairingOf(one(leaf), keyBlock(leafKey, type))).toEqual({ kind: 'match' });
      expect(pairingOf(one(leaf), keyBlock(otherKey, type))).toEqual({
        kind: 'mismatch',
        reason: 'other-key',
      });
    }
  });

  it('of two algorithms never do, RSA and RSA-PSS least of all', () => {
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey;
    const body = pss.export({ type: 'pkcs8', format: 'der' });
    // The same numbers as a plain RSA key: the octets inside PKCS#8 are PKCS#1 in both.
    const rsa = createPrivateKey({ key: innerOctets(body), format: 'der', type: 'pkcs1' });
    const other = { kind: 'mismatch', reason: 'other-algorithm' };
    expect(pairingOf(one(certificate('leaf', rsa, 'root', rootKey)), keyBlock(pss))).toEqual(other);
    expect(pairingOf(one(certificate('leaf', pss, 'root', rootKey)), keyBlock(rsa, 'pkcs1'))).toEqual(other);
    expect(pairingOf(one(certificate('leaf', pss, 'root', rootKey)), keyBlock(pss))).toEqual({
      kind: 'match',
    });
    expect(pairingOf(one(leaf), keyBlock(rsa))).toEqual(other);
  });

  it('are unknown where the key is locked, broken or none', () => {
    const locked = leafKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' });
    const blocks = [
      locked,
      'no key at all',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    ];
    for (const text of blocks) {
      const block = readPem(Buffer.from(text)).blocks[0] ?? one(leaf);
      expect(pairingOf(one(leaf), block)).toEqual({ kind: 'unknown' });
    }
    // The label of an old encrypted key tells its algorithm, and that is enough to say no.
    const old = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'x',
    });
    expect(pairingOf(one(leaf), readPem(Buffer.from(old)).blocks[0] as PemBlock)).toEqual({
      kind: 'mismatch',
      reason: 'other-algorithm',
    });
  });
});

/** The content of the octet string that ends a PKCS#8 key. */
function innerOctets(pkcs8: Buffer): Buffer {
  const start = pkcs8.indexOf(Buffer.from('3082', 'hex'), 20);
  return pkcs8.subarray(start, start + 4 + pkcs8.readUInt16BE(start + 2));
}
