/** Makes cases by the hundred and compares them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Case, makeCase } from './cases';
import { compareCase, emptyTally, type Tally } from './compare';
import { makeKeys } from './keys';
import { seeded } from './random';

export interface Order {
  readonly pairs: number;
  readonly seed: number;
  /** RSA keys up to 4096 bits, which take seconds to make */
  readonly large: boolean;
}

export interface Agreement {
  readonly tally: Tally;
  readonly cases: readonly Case[];
}

/** Cases at a time; each starts a dozen processes. */
const AT_ONCE = 3;

/** Compares `pairs` pairs. The choices come again with `seed`, the keys don't. */
export async function agree({ pairs, seed, large }: Order): Promise<Agreement> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'mender-compose-agreement-'));
  try {
    const keys = await makeKeys({ large });
    const now = Math.floor(Date.now() / 1000) * 1000;
    const tally = emptyTally();
    const cases: Case[] = [];
    let next = 0;
    const work = async () => {
      while (next < pairs) {
        const number = next++;
        const own = path.join(scratch, String(number));
        await mkdir(own);
        // A generator for each number, so that one case can be made again without those before it.
        const random = seeded(seed * 100_003 + number);
        const each = await makeCase(random, { keys, now, scratch: own, number });
        cases.push(each);
        await compareCase(each, own, now, tally);
        await rm(own, { recursive: true });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { tally, cases };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
