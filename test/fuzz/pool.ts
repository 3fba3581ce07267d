/** Inputs that reached something new, to make others from. */
import type { Random } from '../pki/agreement/random';
import type { FuzzInput } from './kind';

export interface Pool {
  keep(input: FuzzInput): void;
  /** One of them for every fourth input, more often a recent one; undefined for the others. */
  pick(random: Random): FuzzInput | undefined;
}

/** So many of the last ones are picked as often as all others together. */
const RECENT = 40;

export function createPool(): Pool {
  const kept: FuzzInput[] = [];
  return {
    keep: (input) => void kept.push(input),
    pick(random) {
      if (kept.length === 0 || !random.oneIn(4)) return undefined;
      return random.pick(random.oneIn(2) ? kept.slice(-RECENT) : kept);
    },
  };
}
