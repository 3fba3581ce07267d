/** New private keys, made in Node's thread pool: a few at a time, so that whoever reads files meanwhile gets a thread. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export type NewKeyKind = { readonly type: 'rsa'; readonly bits: number } | { readonly type: 'ec' };

/** What was waited for was given up. */
class NotWanted extends Error {}

/** Threads of Node's pool, where reading and writing of files wait in the same line as keys. */
const POOL = 4;

/** Keys in the making, over all operations of this process. */
let running = 0;
const waiting: (() => void)[] = [];

/**
 * A new key: RSA, or EC on P-256, in the order asked for, at most as many at a time as there are `cores`. `isWanted` is asked right before it is begun: a generation can't
 * be stopped, and a process that ends waits for all that were handed to the pool.
 * @throws NotWanted when nobody wants it any more
 */
export async function makeKey(kind: NewKeyKind, cores: number, isWanted: () => boolean): Promise<KeyObject> {
  if (running >= Math.min(cores, POOL - 1)) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    if (!isWanted()) throw new NotWanted();
    return await generate(kind);
  } finally {
    // Its place goes to the next one.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

async function generate(kind: NewKeyKind): Promise<KeyObject> {
  const { privateKey } =
    kind.type === 'ec'
      ? await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1', paramEncoding: 'named' })
      : await promisify(generateKeyPair)('rsa', { modulusLength: kind.bits, publicExponent: 65_537 });
  return privateKey;
}
