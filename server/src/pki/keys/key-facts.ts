/** Facts of keys, from their numbers. */
import { createHash } from 'node:crypto';
import type { KeyFacts } from '../types';
import {
  bitLength,
  type EcNumbers,
  type EcSecret,
  inverse,
  type PrivateNumbers,
  type PublicNumbers,
  publicKeyInfo,
  type RsaSecret,
  readPublicKeyInfo,
} from './key-numbers';
import { attempt, knowsCurve, pointOf, publicBytesOf, uncompressed } from './node-crypto';

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

/** Facts of a SubjectPublicKeyInfo in DER. The fingerprint is known even of keys that can't be read. */
export function publicKeyInfoFacts(info: Uint8Array): KeyFacts {
  const facts = attempt(() => publicFacts(readPublicKeyInfo(info))) ?? NO_KEY_FACTS;
  return { ...facts, publicKeyFingerprint: facts.publicKeyFingerprint ?? fingerprint(info) };
}

/** Facts of a public key; undefined for a point that isn't on its curve. */
export function publicFacts(numbers: PublicNumbers): KeyFacts | undefined {
  if (numbers.algorithm !== 'ec') return factsOf(numbers, publicKeyInfo(numbers));
  const { curve, point } = numbers;
  if (curve === undefined || point === undefined || !knowsCurve(curve)) return ecFacts(numbers, undefined);
  const ordinary = uncompressed(curve, point);
  return ordinary && ecFacts(numbers, ordinary);
}

export type PrivateFacts =
  | { readonly ok: true; readonly facts: KeyFacts; readonly point?: Uint8Array }
  /** A clause for people. */
  | { readonly ok: false; readonly reason: string };

const ALTERED: PrivateFacts = {
  ok: false,
  reason: 'its numbers do not belong together: it is damaged',
};

/**
 * Facts of a private key, once its parts belong together: reading alone doesn't show that, and a key with a flipped bit in a
 * prime signs rubbish.
 */
export function privateFacts(numbers: PrivateNumbers): PrivateFacts {
  switch (numbers.algorithm) {
    case 'rsa':
    case 'rsa-pss':
      return 'd' in numbers && isConsistent(numbers)
        ? { ok: true, facts: factsOf(numbers, publicKeyInfo(numbers)) }
        : ALTERED;
    case 'ec':
      return 'secret' in numbers ? ecPrivateFacts(numbers) : ALTERED;
    case 'dsa':
    case 'dh':
    case 'other':
      return { ok: true, facts: factsOf(numbers, publicKeyInfo(numbers)) };
    default: {
      const bytes = publicBytesOf(numbers);
      return { ok: true, facts: factsOf(numbers, bytes && publicKeyInfo({ ...numbers, bytes })) };
    }
  }
}

function ecPrivateFacts(numbers: EcSecret): PrivateFacts {
  const { curve, secret, point } = numbers;
  if (curve === undefined || !knowsCurve(curve)) return { ok: true, facts: ecFacts(numbers, undefined) };
  const own = pointOf(curve, secret);
  if (own === undefined || (point !== undefined && !uncompressed(curve, point)?.equals(own))) return ALTERED;
  return { ok: true, facts: ecFacts(numbers, own), point: own };
}

function ecFacts(numbers: EcNumbers, ordinary: Uint8Array | undefined): KeyFacts {
  const { point, explicit, name, bits } = numbers;
  const info = publicKeyInfo(numbers, ordinary);
  return {
    algorithm: 'ec',
    bits,
    curve: name,
    ...(explicit ? { explicitCurve: true } : {}),
    // 4 marks an uncompressed point.
    ...(point !== undefined && point[0] !== 4 ? { compressedPoint: true } : {}),
    publicKeyFingerprint: info && fingerprint(info),
  };
}

function factsOf(
  numbers: Exclude<PublicNumbers | PrivateNumbers, EcNumbers>,
  info: Uint8Array | undefined,
): KeyFacts {
  const bits =
    'n' in numbers
      ? bitLength(numbers.n)
      : 'p' in numbers
        ? bitLength(numbers.p)
        : 'bits' in numbers
          ? numbers.bits
          : undefined;
  return {
    algorithm: numbers.algorithm,
    bits,
    curve: undefined,
    publicKeyFingerprint: info && fingerprint(info),
  };
}

/** Whether the primes make up the modulus, and the two exponents undo each other. */
function isConsistent({ n, e, d, primes }: RsaSecret): boolean {
  return (
    primes.every((prime) => prime > 1n && (e * d) % (prime - 1n) === 1n % (prime - 1n)) &&
    primes.reduce((product, prime) => product * prime, 1n) === n &&
    primes.every((prime, at) => primes.slice(at + 1).every((other) => inverse(prime, other) !== undefined))
  );
}
