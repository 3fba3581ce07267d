/** Keys, certificates and requests of every kind in DER, made when a run begins. */
import { createPublicKey, ECDH, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encoded, encodedBits, encodedInteger, encodedOid, TAG } from '../../server/src/pki/asn1/read-der';
import { buildCertificate } from '../pki/agreement/build-certificate';

export interface DerBase {
  readonly der: Buffer;
  /** What PEM calls it. */
  readonly label: string;
  /** The certificate and private key that go with it, in DER, and what the key's block is called. */
  readonly certificate?: Buffer;
  readonly key?: Buffer;
}

export const PASSPHRASE = 'not a secret';
const NOW = Date.UTC(2026, 0, 1);
const YEAR = 365 * 86_400_000;
const BITS = { modulusLength: 1024 };

const attempt = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

/** Of kinds and with options that the types have not got. */
const made = generateKeyPairSync as unknown as (type: string, options: object) => { privateKey: KeyObject };

/** Takes about a second. What this Node hasn't got is left out. */
export function makeKeyMaterial(): Readonly<Record<string, DerBase>> {
  const curves = [
    'prime256v1',
    'secp384r1',
    'secp521r1',
    'secp224r1',
    'secp256k1',
    'brainpoolP256r1',
    'sect283k1',
    'SM2',
  ];
  const makers: Readonly<Record<string, () => KeyObject>> = {
    rsa: () => generateKeyPairSync('rsa', BITS).privateKey,
    'rsa-e3': () => generateKeyPairSync('rsa', { ...BITS, publicExponent: 3 }).privateKey,
    'rsa-pss': () => made('rsa-pss', BITS).privateKey,
    'rsa-pss-limited': () =>
      made('rsa-pss', {
        ...BITS,
        hashAlgorithm: 'sha256',
        mgf1HashAlgorithm: 'sha256',
        saltLength: 32,
      }).privateKey,
    ...Object.fromEntries(
      curves.map((namedCurve) => [namedCurve, () => generateKeyPairSync('ec', { namedCurve }).privateKey]),
    ),
    'explicit-256': () =>
      generateKeyPairSync('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' }).privateKey,
    'explicit-521': () =>
      generateKeyPairSync('ec', { namedCurve: 'secp521r1', paramEncoding: 'explicit' }).privateKey,
    ed25519: () => generateKeyPairSync('ed25519').privateKey,
    ed448: () => generateKeyPairSync('ed448').privateKey,
    x25519: () => generateKeyPairSync('x25519').privateKey,
    x448: () => generateKeyPairSync('x448').privateKey,
    dsa: () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
    dh: () => made('dh', { group: 'modp14' }).privateKey,
    'ml-dsa': () => made('ml-dsa-44', {}).privateKey,
  };
  const bases: Record<string, DerBase> = {};
  const authority = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  for (const [name, make] of Object.entries(makers)) {
    const key = attempt(make);
    if (key !== undefined) Object.assign(bases, basesOf(name, key, authority));
  }
  return bases;
}

function basesOf(name: string, key: KeyObject, authority: KeyObject): Readonly<Record<string, DerBase>> {
  const found: Record<string, DerBase> = {};
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const own = { key: pkcs8 };
  const add = (form: string, label: string, make: () => Buffer, more: Partial<DerBase> = {}) => {
    const der = attempt(make);
    if (der !== undefined) found[`${name} ${form}`] = { der, label, ...more };
  };
  const options = { format: 'der' } as const;
  const certificate = (subject: string, issuer: KeyObject | undefined, more = {}) =>
    buildCertificate({
      subject,
      key: createPublicKey(key),
      signer: issuer ?? key,
      ...(issuer ? { issuer: { subject: 'authority', key: issuer } } : {}),
      digest: 'sha256',
      serial: 77,
      notBefore: NOW,
      notAfter: NOW + YEAR,
      names: ['DNS:mender.example.com', 'IP:10.0.0.1', 'email:a@example.com', 'URI:https://a.example.com/'],
      serverAuth: true,
      keyUsage: 0xa0,
      ...more,
    });
  const self = attempt(() => certificate('self', undefined, { ca: true, keyUsage: 0x06 }));
  const pair = self === undefined ? own : { ...own, certificate: self };
  add('pkcs8', 'PRIVATE KEY', () => pkcs8, pair);
  add(
    'encrypted',
    'ENCRYPTED PRIVATE KEY',
    () => key.export({ type: 'pkcs8', ...options, cipher: 'aes-128-cbc', passphrase: PASSPHRASE }),
    pair,
  );
  add('pkcs1', 'RSA PRIVATE KEY', () => key.export({ type: 'pkcs1', ...options }) as Buffer, pair);
  add('sec1', 'EC PRIVATE KEY', () => key.export({ type: 'sec1', ...options }) as Buffer, pair);
  add('spki', 'PUBLIC KEY', () => createPublicKey(key).export({ type: 'spki', ...options }), pair);
  add(
    'rsa public',
    'RSA PUBLIC KEY',
    () => createPublicKey(key).export({ type: 'pkcs1', ...options }) as Buffer,
    pair,
  );
  add('self-signed', 'CERTIFICATE', () => certificate('self', undefined, { ca: true, keyUsage: 0x06 }), pair);
  add(
    'constrained',
    'CERTIFICATE',
    () =>
      certificate('self', undefined, {
        ca: true,
        pathLength: 1,
        keyUsage: 0x06,
        nameConstraints: {
          permitted: ['DNS:example.com', 'IP:10.0.0.0/255.0.0.0', 'DIR:x'],
          excluded: ['email:b'],
          critical: true,
        },
      }),
    pair,
  );
  add('issued', 'CERTIFICATE', () => certificate('leaf', authority), pair);
  if (name === 'rsa') {
    add('pss signed', 'CERTIFICATE', () => certificate('self', undefined, { pss: true, ca: true }), pair);
    add('version 1', 'CERTIFICATE', () => certificate('self', undefined, { version: 1 }), pair);
    add(
      'trusted',
      'TRUSTED CERTIFICATE',
      () =>
        Buffer.concat([
          certificate('self', undefined),
          encoded(TAG.sequence, encoded(TAG.utf8, Buffer.from('x'))),
        ]),
      pair,
    );
    add('three primes', 'RSA PRIVATE KEY', () => withMorePrimes(key));
  }
  if (name === 'dsa') add('old', 'DSA PRIVATE KEY', () => oldDsa());
  if (name === 'prime256v1') {
    add('compressed', 'PUBLIC KEY', () => compressed(key));
    add('request', 'CERTIFICATE REQUEST', () => {
      const body = encoded(
        TAG.sequence,
        encodedInteger(0n),
        encoded(TAG.sequence),
        createPublicKey(key).export({ type: 'spki', ...options }),
        encoded(0xa0),
      );
      return encoded(
        TAG.sequence,
        body,
        encoded(TAG.sequence, encodedOid('1.2.840.10045.4.3.2')),
        encodedBits(Buffer.alloc(70, 1)),
      );
    });
    add('parameters', 'EC PARAMETERS', () => encodedOid('1.2.840.10045.3.1.7'));
  }
  return found;
}

/** Not a sound key, but one with the shape of such. */
function withMorePrimes(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' });
  const numbers = [jwk.n, jwk.e, jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].map((text = '') =>
    encodedInteger(BigInt(`0x0${Buffer.from(text, 'base64url').toString('hex')}`)),
  );
  const third = encoded(TAG.sequence, encodedInteger(1n), encodedInteger(1n), encodedInteger(1n));
  return encoded(TAG.sequence, encodedInteger(1n), ...numbers, encoded(TAG.sequence, third));
}

function oldDsa(): Buffer {
  return encoded(TAG.sequence, ...[0n, 23n, 11n, 4n, 8n, 7n].map(encodedInteger));
}

function compressed(key: KeyObject): Buffer {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const short = ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed') as Buffer;
  const identifier = encoded(
    TAG.sequence,
    encodedOid('1.2.840.10045.2.1'),
    encodedOid('1.2.840.10045.3.1.7'),
  );
  return encoded(TAG.sequence, identifier, encodedBits(short));
}
