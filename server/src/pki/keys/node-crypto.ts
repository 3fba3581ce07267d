/**
 * The one way from what files hold to node:crypto. Asked about a key that isn't what it should be, it ends the process
 * (an EC key whose secret is longer than its curve, in Node 20 and 22), so it gets what we have read and checked, written
 * anew by ourselves: never bytes of a file, save for a certificate's, which it is asked no more than two questions about.
 */
import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  ECDH,
  getCurves,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import type { Curve } from './curves';
import {
  type ByteNumbers,
  type PrivateNumbers,
  privateKeyDer,
  publicKeyInfo,
  readPublicKeyInfo,
} from './key-numbers';

/**
 * What OpenSSL can't load, nginx can't either. Electron's BoringSSL refuses more than the services do, so there what
 * we can read ourselves is not called damaged. (Electron reports OpenSSL's version as 0.0.0.)
 */
export const PLATFORM_IS_OPENSSL = /^[1-9]/.test(process.versions.openssl);

/** What `act` answers, or undefined when the platform throws: it doesn't know. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** Whether the platform can count on a curve; Electron has but a few. */
export function knowsCurve({ name }: Curve): boolean {
  return getCurves().includes(name);
}

/** The public point of a secret, uncompressed; undefined where the secret is none of the curve. */
export function pointOf(curve: Curve, secret: Uint8Array): Buffer | undefined {
  return attempt(() => {
    const agreement = createECDH(curve.name);
    agreement.setPrivateKey(secret);
    return agreement.getPublicKey();
  });
}

/** A point uncompressed; undefined where it isn't on the curve. */
export function uncompressed(curve: Curve, point: Uint8Array): Buffer | undefined {
  const length = 1 + 2 * Math.ceil(curve.bits / 8);
  if (point.length > length) return undefined;
  const found = attempt(() => ECDH.convertKey(point, curve.name, undefined, undefined, 'uncompressed'));
  // The point at infinity is on every curve, and no key; Node 24 has no buffer for it.
  return found instanceof Uint8Array && found.length === length ? Buffer.from(found) : undefined;
}

/** The public half of an Edwards or Montgomery key; undefined where the platform hasn't got the algorithm. */
export function publicBytesOf(key: ByteNumbers): Buffer | undefined {
  const der = privateKeyDer(key);
  const loaded = der && attempt(() => createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }));
  der?.fill(0);
  return loaded && attempt(() => publicInfo(loaded).subarray(-key.bytes.length));
}

/**
 * A private key for signing, and for being written in another form. `point` is the public half of an EC key.
 * Undefined for kinds that nothing is signed with, and where the platform hasn't got them.
 */
export function privateKeyOf(key: PrivateNumbers, point: Uint8Array | undefined): KeyObject | undefined {
  const der = privateKeyDer(key, point);
  if (der === undefined) return undefined;
  const type = key.algorithm === 'rsa' ? 'pkcs1' : 'pkcs8';
  const loaded = attempt(() => createPrivateKey({ key: der, type, format: 'der' }));
  der.fill(0);
  return loaded;
}

/** The SubjectPublicKeyInfo in DER of a key that we loaded or made. */
export function publicInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** Whether OpenSSL reads a certificate in DER. */
export function readsCertificate(der: Uint8Array): boolean {
  return attempt(() => new X509Certificate(Buffer.from(der))) !== undefined;
}

/**
 * Whether the signature on `certificate` (DER) was made by the private half of a SubjectPublicKeyInfo; undefined where
 * that isn't known.
 */
export function isSignedBy(certificate: Uint8Array, info: Uint8Array): boolean | undefined {
  return attempt(() => {
    const numbers = readPublicKeyInfo(info);
    const { curve, point } = 'point' in numbers ? numbers : {};
    const ordinary = publicKeyInfo(numbers, curve && point && uncompressed(curve, point));
    if (ordinary === undefined) return undefined;
    const key = createPublicKey({ key: ordinary, type: 'spki', format: 'der' });
    return new X509Certificate(Buffer.from(certificate)).verify(key);
  });
}
