/** Many RSA keys from few primes: each two of them make a key. Good for trials, and for nothing else. */
import { createPrivateKey, generatePrime, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Half of the bits that are made when nothing else is asked. */
const PRIME_BITS = 1536;
const EXPONENT = 65_537n;

/** At least so many keys of 3072 bits, no two the same. */
export async function keysOfPrimes(atLeast: number): Promise<readonly KeyObject[]> {
  // n primes make n(n-1)/2 keys.
  const primes = Math.ceil((1 + Math.sqrt(1 + 8 * atLeast)) / 2);
  const found = await Promise.all(
    Array.from({ length: primes }, () =>
      promisify(generatePrime as (size: number, options: { bigint: true }, done: Done) => void)(PRIME_BITS, {
        bigint: true,
      }),
    ),
  );
  return found.flatMap((p, index) => found.slice(index + 1).map((q) => keyOf(p, q)));
}

type Done = (error: Error | null, prime: bigint) => void;

function keyOf(one: bigint, other: bigint): KeyObject {
  const [p, q] = one > other ? [one, other] : [other, one];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const words = Object.entries(parts).map(([name, value]) => [name, base64url(value)]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(words) }, format: 'jwk' });
}

/** The inverse of `value` modulo `modulus`, by Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const times = rest / next;
    [rest, next] = [next, rest - times * next];
    [factor, nextFactor] = [nextFactor, factor - times * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
