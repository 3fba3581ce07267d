/** One look at the disk for many questions: what lies above a hundred keys is asked once. */
import type { Answer, FileStatus, Files } from './host';

export type Glance = Pick<Files, 'status' | 'realPath'>;

/** Answers as `files` does, and keeps each answer; for one run, in which the disk is taken to stand still. */
export function glanceAt(files: Glance): Glance {
  const statuses = new Map<string, Promise<Answer<FileStatus>>>();
  const realPaths = new Map<string, Promise<Answer<string>>>();
  const once = <T>(kept: Map<string, Promise<T>>, path: string, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(path) ?? ask();
    kept.set(path, known);
    return known;
  };
  return {
    status: (path) => once(statuses, path, () => files.status(path)),
    realPath: (path) => once(realPaths, path, () => files.realPath(path)),
  };
}
