/** One look at the disk for many questions: what lies above a hundred keys is asked once. */
import type { PlatformPath } from 'node:path';
import type { Answer, FileStatus, Files } from './platform';

/** What lies where; answers for one path at a time. */
export type StatReader = Pick<Files, 'status' | 'realPath'>;

export interface StatCache extends StatReader {
  /** Those of some directories that aren't there. */
  missing(directories: Iterable<string>): Promise<ReadonlySet<string>>;
}

/** Directories that are asked for one by one. */
const FEW = 8;

const MISSING = { ok: false, problem: 'missing' } as const;

/**
 * Answers as `files` does, and keeps each answer; for one run, in which the disk is taken to stand still. Below a
 * directory that isn't there, nothing is asked.
 */
export function statCacheOf(files: StatReader, paths: PlatformPath): StatCache {
  const statuses = new Map<string, Promise<Answer<FileStatus>>>();
  const realPaths = new Map<string, Promise<Answer<string>>>();
  const once = <T>(kept: Map<string, Promise<T>>, path: string, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(path);
    if (known) return known;
    const asked = ask();
    kept.set(path, asked);
    return asked;
  };
  async function isBelowNothing(path: string): Promise<boolean> {
    const directory = paths.dirname(path);
    if (directory === path) return false;
    const answer = await status(directory);
    return !answer.ok && answer.problem === 'missing';
  }
  const status = (path: string) =>
    once(statuses, path, async () => ((await isBelowNothing(path)) ? MISSING : files.status(path)));
  const realPath = (path: string) =>
    once(realPaths, path, async () => ((await isBelowNothing(path)) ? MISSING : files.realPath(path)));
  async function missing(directories: Iterable<string>): Promise<ReadonlySet<string>> {
    const result = new Set<string>();
    const all = [...new Set(directories)];
    // From the root down is shorter only where many are below one that isn't there.
    const ask = all.length > FEW ? status : (path: string) => once(statuses, path, () => files.status(path));
    const look = async (directory: string) => {
      const answer = await ask(directory);
      if (!answer.ok && answer.problem === 'missing') result.add(directory);
    };
    await Promise.all(all.map(look));
    return result;
  }
  return { status, realPath, missing };
}
