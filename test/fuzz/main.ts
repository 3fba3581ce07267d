/**
 * Not a test: what `npm run fuzz` runs. `node <bundle> --root DIR --server FILE [--seconds N] [--inputs N] [--seed N] [--kind NAME]
 * [--guided] [--memory]`; exit code 1 on any find, which is written to `test/fuzz/finds`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { campaign, type Find, type Tally } from './campaign';
import { createFuzzer } from './fuzzers';
import { judge, KINDS, type KindName } from './kind';
import { measureMemory } from './memory';
import { type WorkerOrder, work } from './worker';
import { checkYamlSuite } from './yaml-suite';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    root: text,
    server: text,
    seconds: text,
    inputs: text,
    seed: text,
    kind: text,
    worker: text,
    edits: text,
    replay: text,
    suite: text,
    'yaml-suite': { type: 'boolean' },
    memory: { type: 'boolean' },
    guided: { type: 'boolean' },
  },
});
const { root = '.', server = '' } = values;

if (values.worker !== undefined) {
  await work(JSON.parse(values.worker) as WorkerOrder, (news) => process.send?.(news));
  process.disconnect();
} else if (values.replay !== undefined) {
  await replay(values.replay);
} else if (values.suite !== undefined) {
  if (!(await checkYamlSuite(values.suite))) process.exitCode = 1;
} else if (values.memory) {
  if (!(await measureMemory(root, server, Number(values.edits ?? 100_000)))) process.exitCode = 1;
} else await fuzz();

async function fuzz(): Promise<void> {
  const kinds = KINDS.filter((kind) => values.kind === undefined || values.kind === kind);
  const seconds = Number(values.seconds ?? 120) / kinds.length;
  const inputs = values.inputs === undefined ? {} : { inputs: Number(values.inputs) };
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}, ${Math.round(seconds)} s for each of ${kinds.join(', ')}`);
  console.log('kind        inputs  crashes    hangs    wrong');
  for (const kind of kinds) {
    const order = { kind, seed, seconds, root, server, guided: values.guided === true, known: [], ...inputs };
    const tally = await campaign(process.argv[1] ?? '', order);
    report(kind, tally);
    if (tally.finds.length > 0) process.exitCode = 1;
  }
}

/** Runs one find again, and says how it goes. */
async function replay(file: string): Promise<void> {
  const { kind, input } = JSON.parse(readFileSync(file, 'utf8')) as Find;
  const fuzzer = await createFuzzer(kind, root, server);
  const start = performance.now();
  const fault = await judge(fuzzer, input);
  const time = Math.round(performance.now() - start);
  console.log(fault ? `${fault.kind}: ${fault.message} (${time} ms)` : `fine (${time} ms)`);
  if (fault) process.exitCode = 1;
}

function report(kind: KindName, { inputs, counts, finds, blocks, kept }: Tally): void {
  const columns = [inputs, counts.crash, counts.hang, counts.wrong].map((n) => String(n).padStart(9));
  // Messages go to another process, where nothing is counted.
  const kepts = values.guided ? `, ${kept} inputs kept` : '';
  const reached = kind === 'wire' ? '' : `   ${blocks} blocks reached${kepts}`;
  console.log(kind.padEnd(9) + columns.join('') + reached);
  for (const find of finds) console.error(`  ${find.fault.kind}: ${find.fault.message}\n    ${write(find)}`);
}

/** Writes a find's input to a file, and answers its path. */
function write(find: Find): string {
  const directory = join(root, 'test/fuzz/finds');
  mkdirSync(directory, { recursive: true });
  const hash = createHash('sha256')
    .update(`${find.fault.kind} ${find.fault.message}`)
    .digest('hex')
    .slice(0, 8);
  const name = join(directory, `${find.kind}-${hash}.json`);
  writeFileSync(name, `${JSON.stringify(find, null, 2)}\n`);
  return name;
}
