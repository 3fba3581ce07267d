// Opens a folder in the VS Code that is installed on this machine, as a separate instance with a profile of its own: the
// user's settings and windows stay as they are, and it can be ended without touching them.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './run.mjs';
import { quietSettings } from './settings.mjs';

/** Time that VS Code gets to close its windows, in milliseconds. */
const STOP_LIMIT = 5_000;

/** @returns {string | undefined} why the machine's own VS Code can't be used here; undefined when it can */
export function whyNoDesktop() {
  const { DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI, WSL_DISTRO_NAME, SSH_CONNECTION } = process.env;
  if (!findProgram('code')) return 'no `code` on the PATH';
  if (VSCODE_IPC_HOOK_CLI) return 'the `code` here is the one of a remote window';
  if (WSL_DISTRO_NAME) return 'the `code` here runs on Windows, not in WSL';
  if (process.platform === 'darwin' && SSH_CONNECTION) return 'this is a remote shell';
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  if (process.platform === 'linux' && process.getuid?.() === 0) return '`code` does not run as root';
  return undefined;
}

/**
 * @param {{ folder: string, extension: string }} options the folder to open, and the root of the built extension
 * @returns {Promise<{ ended: Promise<void>, stop: () => Promise<void> }>} `ended` settles when its window is closed
 * @throws {Error} when `code` can't be started
 */
export async function startDesktop({ folder, extension }) {
  const code = findProgram('code');
  if (!code) throw new Error('There is no `code` on the PATH.');
  const temporary = mkdtempSync(join(tmpdir(), 'mender-compose-code-'));
  const user = join(temporary, 'data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), `${JSON.stringify(quietSettings(), undefined, 2)}\n`);
  const args = [
    ...['--user-data-dir', join(temporary, 'data'), '--extensions-dir', join(temporary, 'extensions')],
    ...[`--extensionDevelopmentPath=${extension}`, '--new-window', '--wait', folder],
  ];
  const windows = process.platform === 'win32';
  // On Windows `code` is a batch file, which only a shell can start; its arguments are paths of our own.
  const child = windows
    ? spawn(
        `"${code}"`,
        args.map((arg) => `"${arg}"`),
        { shell: true, stdio: 'ignore' },
      )
    : spawn(code, args, { stdio: 'ignore', detached: true });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`\`code\` could not be started: ${error.message}`)));
    child.once('exit', (status) => {
      if (status) reject(new Error(`\`code\` ended with code ${status}.`));
      else resolve();
    });
  });
  ended.catch(() => undefined);
  const stop = async () => {
    await endInstance(join(temporary, 'data'));
    if (child.exitCode === null && child.pid !== undefined) tryKill(windows ? child.pid : -child.pid);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  return { ended, stop };
}

/**
 * Ends the instance that uses a data directory. `code` itself only passes its arguments on; the editor's process writes
 * its id into `code.lock`.
 * @param {string} data
 */
async function endInstance(data) {
  let pid = Number.NaN;
  try {
    pid = Number.parseInt(readFileSync(join(data, 'code.lock'), 'utf8'), 10);
  } catch {
    return;
  }
  if (!(pid > 1)) return;
  const until = Date.now() + STOP_LIMIT;
  let alive = tryKill(pid);
  while (alive && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    alive = tryKill(pid, 0);
  }
  if (alive) tryKill(pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} [signal]
 * @returns {boolean} whether there was such a process
 */
function tryKill(pid, signal = 'SIGTERM') {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
