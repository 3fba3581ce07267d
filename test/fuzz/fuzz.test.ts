/** Each fuzzer for a few inputs that are always the same; `npm run fuzz` runs them for longer, with others. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../pki/agreement/random';
import { createFuzzer } from './fuzzers';
import type { Fault, Fuzzer, FuzzInput, KindName } from './kind';
import { makeMaterial } from './material';
import { minimise } from './minimise';
import { mutateBytes } from './mutate-bytes';
import { mutateText } from './mutate-text';
import { readSeeds } from './seeds';
import { bundleServer, type ServerBundle } from './server-bundle';
import { keepsAll, parses } from './yaml-facts';

const root = join(import.meta.dirname, '../..');
let bundle: ServerBundle;

beforeAll(async () => {
  bundle = await bundleServer(root);
});
afterAll(() => bundle.remove());

describe('nothing is found among', () => {
  it.each([
    ['compose', 60],
    ['dotenv', 40],
    ['pem', 10],
    ['keys', 150],
    ['wire', 3],
  ] as const)('inputs of the kind %s', async (kind: KindName, count) => {
    const fuzzer = await createFuzzer(kind, root, bundle.path);
    const random = seeded(20_250_115);
    const found: { readonly fault: Fault; readonly input: FuzzInput }[] = [];
    for (let i = 0; i < count; i++) {
      const input = fuzzer.generate(random);
      // Not `judge`: how long it takes on a busy machine says nothing.
      const fault = await fuzzer.run(input);
      if (fault) found.push({ fault, input });
    }
    await fuzzer.stop();
    expect(found).toEqual([]);
  });
});

describe('the fuzzers themselves', () => {
  it('make the same inputs from the same seed, and others from another', async () => {
    const fuzzer = await createFuzzer('compose', root, bundle.path);
    const inputs = (seed: number) => {
      const random = seeded(seed);
      return Array.from({ length: 20 }, () => fuzzer.generate(random));
    };
    expect(inputs(1)).toEqual(inputs(1));
    expect(inputs(1)).not.toEqual(inputs(2));
  });

  it('change texts, and often leave them YAML', () => {
    const { compose } = readSeeds(root);
    const random = seeded(1);
    const texts = Array.from({ length: 200 }, () => mutateText(random.pick(compose), random, compose));
    const sound = texts.filter(parses).length;
    expect(sound).toBeGreaterThan(40);
    expect(sound).toBeLessThan(200);
    expect(new Set(texts).size).toBeGreaterThan(190);
  });

  it('change bytes, the same for the same seed', async () => {
    const { bases } = await makeMaterial();
    const key = bases.pkcs1 ?? Buffer.alloc(0);
    const changed = Array.from({ length: 50 }, (_, seed) => mutateBytes(key, seed));
    expect(changed.filter((bytes) => bytes.equals(key)).length).toBeLessThan(5);
    expect(changed.every((bytes, seed) => bytes.equals(mutateBytes(key, seed)))).toBe(true);
  });

  it('find what is planted, and make it small', async () => {
    const planted: Fuzzer = {
      generate: () => ({ salt: 1 }),
      run: async ({ files }) =>
        files?.['/a']?.includes('boom') ? { kind: 'wrong', message: 'boom' } : undefined,
      stop: async () => {},
    };
    const input: FuzzInput = { salt: 1, files: { '/a': 'one\ntwo boom\nthree\n', '/b': 'other' } };
    const fault: Fault = { kind: 'wrong', message: 'boom' };
    const smallest = await minimise(planted, input, fault, 10_000, () => {});
    expect(smallest.files).toEqual({ '/a': 'boom' });
  });

  it('tell what an edit loses', () => {
    expect(keepsAll('a: {b: 1}\nl: [x, y]\n', 'l: [x, z, y]\na: {c: 2, b: 1}\n')).toBe(true);
    expect(keepsAll('a: {b: 1}\n', 'a: {b: 2}\n')).toBe(false);
    expect(keepsAll('l: [x, y]\n', 'l: [y, x]\n')).toBe(false);
    expect(keepsAll('a: 1\nb: 2\n', 'a: 1\n')).toBe(false);
    expect(keepsAll('v:\n', 'v: [x]\n')).toBe(true);
    expect(keepsAll('v: [a:b]\n', 'v: ["a:b:ro"]\n')).toBe(true);
  });
});
