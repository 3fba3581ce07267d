/** What the fuzzers once found and was put right: it stays right. Inputs of `npm run fuzz`, made as small as they go. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Find } from './campaign';
import { composeFuzzer } from './compose-fuzzer';
import { type Fuzzer, judge } from './kind';
import { makeMaterial } from './material';
import { pemFuzzer } from './pem-fuzzer';
import { readSeeds } from './seeds';

const directory = join(import.meta.dirname, 'finds');
const names = readdirSync(directory).filter((name) => name.endsWith('.json'));

const material = await makeMaterial();
const compose = composeFuzzer(readSeeds(join(import.meta.dirname, '../..')), material);
// Conversations need a server process: a find of the wire becomes a test in `test/lsp`.
const fuzzers: Readonly<Record<string, Fuzzer>> = { compose, dotenv: compose, pem: pemFuzzer(material) };

it('has inputs to look at', () => expect(names).not.toEqual([]));

it.each(names)('%s', async (name) => {
  const { kind, input } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Find;
  const fuzzer = fuzzers[kind];
  if (!fuzzer) throw new Error(`nothing runs inputs of the kind ${kind}`);
  expect(await judge(fuzzer, input)).toBeUndefined();
});
