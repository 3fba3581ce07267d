// `npm start`: builds, makes a copy of the example to play with, says what `mender-compose check` finds in it, and opens
// the copy in VS Code with the extension loaded: in the `code` of this machine, else in one that it brings along.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

/** How often this process looks whether the one that started it is still there, in milliseconds. */
const PARENT_CHECK = 500;

const usage = `npm start -- [--no-open] [--no-build] [--browser] [--port N]

Builds the extension, checks a copy of examples/production, and opens that copy in VS Code.

  --no-open   stop before the editor
  --no-build  use the bundles in dist/ as they are
  --browser   use the VS Code that is brought along, even where a \`code\` is on the PATH
  --port N    the port on 127.0.0.1 for it (any free one, unless told)
  --help      this text
`;

/** @typedef {{ open: boolean, build: boolean, browser: boolean, port: number }} Options */

/** @type {(() => Promise<void>)[]} what is undone at the end, last first */
const cleanups = [];

process.exitCode = await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

/** @returns {Promise<number>} the exit code */
async function main() {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const signal = interruption();
  try {
    return await start(options, signal);
  } catch (error) {
    if (signal.aborted) return 0;
    throw error;
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

/**
 * @param {Options} options
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the exit code
 */
async function start(options, signal) {
  if (options.build) await import('./build.mjs');
  const copy = copyExample();
  await printCheck(copy, signal);
  if (!options.open || signal.aborted) return 0;

  const { whyNoDesktop, startDesktop } = await import('./vscode/desktop.mjs');
  const why = options.browser ? 'as told' : whyNoDesktop();
  if (why === undefined) {
    const desktop = await startDesktop({ folder: copy, extension: root });
    cleanups.push(desktop.stop);
    console.log('VS Code opens in its own window. Close it, or press Ctrl-C here, to end.');
    await Promise.race([desktop.ended, aborted(signal)]);
    return 0;
  }
  console.log(`Using the VS Code that this project brings along, in your browser (${why}).`);
  const { ensureVsCode } = await import('./vscode/code-server.mjs');
  const { startVsCode } = await import('./vscode/serve.mjs');
  const vscode = await ensureVsCode(console.log, signal);
  const served = await startVsCode(vscode, {
    folder: copy,
    extension: { unpacked: root },
    port: options.port,
  });
  cleanups.push(served.stop);
  console.log(
    'Listening on this machine only. Ctrl-C ends it. The address holds a secret: do not pass it on.',
  );
  console.log(`\n  ${served.url}\n`);
  await Promise.race([served.ended, aborted(signal)]);
  if (!signal.aborted) throw new Error(`VS Code has ended by itself. It wrote:\n${served.log()}`);
  return 0;
}

/** @returns {Options | number} or an exit code */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'no-open': { type: 'boolean', default: false },
        'no-build': { type: 'boolean', default: false },
        browser: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65535) throw new Error(`--port ${values.port}: not a port`);
    if (values.help) {
      console.log(usage);
      return 0;
    }
    return { open: !values['no-open'], build: !values['no-build'], browser: values.browser, port };
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${usage}`);
    return 2;
  }
}

/** @returns {AbortSignal} aborted at Ctrl-C, or when another process asks this one to end */
function interruption() {
  const controller = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => controller.abort());
  }
  // npm puts a shell in between, which does not pass signals on: when the parent goes, this process is left alone.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) controller.abort();
  }, PARENT_CHECK);
  watch.unref();
  return controller.signal;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @returns {string} the copy's folder, which is removed at the end */
function copyExample() {
  const example = join(root, 'examples', 'production');
  if (!existsSync(example)) throw new Error(`${example} is missing: is this a whole checkout?`);
  const temporary = mkdtempSync(join(tmpdir(), 'mender-compose-start-'));
  cleanups.push(async () => rmSync(temporary, { recursive: true, force: true }));
  const copy = join(temporary, 'production');
  cpSync(example, copy, { recursive: true });
  return copy;
}

/**
 * @param {string} folder
 * @param {AbortSignal} signal
 */
async function printCheck(folder, signal) {
  console.log('$ mender-compose check     (in a copy of examples/production)\n');
  const cli = join(root, 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, 'check'], { cwd: folder, stdio: 'inherit', signal });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  // 1 says that there are mistakes, which is what the example is for.
  if (code !== 0 && code !== 1) throw new Error(`mender-compose check ended with code ${code}.`);
  console.log();
}
