/** What the fuzzers once found and was put right: it stays right. Inputs of `npm run fuzz`, made as small as they go. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Find } from './campaign';
import { createFuzzer } from './fuzzers';
import { type Fuzzer, judge, type KindName } from './kind';
import { bundleServer, type ServerBundle } from './server-bundle';

const root = join(import.meta.dirname, '../..');
const directory = join(import.meta.dirname, 'finds');
const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
const findOf = (name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Find;

const fuzzers = new Map<KindName, Fuzzer>();
let bundle: ServerBundle;

beforeAll(async () => {
  bundle = await bundleServer(root);
  for (const kind of new Set(names.map((name) => findOf(name).kind)))
    fuzzers.set(kind, await createFuzzer(kind, root, bundle.path));
});
afterAll(async () => {
  for (const fuzzer of fuzzers.values()) await fuzzer.stop();
  bundle.remove();
});

it('has inputs of every kind to look at', () => {
  expect([...new Set(names.map((name) => findOf(name).kind))].sort()).toEqual([
    'compose',
    'dotenv',
    'keys',
    'pem',
    'wire',
  ]);
});

it.each(names)('%s', async (name) => {
  const { kind, input } = findOf(name);
  const fuzzer = fuzzers.get(kind);
  if (!fuzzer) throw new Error(`nothing runs inputs of the kind ${kind}`);
  expect(await judge(fuzzer, input)).toBeUndefined();
});

describe('a conversation is judged by what the server does', () => {
  const servers: Readonly<Record<string, readonly [program: string, fault: object]>> = {
    'one that ends at once': [
      'process.exit(3)',
      { kind: 'crash', message: expect.stringContaining('with 3') },
    ],
    'one that throws': [
      'setTimeout(() => { throw new Error("lost"); }, 50)',
      { kind: 'crash', message: expect.stringContaining('with 1') },
    ],
  };
  it.each(Object.entries(servers))('%s', async (_name, [program, fault]) => {
    const home = mkdtempSync(join(tmpdir(), 'mender-fuzz-bad-'));
    try {
      const server = join(home, 'server.js');
      writeFileSync(server, program);
      const wire = await createFuzzer('wire', root, server);
      expect(await judge(wire, { salt: 1, messages: [] })).toMatchObject(fault);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
