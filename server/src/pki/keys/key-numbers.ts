/**
 * Keys in DER as the numbers that they are made of: read by ourselves, strictly and within bounds, so that the platform's
 * own crypto is asked about nothing else. Pure; throws DerError for what is no key.
 */

import {
  children,
  DerError,
  type DerValue,
  encoded,
  encodedBits,
  encodedInteger,
  encodedOid,
  expectTag,
  integerOf,
  oidText,
  readOnly,
  TAG,
  wholeBits,
} from '../asn1/read-der';
import { type NamedCurve, readCurve } from './curves';

/** Edwards and Montgomery curves, with the length of their keys in bytes, public and private alike. */
const BYTE_KEYS = {
  '1.3.101.110': { algorithm: 'x25519', length: 32 },
  '1.3.101.111': { algorithm: 'x448', length: 56 },
  '1.3.101.112': { algorithm: 'ed25519', length: 32 },
  '1.3.101.113': { algorithm: 'ed448', length: 57 },
} as const;

export type ByteAlgorithm = (typeof BYTE_KEYS)[keyof typeof BYTE_KEYS]['algorithm'];

const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const EC = '1.2.840.10045.2.1';
const DSA = '1.2.840.10040.4.1';
/** PKCS#3 and X9.42. */
const DH: readonly string[] = ['1.2.840.113549.1.3.1', '1.2.840.10046.2.1'];

/** Primes of an RSA key; OpenSSL takes five. */
const PRIMES_MAX = 8;
/** Bits of a DSA key's second prime, which is the length of its secret; FIPS 186 has 256 at most. */
const DSA_SECRET_MAX = 512;

export interface RsaNumbers {
  readonly algorithm: 'rsa' | 'rsa-pss';
  /** The AlgorithmIdentifier in DER, which limits what an RSA-PSS key may sign. */
  readonly identifier: Uint8Array;
  readonly n: bigint;
  readonly e: bigint;
}

export interface EcNumbers extends NamedCurve {
  readonly algorithm: 'ec';
  /** The public point as it is written; undefined for a private key that comes without. */
  readonly point: Uint8Array | undefined;
}

export interface ByteNumbers {
  readonly algorithm: ByteAlgorithm;
  readonly oid: string;
  readonly bytes: Uint8Array;
}

export interface DsaNumbers {
  readonly algorithm: 'dsa';
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
}

export interface OtherNumbers {
  /** `other`: none that is read here. */
  readonly algorithm: 'dh' | 'other';
  readonly bits: number | undefined;
}

export type PublicNumbers = RsaNumbers | EcNumbers | ByteNumbers | DsaNumbers | OtherNumbers;

export interface RsaSecret extends RsaNumbers {
  /** 0; 1 for more than two primes. */
  readonly version: bigint;
  readonly d: bigint;
  /** Two, or more in keys of that kind. */
  readonly primes: readonly bigint[];
  /** d mod p-1, d mod q-1, and the inverse of q mod p, as they are written. */
  readonly crt: readonly [dp: bigint, dq: bigint, qi: bigint];
}

export interface EcSecret extends EcNumbers {
  /** Without leading zeros. */
  readonly secret: Uint8Array;
}

export type PrivateNumbers = RsaSecret | EcSecret | ByteNumbers | DsaNumbers | OtherNumbers;

export function bitLength(number: bigint): number {
  return number.toString(2).length;
}

/** The numbers in a SubjectPublicKeyInfo. */
export function readPublicKeyInfo(info: Uint8Array): PublicNumbers {
  const [identifier, bits] = children(readOnly(info, TAG.sequence));
  const [oid, parameters] = children(expectTag(identifier, TAG.sequence));
  const name = oidText(oid);
  const bytes = wholeBits(bits);
  switch (name) {
    case RSA:
    case RSA_PSS:
      return rsaNumbers(readOnly(bytes, TAG.sequence), expectTag(identifier, TAG.sequence).whole, name);
    case EC:
      return { ...readCurve(expectTag(parameters, undefined).whole), algorithm: 'ec', point: bytes };
    case DSA: {
      const domain = dsaDomain(expectTag(parameters, TAG.sequence));
      return { ...domain, y: positive(readOnly(bytes, TAG.integer)) };
    }
    default:
      return name in BYTE_KEYS ? byteNumbers(name, parameters, bytes) : otherNumbers(name, parameters);
  }
}

/** An RSAPublicKey on its own (PKCS#1). */
export function readRsaPublicKey(der: Uint8Array): RsaNumbers {
  return rsaNumbers(readOnly(der, TAG.sequence), RSA_IDENTIFIER, RSA);
}

/** The numbers in a private key; `encoding` is that of its content. */
export function readPrivateNumbers(
  der: Uint8Array,
  encoding: 'pkcs1' | 'pkcs8' | 'sec1' | 'dsa',
): PrivateNumbers {
  const whole = readOnly(der, TAG.sequence);
  const parts = children(whole);
  switch (encoding) {
    case 'pkcs1':
      return rsaSecret(whole, RSA_IDENTIFIER, RSA);
    case 'sec1':
      return ecSecret(whole, undefined);
    case 'dsa': {
      const [version, p, q, g, y] = parts;
      if (integerOf(version) !== 0n) throw new DerError('another version');
      return dsaNumbers(positive(p), positive(q), positive(g), positive(y));
    }
    case 'pkcs8': {
      const [version, identifier, octets] = parts;
      expectTag(version, TAG.integer);
      const [oid, parameters] = children(expectTag(identifier, TAG.sequence));
      const name = oidText(oid);
      const { content } = expectTag(octets, TAG.octetString);
      switch (name) {
        case RSA:
        case RSA_PSS:
          return rsaSecret(readOnly(content, TAG.sequence), expectTag(identifier, TAG.sequence).whole, name);
        case EC:
          return ecSecret(readOnly(content, TAG.sequence), parameters);
        case DSA: {
          const { p, q, g } = dsaDomain(expectTag(parameters, TAG.sequence));
          const secret = positive(readOnly(content, TAG.integer));
          if (secret >= q) throw new DerError('a secret out of bounds');
          return dsaNumbers(p, q, g, power(g, secret, p));
        }
        default:
          if (DH.includes(name)) return otherNumbers(name, parameters);
          return byteNumbers(name, parameters, readOnly(content, TAG.octetString).content);
      }
    }
  }
}

/** RSA's AlgorithmIdentifier: the name, and a NULL. */
const RSA_IDENTIFIER = Buffer.from('300d06092a864886f70d0101010500', 'hex');

function rsaNumbers(key: DerValue, identifier: Uint8Array, name: string): RsaNumbers {
  const [n, e] = children(key);
  return rsaParts(identifier, name, n, e);
}

function rsaParts(
  identifier: Uint8Array,
  name: string,
  modulus: DerValue | undefined,
  exponent: DerValue | undefined,
): RsaNumbers {
  const [n, e] = [positive(modulus), positive(exponent)];
  if (n % 2n === 0n || n === 1n) throw new DerError('not a modulus');
  return name === RSA
    ? { algorithm: 'rsa', identifier: RSA_IDENTIFIER, n, e }
    : { algorithm: 'rsa-pss', identifier, n, e };
}

function rsaSecret(key: DerValue, identifier: Uint8Array, name: string): RsaSecret {
  const [version, n, e, d, p, q, dp, dq, qi, more] = children(key);
  const others = more === undefined ? [] : children(expectTag(more, TAG.sequence));
  if (others.length + 2 > PRIMES_MAX) throw new DerError('too many primes');
  return {
    ...rsaParts(identifier, name, n, e),
    version: integerOf(version),
    d: positive(d),
    primes: [integerOf(p), integerOf(q), ...others.map((each) => integerOf(children(each)[0]))],
    crt: [integerOf(dp), integerOf(dq), integerOf(qi)],
  };
}

/** `parameters` of PKCS#8; SEC1 has its own. */
function ecSecret(key: DerValue, parameters: DerValue | undefined): EcSecret {
  const [version, octets, ...optional] = children(key);
  if (integerOf(version) !== 1n) throw new DerError('another version');
  const own = optional.find(({ tag }) => tag === 0xa0);
  const named = parameters?.whole ?? own?.content;
  if (named === undefined) throw new DerError('no curve');
  const { content } = expectTag(octets, TAG.octetString);
  const first = content.findIndex((byte) => byte !== 0);
  if (first === -1) throw new DerError('no secret');
  const secret = content.subarray(first);
  const curve = readCurve(named);
  // Longer than the order: node:crypto ends the process when it is asked about such a key (20 and 22).
  if (secret.length > Math.ceil((curve.bits ?? Number.POSITIVE_INFINITY) / 8))
    throw new DerError('a secret longer than its curve');
  const wrapped = optional.find(({ tag }) => tag === 0xa1);
  const point = wrapped && wholeBits(readOnly(wrapped.content));
  return { ...curve, algorithm: 'ec', secret, point };
}

function byteNumbers(oid: string, parameters: DerValue | undefined, bytes: Uint8Array): ByteNumbers {
  const kind = BYTE_KEYS[oid as keyof typeof BYTE_KEYS];
  if (kind?.length !== bytes.length || parameters !== undefined) throw new DerError('not a key of its kind');
  return { algorithm: kind.algorithm, oid, bytes };
}

function otherNumbers(oid: string, parameters: DerValue | undefined): OtherNumbers {
  if (!DH.includes(oid)) return { algorithm: 'other', bits: undefined };
  return { algorithm: 'dh', bits: bitLength(positive(children(expectTag(parameters, TAG.sequence))[0])) };
}

function dsaDomain(parameters: DerValue): Omit<DsaNumbers, 'y'> {
  const [p, q, g] = children(parameters);
  const { y: _, ...domain } = dsaNumbers(positive(p), positive(q), positive(g), 1n);
  return domain;
}

function dsaNumbers(p: bigint, q: bigint, g: bigint, y: bigint): DsaNumbers {
  if (bitLength(q) > DSA_SECRET_MAX || q >= p || g >= p || y >= p) throw new DerError('not a DSA key');
  return { algorithm: 'dsa', p, q, g, y };
}

function positive(value: DerValue | undefined): bigint {
  const number = integerOf(value);
  if (number <= 0n) throw new DerError('a number that is not positive');
  return number;
}

/** `base` to the power of `exponent`, modulo `modulus`. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The number that times `number` is 1 modulo `modulus`; undefined where there is none. */
export function inverse(number: bigint, modulus: bigint): bigint | undefined {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n];
  while (a > 0n) {
    const times = b / a;
    [a, b, x, y] = [b - times * a, a, y - times * x, x];
  }
  return b === 1n ? ((y % modulus) + modulus) % modulus : undefined;
}

/**
 * A SubjectPublicKeyInfo in its ordinary form: a named curve, an uncompressed point (`point`, which for EC has to be
 * given). Undefined for keys that are identified by their algorithm alone.
 */
export function publicKeyInfo(key: PublicNumbers | PrivateNumbers, point?: Uint8Array): Buffer | undefined {
  switch (key.algorithm) {
    case 'rsa':
    case 'rsa-pss':
      return sequence(key.identifier, encodedBits(sequence(encodedInteger(key.n), encodedInteger(key.e))));
    case 'ec':
      return key.curve && point && sequence(ecIdentifier(key.curve.oid), encodedBits(point));
    case 'dsa': {
      const domain = sequence(...[key.p, key.q, key.g].map(encodedInteger));
      return sequence(sequence(encodedOid(DSA), domain), encodedBits(encodedInteger(key.y)));
    }
    case 'dh':
    case 'other':
      return undefined;
    default:
      return sequence(sequence(encodedOid(key.oid)), encodedBits(key.bytes));
  }
}

/**
 * A private key in its ordinary form: PKCS#1 for RSA, with the values for the Chinese remainder theorem computed anew,
 * else PKCS#8. Undefined for keys that nothing is signed with here.
 */
export function privateKeyDer(key: PrivateNumbers, point?: Uint8Array): Buffer | undefined {
  const pkcs8 = (identifier: Uint8Array, content: Uint8Array) =>
    sequence(encodedInteger(0n), identifier, encoded(TAG.octetString, content));
  switch (key.algorithm) {
    case 'rsa':
      return 'd' in key ? pkcs1(key) : undefined;
    case 'ec': {
      if (!('secret' in key) || key.curve === undefined || point === undefined) return undefined;
      const secret = Buffer.alloc(Math.ceil(key.curve.bits / 8));
      secret.set(key.secret, secret.length - key.secret.length);
      const content = sequence(
        encodedInteger(1n),
        encoded(TAG.octetString, secret),
        encoded(0xa1, encodedBits(point)),
      );
      return pkcs8(ecIdentifier(key.curve.oid), content);
    }
    case 'rsa-pss':
    case 'dsa':
    case 'dh':
    case 'other':
      return undefined;
    default:
      return pkcs8(sequence(encodedOid(key.oid)), encoded(TAG.octetString, key.bytes));
  }
}

function pkcs1({ n, e, d, primes }: RsaSecret): Buffer {
  const [p = 0n, q = 0n, ...others] = primes;
  let product = p * q;
  const more = others.map((prime) => {
    const coefficient = inverse(product, prime) ?? 0n;
    product *= prime;
    return sequence(...[prime, d % (prime - 1n), coefficient].map(encodedInteger));
  });
  const crt = [d % (p - 1n), d % (q - 1n), inverse(q, p) ?? 0n];
  const numbers = [others.length === 0 ? 0n : 1n, n, e, d, p, q, ...crt].map(encodedInteger);
  return sequence(...numbers, ...(more.length === 0 ? [] : [sequence(...more)]));
}

function ecIdentifier(oid: string): Buffer {
  return sequence(encodedOid(EC), encodedOid(oid));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encoded(TAG.sequence, ...parts);
}
