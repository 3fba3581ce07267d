import { type BigIntStats, constants, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import type { Answer, DirectoryEntry, FileProblem, FileStatus, Files } from '../platform';
import { readProblem } from './errors';

/** Reading from the real disk. Each answer is a snapshot; nothing is cached here. */
export function nodeFiles(platform: 'posix' | 'windows'): Files {
  return {
    status: (path) =>
      answer(async () => ({ ok: true, value: statusOf(await stat(path, { bigint: true }), platform) })),
    read: (path, limit) => answer(() => readFile(path, limit)),
    realPath: (path) => answer(async () => ({ ok: true, value: await realpath(path) })),
    list: (directory) =>
      answer(async () => {
        const entries = await readdir(directory, { withFileTypes: true });
        return { ok: true, value: entries.map((entry) => ({ name: entry.name, kind: kindOfName(entry) })) };
      }),
  };
}

/** The permission and ownership of what stat(2) described. */
export function statusOf(stats: BigIntStats, platform: 'posix' | 'windows'): FileStatus {
  const posix = platform === 'posix';
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    size: Number(stats.size),
    modified: Number(stats.mtimeNs / 1000n) / 1000,
    mode: posix ? Number(stats.mode) & 0o7777 : undefined,
    uid: posix ? Number(stats.uid) : undefined,
    gid: posix ? Number(stats.gid) : undefined,
    identity: `${stats.dev}:${stats.ino}`,
    links: Number(stats.nlink),
  };
}

/** What a name itself is, links not followed. */
export function kindOfName(
  entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): DirectoryEntry['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'directory' : 'other';
}

async function answer<T>(act: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await act();
  } catch (error) {
    return { ok: false, problem: readProblem(error) };
  }
}

async function readFile(path: string, limit: number): Promise<Answer<Uint8Array>> {
  // Looking first keeps a device from being opened at all, which alone can have effects (a tape rewinds).
  const first = problemOf(await stat(path), limit);
  if (first !== undefined) return { ok: false, problem: first };
  // Should a FIFO take the file's place in between, O_NONBLOCK keeps open(2) from waiting for a writer.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
  const handle = await open(path, flags);
  try {
    const second = problemOf(await handle.stat(), limit);
    if (second !== undefined) return { ok: false, problem: second };
    return await readBounded(handle, limit);
  } finally {
    await handle.close();
  }
}

function problemOf(stats: Stats, limit: number): FileProblem | undefined {
  if (stats.isDirectory()) return 'directory';
  if (!stats.isFile()) return 'not-a-file';
  return stats.size > limit ? 'too-large' : undefined;
}

/** Reads to the end, whatever size stat gave: files below /proc call themselves empty, and others grow. */
async function readBounded(handle: FileHandle, limit: number): Promise<Answer<Uint8Array>> {
  const { size } = await handle.stat();
  let buffer = new Uint8Array(Math.min(size, limit) + 1);
  let length = 0;
  while (true) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (length > limit) return { ok: false, problem: 'too-large' };
    if (bytesRead === 0) return { ok: true, value: buffer.subarray(0, length) };
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(limit + 1, Math.max(4096, buffer.length * 2)));
      larger.set(buffer);
      buffer = larger;
    }
  }
}
