// @ts-check
// `npm run bench`: measures our server beside two others, on this machine.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureActivation } from './src/measure-activation.mjs';
import { bundleSizes, measureMounts, measureStacks } from './src/measure-disk.mjs';
import { measureHangs } from './src/measure-hangs.mjs';
import { measureKeys } from './src/measure-keys.mjs';
import { measureRealKeystrokes, measureSizes } from './src/measure-keystroke.mjs';
import { measureMemory, measureRequests } from './src/measure-requests.mjs';
import { measureStack } from './src/measure-stack.mjs';
import { measureStart } from './src/measure-start.mjs';
import { report, withSections } from './src/report.mjs';
import { buildOurs, installPeers, servers } from './src/servers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {Readonly<Record<string, (context: import('./src/rounds.mjs').Context) => Promise<import('./src/rounds.mjs').Section>>>} */
const parts = {
  start: measureStart,
  keystroke: measureRealKeystrokes,
  services: measureSizes,
  requests: measureRequests,
  memory: measureMemory,
  stack: measureStack,
  mounts: measureMounts,
  cli: measureStacks,
  keys: measureKeys,
  hangs: measureHangs,
  editor: measureActivation,
};

const usage = `npm run bench -- [--quick] [--write] [--editor] [--only PART]…

Measures our server beside yaml-language-server and compose-language-service, and prints tables.

  --quick      few rounds, and files of 10 and 1,000 services only
  --write      write docs/benchmarks.md as well; with --only, these sections alone, targets stay as they were
  --editor     the activation in a real VS Code as well, which is downloaded where it is missing
  --only PART  only this: ${[...Object.keys(parts), 'sizes'].join(', ')}; can be repeated
  --help       this text
`;

/** @returns {Promise<number>} the exit code */
async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      editor: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const wanted = (/** @type {string} */ part) =>
    values.only?.includes(part) ?? (part !== 'editor' || values.editor);
  const unknown = values.only?.find((part) => part !== 'sizes' && !Object.hasOwn(parts, part));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}.\n\n${usage}`);

  const load = loadavg()[0] ?? 0;
  const log = (/** @type {string} */ line) => console.error(`- ${line}`);
  installPeers(log);
  log('bundles');
  const sizes = await buildOurs();
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'mender-compose-bench-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('SIGINT', () => {
    removeFolder();
    process.exit(130);
  });
  const sections = [];
  let failed = false;
  try {
    const context = { servers: await servers(), quick: values.quick, folder, root, log };
    for (const [name, measure] of Object.entries(parts).filter(([part]) => wanted(part))) {
      try {
        sections.push(await measure(context));
      } catch (error) {
        // What the others say is worth telling all the same.
        console.error(`${name}: ${error instanceof Error ? error.message : error}`);
        failed = true;
      }
    }
  } finally {
    removeFolder();
  }
  if (wanted('sizes')) sections.push(bundleSizes(sizes));
  const about = { commit: commit(), quick: values.quick, date: new Date(), load };
  const text = report(sections, about);
  console.log(text);
  if (values.write && !failed) {
    const path = join(root, 'docs/benchmarks.md');
    writeFileSync(path, values.only ? withSections(readFileSync(path, 'utf8'), sections, about) : text);
  }
  return failed ? 1 : 0;
}

/** The commit that is measured, with a plus sign where files differ from it. */
function commit() {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const differs = git('status', '--porcelain', '--untracked-files=no', '--', 'server', 'client') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${differs ? '+' : ''}`;
  } catch {
    return undefined;
  }
}

process.exitCode = await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
