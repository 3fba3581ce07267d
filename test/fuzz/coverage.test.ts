/** What the fuzzer knows of the code that its inputs reach. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { withCounters } from '../../scripts/fuzz-coverage.mjs';
import { seeded } from '../pki/agreement/random';
import { createCoverage } from './coverage';
import { createPool } from './pool';

/** All ways to branch; answers what it came by. */
const PROGRAM = `
const short = (a) => a ? ({ is: a }) : a ?? 'none';
const list = (a, b = () => a && 'both') => [b(), ...(a || [])];
class Box { #held; get held() { return (this.#held ??= short(1)); } static { if (Box) Box.made = true; } }
function walk(items) {
  const seen = [];
  for (const item of items) if (item > 2) seen.push(item); else if (item < 0) { continue; } else seen.unshift(item);
  for (let i = 0; i < 2; i++) seen.push(i);
  for (const key in { x: 1 }) seen.push(key);
  let left = 2;
  while (left) left--;
  do left++; while (left < 3);
  switch (left) { case 1: case 3: seen.push('three'); break; default: seen.push('other'); }
  try { left(); } catch { seen.push('caught'); }
  return seen;
}
answer = JSON.stringify([short(0), short(2), list([1]), list(0), new Box().held, Box.made, walk([1, 3, -1, 5])]);
`;

/** What a program leaves in \`answer\`, and its counters. */
async function run(program: string): Promise<{ answer: string; counters: readonly number[] }> {
  const code = `let answer; const __blocks = new Uint32Array(100); ${program}
    require('node:worker_threads').parentPort.postMessage({ answer, counters: [...__blocks] });`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

describe('counters in a program', () => {
  it('change nothing of what it does, and count what ran', async () => {
    let next = 0;
    const counted: string = withCounters(PROGRAM, () => next++);
    const [plain, other] = [await run(PROGRAM), await run(counted)];
    expect(other.answer).toBe(plain.answer);
    expect(plain.counters.every((count) => count === 0)).toBe(true);
    // One for each function, branch, loop and case; the default and the `none` that are never reached stay at 0.
    const blocks = other.counters.slice(0, next);
    expect(next).toBeGreaterThan(20);
    expect(blocks.filter((count) => count === 0)).toHaveLength(2);
    expect(other.counters.slice(next).every((count) => count === 0)).toBe(true);
  });
});

describe('coverage', () => {
  it('tells what never ran before', () => {
    const counters = new Uint32Array(4);
    const coverage = createCoverage(counters);
    const ran = (block: number, count: number) => {
      counters[block] = count;
      return coverage.news();
    };
    expect(coverage.news()).toBe(false);
    expect(ran(1, 1)).toBe(true);
    expect(ran(1, 1)).toBe(false);
    expect(ran(1, 9)).toBe(false);
    expect(ran(3, 1)).toBe(true);
    expect(coverage.blocks()).toBe(2);
    expect([...counters]).toEqual([0, 0, 0, 0]);
  });
});

describe('the pool', () => {
  it('gives back what was kept, for about a quarter of the inputs', () => {
    const pool = createPool();
    const random = seeded(1);
    expect(pool.pick(random)).toBeUndefined();
    const kept = Array.from({ length: 100 }, (_, salt) => ({ salt }));
    for (const input of kept) pool.keep(input);
    const picked = Array.from({ length: 2000 }, () => pool.pick(random));
    const given = picked.filter((input) => input !== undefined);
    expect(given.length).toBeGreaterThan(400);
    expect(given.length).toBeLessThan(600);
    expect(new Set(given.map(({ salt }) => salt)).size).toBeGreaterThan(80);
  });
});
