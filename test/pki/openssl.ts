/** The real openssl, which judges what we make. */
import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs openssl and answers what it printed, both streams; rejects when it exits with another code than 0. */
export async function openssl(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('openssl', args);
  return stdout + stderr;
}

/** Runs `use` with a new empty directory, links resolved, and removes it afterwards. */
export async function inTemporaryDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'mender-compose-test-')));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same for a whole test file: to be created before all its tests and removed after. */
export function temporaryDirectory(): {
  readonly path: string;
  create(): Promise<void>;
  remove(): Promise<void>;
} {
  let directory = '';
  return {
    get path() {
      return directory;
    },
    async create() {
      directory = await realpath(await mkdtemp(path.join(tmpdir(), 'mender-compose-test-')));
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
