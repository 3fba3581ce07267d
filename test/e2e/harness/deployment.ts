// Compose files in folders of their own, what their places are, and what the files beside them hold.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from './editor';

/** The name that compose files have here. */
export const COMPOSE_FILE = 'docker-compose.yml';

/** A folder with a copy of the example, for the test that runs. */
export function copyOfExample(): string {
  const folder = emptyFolder();
  cpSync(join(root, 'examples', 'production'), folder, { recursive: true });
  return folder;
}

/** A folder with one compose file, for the test that runs. */
export function folderWith(compose: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, COMPOSE_FILE), compose);
  return folder;
}

/** A folder with these files, by their paths with `/`, for the test that runs. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function emptyFolder(): string {
  const above = mkdtempSync(join(tmpdir(), 'mender-compose-e2e-'));
  onTestFinished(() => rmSync(above, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const folder = join(above, 'production');
  mkdirSync(folder);
  return folder;
}

export function composeText(folder: string): string {
  return readFileSync(join(folder, COMPOSE_FILE), 'utf8');
}

/** The place of the only occurrence of a piece of text, counted from 1. Throws when it isn't there once. */
export function placeOf(text: string, piece: string): { line: number; column: number } {
  const at = text.indexOf(piece);
  if (at < 0 || text.indexOf(piece, at + 1) >= 0) throw new Error(`${piece} is not there exactly once`);
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Every file below a folder, relative, sorted, with `/`. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Permission bits of a file or directory, as `ls` would count them: `0600`. */
export function modeOf(path: string): string {
  return `0${(statSync(path).mode & 0o777).toString(8)}`;
}

/** What `openssl` answers; throws with its message when it refuses. */
export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
