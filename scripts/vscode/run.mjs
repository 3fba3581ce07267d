// Starting other programs: quietly, without a shell, and with their output kept for the case that they fail.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Lines of a failed program's output that its error shows. */
const SHOWN_LINES = 25;

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options]
 * @returns {Promise<string>} what it wrote to standard output
 * @throws {Error} when it can't be started, or ends with another code than 0; the message ends with its last output
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      signal: options.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let stdout = '';
    let both = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      both += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      both += text;
    });
    child.on('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else {
        const last = both.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
        reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `code ${code}`}:\n${last}`));
      }
    });
  });
}

/**
 * Runs npm, in a way that works below `npm test` and on Windows too.
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} its standard output
 */
export function npm(args, cwd, signal) {
  const script = process.env.npm_execpath;
  const env = withoutNpmDirections(process.env);
  if (script && /\.c?js$/.test(script)) return run(process.execPath, [script, ...args], { cwd, env, signal });
  if (process.platform !== 'win32') return run('npm', args, { cwd, env, signal });
  const beside = join(process.execPath, '..', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return run(process.execPath, [beside, ...args], { cwd, env, signal });
}

/**
 * What an outer `npm` tells its scripts must not steer an inner one. The user's own npmrc still counts.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutNpmDirections(env) {
  const steering =
    /^npm_config_(dry_run|global|location|omit|include|only|package_lock|package_lock_only|workspaces?|prefix|ignore_scripts|loglevel)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !steering.test(name)));
}

/**
 * Finds a program as a shell would.
 * @param {string} name
 * @returns {string | undefined} its path
 */
export function findProgram(name) {
  const endings = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    if (!directory) continue;
    for (const ending of endings) {
      const path = join(directory, name + ending);
      if (isProgram(path)) return path;
    }
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {boolean} whether the path is a file that this user may run
 */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
