/** Which blocks of our sources an input reached. The counters are put into the program by `scripts/fuzz-coverage.mjs`. */

export interface Coverage {
  /** Blocks that ran since the program began. */
  readonly blocks: () => number;
  /** Whether anything ran since the last call that never ran before, or never so often: twice as often, and more. */
  news(): boolean;
}

/** `counters`: how often each block ran; set to 0 by every look at it. */
export function createCoverage(counters: Uint32Array): Coverage {
  /** A bit for each order of magnitude in which a block was seen to run. */
  const seen = new Uint32Array(counters.length);
  let blocks = 0;
  return {
    blocks: () => blocks,
    news() {
      let fresh = false;
      for (let i = 0; i < counters.length; i++) {
        const count = counters[i] ?? 0;
        if (count === 0) continue;
        counters[i] = 0;
        const before = seen[i] ?? 0;
        const bit = 1 << (31 - Math.clz32(count));
        if (before === 0) blocks++;
        if ((before & bit) === 0) {
          seen[i] = before | bit;
          fresh = true;
        }
      }
      return fresh;
    },
  };
}

/** The program's own counters; none where it was built without. */
export function programCounters(): Uint32Array {
  return (globalThis as { __blocks?: Uint32Array }).__blocks ?? new Uint32Array(0);
}
