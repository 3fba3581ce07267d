/** Numbers that look random and come again with their seed. */
export interface Random {
  /** a whole number from 0 up to but not including `limit` */
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
  /** true once in `times` */
  oneIn(times: number): boolean;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    // Marsaglia's xorshift with a Weyl sequence, enough to spread choices.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    pick<T>(choices: readonly T[]): T {
      if (choices.length === 0) throw new Error('nothing to pick from');
      return choices[below(choices.length)] as T;
    },
    oneIn: (times) => below(times) === 0,
  };
}
