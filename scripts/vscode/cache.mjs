// The directory for what is downloaded once and used by every checkout. It lies outside the tracked tree.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * @returns {string} the cache directory: `$MENDER_COMPOSE_CACHE`, or `mender-compose` in the user's cache directory
 */
export function cacheDirectory() {
  const { MENDER_COMPOSE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (MENDER_COMPOSE_CACHE) return MENDER_COMPOSE_CACHE;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'mender-compose');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'mender-compose');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'mender-compose');
}

/**
 * Makes a directory whole or not at all: it is filled under another name and renamed at the end. Of two processes that
 * do so at once, the second finds the first one's directory in place, and drops its own.
 * @param {string} directory
 * @param {(temporary: string) => Promise<void>} fill
 * @returns {Promise<void>}
 */
export async function makeWhole(directory, fill) {
  if (existsSync(directory)) return;
  mkdirSync(dirname(directory), { recursive: true });
  removeLeftovers(directory);
  const temporary = mkdtempSync(`${directory}.partial-${process.pid}-`);
  try {
    await fill(temporary);
    try {
      renameSync(temporary, directory);
    } catch (error) {
      if (!existsSync(directory)) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * Removes what processes that were killed half-way have left.
 * @param {string} directory
 */
function removeLeftovers(directory) {
  const start = `${basename(directory)}.partial-`;
  for (const name of readdirSync(dirname(directory))) {
    if (!name.startsWith(start)) continue;
    if (!isAlive(Number.parseInt(name.slice(start.length), 10))) {
      rmSync(join(dirname(directory), name), { recursive: true, force: true });
    }
  }
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
