// Starts VS Code's server on this machine alone, for one user, in directories of its own, and ends it without a trace.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyUnpacked, installVsix } from './extension.mjs';
import { quietSettings } from './settings.mjs';

/** Time after which a server that neither listens nor ends is given up, in milliseconds. */
const START_LIMIT = 60_000;
/** Time that processes get to end by themselves, in milliseconds. */
const STOP_LIMIT = 3_000;

/**
 * @typedef {object} ServeOptions
 * @property {string} folder the folder that the workbench opens
 * @property {{ vsix: string } | { unpacked: string }} [extension] a packaged extension, or the root of a built one
 * @property {readonly string[]} [others] paths of further packaged extensions, which stand beside it
 * @property {Record<string, unknown>} [settings] user settings beside the quiet ones
 * @property {number} [port] 0 for any free one
 */

/**
 * @typedef {object} Served
 * @property {string} url the address that opens the folder; it holds the secret, and is to be kept as one
 * @property {string} userSettings the path of the user's settings.json
 * @property {() => string} log what the server has written so far
 * @property {Promise<void>} ended settles when the server has ended
 * @property {() => Promise<void>} stop ends every process and removes the temporary files; may be called twice
 */

/**
 * Starts VS Code, listening on 127.0.0.1 only. Whoever connects must show a random token; the token is read from a file
 * that only this user can read, so no process list shows it.
 * @param {import('./code-server.mjs').VsCode} vscode
 * @param {ServeOptions} options
 * @returns {Promise<Served>}
 * @throws {Error} when it doesn't start; the message holds what it wrote
 */
export async function startVsCode(vscode, options) {
  const temporary = mkdtempSync(join(tmpdir(), 'mender-compose-vscode-'));
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  const stop = async () => {
    if (child) await end(child);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const token = randomBytes(24).toString('hex');
    const tokenFile = join(temporary, 'token');
    writeFileSync(tokenFile, token, { mode: 0o600, flag: 'wx' });
    const data = join(temporary, 'data');
    const extensions = join(temporary, 'extensions');
    const user = join(data, 'data', 'User');
    mkdirSync(user, { recursive: true });
    mkdirSync(extensions);
    const userSettings = join(user, 'settings.json');
    writeFileSync(userSettings, `${JSON.stringify(quietSettings(options.settings), undefined, 2)}\n`);
    const directories = ['--server-data-dir', data, '--extensions-dir', extensions];
    const env = cleanEnvironment();
    if (options.extension && 'vsix' in options.extension) {
      await installVsix(vscode, options.extension.vsix, directories, env);
    } else if (options.extension) {
      copyUnpacked(options.extension.unpacked, extensions);
    }
    for (const vsix of options.others ?? []) await installVsix(vscode, vsix, directories, env);

    child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('./child.mjs', import.meta.url)),
        vscode.serverMain,
        ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
        ...['--connection-token-file', tokenFile],
        ...directories,
        ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-telemetry'],
      ],
      // Its own process group, so that it can be ended with all that it starts, and Ctrl-C is ours to handle.
      {
        cwd: temporary,
        env,
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      },
    );
    const { port, log } = await listening(child);
    const url = new URL(`http://127.0.0.1:${port}/`);
    url.searchParams.set('tkn', token);
    url.searchParams.set('folder', options.folder);
    const running = child;
    /** @type {Promise<void>} */
    const ended = new Promise((resolve) => {
      if (running.exitCode !== null || running.signalCode !== null) resolve();
      else running.once('exit', () => resolve());
    });
    return { url: url.href, userSettings, log, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ port: number, log: () => string }>} once it listens
 */
function listening(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const log = () => text;
    /** @param {string} why */
    const fail = (why) => {
      clearTimeout(timer);
      reject(new Error(`VS Code did not start (${why}). It wrote:\n${text.trimEnd() || '(nothing)'}`));
    };
    const timer = setTimeout(() => fail(`nothing after ${START_LIMIT / 1000} s`), START_LIMIT);
    const read = (/** @type {Buffer} */ chunk) => {
      text += chunk;
      const bound = /Extension host agent listening on (\d+)/.exec(text);
      if (!bound) return;
      clearTimeout(timer);
      resolve({ port: Number(bound[1]), log });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `code ${code}`}`));
  });
}

/**
 * Ends a process and everything that it has started.
 * @param {import('node:child_process').ChildProcess} child
 */
async function end(child) {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore' });
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    return;
  }
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
    const until = Date.now() + STOP_LIMIT;
    while (signalGroup(pid, signal) && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 * @returns {boolean} whether there was still a process to send it to
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * The environment without what npm, a test runner or an outer VS Code has put there.
 * @returns {NodeJS.ProcessEnv}
 */
function cleanEnvironment() {
  const foreign = /^(npm_|VSCODE_|ELECTRON_|VITEST|NODE_OPTIONS$|NODE_ENV$|TEST$|GIT_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
