// Brings a VS Code along: the one inside the npm package code-server, which runs on Node and is used in a browser.
//
// Of that package only `lib/vscode` is taken and started directly (it serves the workbench, and has a connection token),
// so nothing needs a compiler: ripgrep and the terminal's part come as prebuilt npm packages, the file watcher too, and
// two small native modules have stand-ins of ours. Kerberos (for proxies) is left out; VS Code loads it only when asked to.
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { cacheDirectory, makeWhole } from './cache.mjs';
import { npm, run } from './run.mjs';

const version = '4.100.3';
/** The VS Code that this code-server carries. */
export const vscodeVersion = '1.100.3';
/** SHA-512 of the package, in base64, as the npm registry tells it. */
const integrity = 'q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==';
/** Raised when the steps below change, so that an older installation isn't taken for a new one. */
const recipe = 1;

const prebuilt = ['@vscode/ripgrep@1.18.0', 'node-pty@npm:@lydell/node-pty@1.1.0'];
const standIns = { '@vscode/spdlog': 'spdlog.cjs', 'native-watchdog': 'native-watchdog.cjs' };

/**
 * @typedef {object} VsCode
 * @property {string} directory where VS Code's server lies
 * @property {string} serverMain the script that Node starts
 */

/**
 * Finds VS Code in the cache, or installs it there (some 42 MB, half a minute or less).
 * @param {(line: string) => void} log
 * @param {AbortSignal} [signal] stops the installation, which then leaves nothing
 * @returns {Promise<VsCode>}
 * @throws {Error} when npm can't get it; the message says what failed
 */
export async function ensureVsCode(log, signal) {
  const directory = join(cacheDirectory(), `code-server-${version}-r${recipe}`);
  await makeWhole(directory, async (temporary) => {
    log(`Getting VS Code ${vscodeVersion} (code-server ${version} from npm) once, into ${directory} ...`);
    const begun = Date.now();
    await install(temporary, directory, signal);
    log(`VS Code ${vscodeVersion} is installed (${Math.round((Date.now() - begun) / 1000)} s).`);
  });
  return { directory, serverMain: join(directory, 'out', 'server-main.js') };
}

/**
 * @param {string} directory an empty directory
 * @param {string} home what it will be renamed to
 * @param {AbortSignal} [signal]
 */
async function install(directory, home, signal) {
  const download = join(directory, 'download');
  mkdirSync(download);
  await npm(['pack', `code-server@${version}`, '--silent', '--pack-destination', '.'], download, signal);
  const archive = join(download, `code-server-${version}.tgz`);
  if ((await sha512(archive)) !== integrity) {
    throw new Error(
      `The code-server ${version} that npm gave is not the one that this project was tested with.`,
    );
  }
  await run('tar', ['-xzf', archive, '-C', directory, '--strip-components=3', 'package/lib/vscode'], {
    signal,
  });
  rmSync(download, { recursive: true });

  await npm(
    ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', ...prebuilt],
    directory,
    signal,
  );
  const modules = join(directory, 'node_modules');
  for (const [name, file] of Object.entries(standIns)) {
    const standIn = fileURLToPath(new URL(`./stand-ins/${file}`, import.meta.url));
    copyFileSync(standIn, join(modules, name, 'index.js'));
  }
  // VS Code looks for some files of its modules in the archive that its desktop builds pack them in.
  const archived = join(directory, 'node_modules.asar');
  if (process.platform === 'win32') symlinkSync(join(home, 'node_modules'), archived, 'junction');
  else symlinkSync('node_modules', archived);
}

/**
 * @param {string} path
 * @returns {Promise<string>} in base64
 */
async function sha512(path) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}
