/** Facts of keys, by node:crypto; arithmetic where it looks away. */
import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { children, expectTag, readOnly, TAG } from './der';
import type { KeyAlgorithm, KeyFacts } from './pem-facts';

const KNOWN: readonly string[] = ['rsa', 'rsa-pss', 'ec', 'ed25519', 'ed448', 'x25519', 'x448', 'dsa', 'dh'];

/** Field sizes of the curves in use. */
const CURVE_BITS: Readonly<Record<string, number>> = {
  secp192k1: 192,
  prime192v1: 192,
  secp224r1: 224,
  prime256v1: 256,
  'P-256': 256,
  secp256k1: 256,
  brainpoolP256r1: 256,
  brainpoolP256t1: 256,
  secp384r1: 384,
  'P-384': 384,
  brainpoolP384r1: 384,
  brainpoolP384t1: 384,
  brainpoolP512r1: 512,
  brainpoolP512t1: 512,
  secp521r1: 521,
  'P-521': 521,
};

/**
 * What OpenSSL can't load, nginx can't either. Electron's BoringSSL refuses more than the services do, so there what
 * we can read ourselves is not called damaged. (Electron reports OpenSSL's version as 0.0.0.)
 */
export const PLATFORM_IS_OPENSSL = /^[1-9]/.test(process.versions.openssl);

export const NO_KEY_FACTS: KeyFacts = {
  algorithm: undefined,
  bits: undefined,
  curve: undefined,
  publicKeyFingerprint: undefined,
};

/** Lower-case hex SHA-256. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Facts of a public key, or of the public half of a private one. */
export function keyFacts(key: KeyObject): KeyFacts {
  const type = key.asymmetricKeyType;
  const details = attempt(() => key.asymmetricKeyDetails) ?? {};
  const curve = details.namedCurve;
  const publicKey = key.type === 'private' ? attempt(() => createPublicKey(key)) : key;
  const info = attempt(() => publicKey?.export({ type: 'spki', format: 'der' }));
  const point = type === 'ec' && info ? pointForm(info) : undefined;
  const unusual = point?.explicitCurve || point?.compressedPoint;
  const ordinary = unusual ? attempt(() => publicKey && ordinaryInfo(publicKey)) : info;
  return {
    algorithm: type === undefined ? undefined : KNOWN.includes(type) ? (type as KeyAlgorithm) : 'other',
    bits: details.modulusLength ?? (curve === undefined ? undefined : CURVE_BITS[curve]),
    curve,
    ...(point?.explicitCurve ? { explicitCurve: true } : {}),
    ...(point?.compressedPoint ? { compressedPoint: true } : {}),
    publicKeyFingerprint: info && fingerprint(ordinary ?? info),
  };
}

/** How a SubjectPublicKeyInfo writes an EC key: ordinary is a named curve and an uncompressed point. */
function pointForm(info: Uint8Array): {
  readonly explicitCurve: boolean;
  readonly compressedPoint: boolean;
} {
  const [algorithm, bits] = children(readOnly(info, TAG.sequence));
  const [, curve] = children(expectTag(algorithm, TAG.sequence));
  const explicitCurve = curve?.tag === TAG.sequence;
  // The first byte of a bit string counts unused bits; 4 marks an uncompressed point.
  return { explicitCurve, compressedPoint: bits?.content[1] !== 4 };
}

/** The ordinary form by way of a JWK, which knows no other. Throws for curves that JWK has no name for. */
function ordinaryInfo(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' });
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
}

/** Facts of a SubjectPublicKeyInfo in DER. The fingerprint is told even of keys that the platform can't load. */
export function publicKeyInfoFacts(info: Uint8Array): KeyFacts {
  const key = attempt(() => createPublicKey({ key: Buffer.from(info), type: 'spki', format: 'der' }));
  if (key === undefined) return { ...NO_KEY_FACTS, publicKeyFingerprint: fingerprint(info) };
  const facts = keyFacts(key);
  return { ...facts, publicKeyFingerprint: facts.publicKeyFingerprint ?? fingerprint(info) };
}

/**
 * Whether the parts of a private key belong together, which loading alone doesn't tell: a flipped bit in a prime
 * loads fine and signs rubbish. undefined: cannot tell.
 */
export function isConsistent(key: KeyObject): boolean | undefined {
  return attempt(() => {
    const type = key.asymmetricKeyType;
    if (type === 'rsa' || type === 'rsa-pss') return isConsistentRsa(key);
    return type === 'ec' ? isConsistentEc(key) : undefined;
  });
}

/** From PKCS#8, which holds the same numbers for RSA and RSA-PSS. */
function isConsistentRsa(key: KeyObject): boolean {
  const whole = key.export({ type: 'pkcs8', format: 'der' });
  const [, , octets] = children(readOnly(whole, TAG.sequence));
  const parts = children(readOnly(expectTag(octets, TAG.octetString).content, TAG.sequence));
  const [, n, e, d, p, q, dp, dq, qi] = parts.map(({ content }) => numberOf(content));
  whole.fill(0);
  if (!n || !e || !d || !p || !q || !dp || !dq || !qi) return false;
  if (p <= 1n || q <= 1n) return false;
  const [p1, q1] = [p - 1n, q - 1n];
  return (
    p * q === n &&
    (e * d) % p1 === 1n % p1 &&
    (e * d) % q1 === 1n % q1 &&
    dp === d % p1 &&
    dq === d % q1 &&
    (qi * q) % p === 1n
  );
}

/** From the SEC1 form, not from a JWK, which has names for a few curves only. */
function isConsistentEc(key: KeyObject): boolean | undefined {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === undefined) return undefined;
  const whole = key.export({ type: 'sec1', format: 'der' });
  const [, secret, ...optional] = children(readOnly(whole, TAG.sequence));
  // [1] holds a bit string, whose first byte counts unused bits.
  const wrapped = optional.find(({ tag }) => tag === 0xa1);
  if (secret === undefined || wrapped === undefined) return undefined;
  const point = readOnly(wrapped.content, TAG.bitString).content.subarray(1);
  const agreement = createECDH(curve);
  agreement.setPrivateKey(secret.content);
  secret.content.fill(0);
  return agreement.getPublicKey(null, point[0] === 4 ? 'uncompressed' : 'compressed').equals(point);
}

function numberOf(content: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(content).toString('hex')}`);
}

/** What `act` answers, or undefined when the platform throws: it can't tell. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** Loads a private key in one of the plain DER encodings. */
export function loadPrivateKey(der: Uint8Array, type: 'pkcs1' | 'pkcs8' | 'sec1'): KeyObject | undefined {
  return attempt(() => createPrivateKey({ key: Buffer.from(der), type, format: 'der' }));
}
