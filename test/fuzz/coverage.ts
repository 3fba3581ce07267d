/** Which blocks of our sources an input reached. The counters are put into the program by `scripts/fuzz-coverage.mjs`. */

export interface Coverage {
  /** Blocks that ran since the program began. */
  readonly blocks: () => number;
  /** Whether anything ran since the last call that never ran before. */
  news(): boolean;
}

/** `counters`: how often each block ran; set to 0 by every look at it. */
export function createCoverage(counters: Uint32Array): Coverage {
  const seen = new Set<number>();
  return {
    blocks: () => seen.size,
    news() {
      const before = seen.size;
      for (let i = 0; i < counters.length; i++) {
        if (counters[i] === 0) continue;
        counters[i] = 0;
        seen.add(i);
      }
      return seen.size > before;
    },
  };
}

/** The program's own counters; none where it was built without. */
export function programCounters(): Uint32Array {
  return (globalThis as { __blocks?: Uint32Array }).__blocks ?? new Uint32Array(0);
}
