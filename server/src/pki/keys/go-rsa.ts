/** How Go's crypto/x509 takes an RSA key. Mender's token services are written in Go, and so is Traefik. */
import type { GoLoading } from '../types';
import { bitLength, type RsaSecret } from './key-numbers';

/** The exponent has to fit 31 bits. */
const EXPONENT_MAX = 2n ** 31n - 1n;
/** Bits; `rsa1024min` of Go 1.24. */
const SIGNING_MIN = 1024;

/**
 * Of an RSA key whose numbers belong together: `ParsePKCS1PrivateKey` and `Validate` of Go 1.23, which computes the
 * values for the Chinese remainder theorem anew, and of 1.24 and later, which doesn't.
 */
export function goLoading(key: RsaSecret): GoLoading {
  const always = refusedByAll(key);
  const anew = always ?? refusedSince(key);
  const wrongCrt = !hasRightCrt(key);
  const bits = bitLength(key.n);
  return {
    before: always,
    since: anew ?? (wrongCrt ? 'its values for the Chinese remainder theorem are wrong' : undefined),
    anew,
    wrongCrt,
    signs:
      bits < SIGNING_MIN ? `it has ${bits} bits, and Go signs only with ${SIGNING_MIN} or more` : undefined,
  };
}

function refusedByAll({ version, e }: RsaSecret): string | undefined {
  if (version > 1n) return `its version is ${version}`;
  if (e > EXPONENT_MAX) return `its public exponent is larger than ${EXPONENT_MAX}`;
  return e < 2n ? 'its public exponent is 1' : undefined;
}

/** With more than two primes they are passed over, as Go and we do, save that they have to be positive. */
function hasRightCrt({ d, primes, crt }: RsaSecret): boolean {
  const [p = 0n, q = 0n] = primes;
  const [dp, dq, qi] = crt;
  if (primes.length > 2) return crt.every((value) => value > 0n);
  return dp === d % (p - 1n) && dq === d % (q - 1n) && qi > 0n && qi < p && (qi * q) % p === 1n % p;
}

function refusedSince({ n, d, primes }: RsaSecret): string | undefined {
  if (d >= n) return 'its private exponent is larger than its modulus';
  if (primes.length > 2) return undefined;
  const [p = 0n, q = 0n] = primes;
  const half = Math.floor(bitLength(n) / 2);
  if (bitLength(p > q ? p - q : q - p) <= half - 100) return 'its two primes are too close to each other';
  return bitLength(d) <= half ? 'its private exponent is too small' : undefined;
}
