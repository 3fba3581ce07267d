/** Facts of files, each file read once until it changes. */

import { orElse } from '../../platform/never-rejects';
import type { Answer, FileProblem, FileStatus, Host } from '../../platform/platform';
import type { StatCache, StatReader } from '../../platform/stat-cache';
import { readPem } from '../pem/read-pem-file';
import type { PemFacts } from '../types';

/** Bytes. A chain of a dozen certificates has 30 kB; what is larger is no key or certificate of a server. */
export const PEM_FILE_MAX = 1024 * 1024;

export interface FileFacts {
  /** As asked for. */
  readonly path: string;
  /** With all links resolved; undefined where that isn't known. */
  readonly realPath: string | undefined;
  /** The same for all hard links of one file; undefined where nothing is there. */
  readonly identity: string | undefined;
  /** Size, times, owner and permission bits; undefined where nothing is there. */
  readonly status: FileStatus | undefined;
  readonly state: 'file' | FileProblem;
  /** What is in it; only with state `file`. */
  readonly pem?: PemFacts;
}

export interface FactsCache {
  /**
   * What is at `path` now, or at the time of `stats`. Costs a stat when nothing has changed since the last time. Never
   * rejects.
   */
  facts(path: string, stats?: StatReader): Promise<FileFacts>;
  /** The facts of many files at the time of `stats`, by their paths. */
  all(paths: Iterable<string>, stats: StatCache): Promise<ReadonlyMap<string, FileFacts>>;
  /** Drops what is known about a path; for watchers, who know of changes that mtime is too coarse for. */
  forget(path: string): void;
}

interface Entry {
  readonly stamp: string;
  readonly facts: Promise<FileFacts>;
}

/**
 * A cache of its own for each caller. A file counts as unchanged while the path that its links lead to, size,
 * modification time, identity, mode and owner stay as they were. Problems are not kept: looking again costs a stat.
 */
export function createFactsCache(host: Host): FactsCache {
  const entries = new Map<string, Entry>();

  async function load(path: string, real: Answer<string>, status: Answer<FileStatus>): Promise<FileFacts> {
    const known = {
      path,
      realPath: real.ok ? real.value : undefined,
      identity: status.ok ? status.value.identity : undefined,
      status: status.ok ? status.value : undefined,
    };
    if (!status.ok) return { ...known, state: status.problem };
    const read = await host.files.read(path, PEM_FILE_MAX);
    if (!read.ok) {
      // What vanished between the two looks is not there: neither is what was known of it.
      const gone = read.problem === 'missing';
      return gone ? nothingAt(path) : { ...known, state: read.problem };
    }
    const pem = await orElse(() => readPem(read.value), undefined);
    // It may have been a private key.
    read.value.fill(0);
    return pem === undefined ? { ...known, state: 'failed' } : { ...known, state: 'file', pem };
  }

  const cache: FactsCache = {
    async facts(path, stats = host.files) {
      const [real, status] = await Promise.all([stats.realPath(path), stats.status(path)]);
      if (!status.ok) {
        entries.delete(path);
        return load(path, real, status);
      }
      const { size, modified, identity, links, mode, uid, gid } = status.value;
      // Mode and owner decide whether it can be read at all; the real path, which of two hard links it is.
      const stamp = [size, modified, identity, links, mode, uid, gid, real.ok ? real.value : ''].join(' ');
      const known = entries.get(path);
      if (known?.stamp === stamp) return known.facts;
      const facts = load(path, real, status);
      entries.set(path, { stamp, facts });
      const { state } = await facts;
      // A read may be denied by a directory, or fail for a moment; neither shows in the stamp.
      if (state !== 'file' && entries.get(path)?.facts === facts) entries.delete(path);
      return facts;
    },
    async all(paths, stats) {
      const directories = new Map([...paths].map((path) => [path, host.paths.dirname(path)]));
      const missing = await stats.missing(directories.values());
      const known = new Map<string, FileFacts>();
      const there: Promise<unknown>[] = [];
      for (const [path, directory] of directories) {
        if (missing.has(directory)) {
          entries.delete(path);
          known.set(path, nothingAt(path));
        } else there.push(cache.facts(path, stats).then((facts) => known.set(path, facts)));
      }
      await Promise.all(there);
      return known;
    },
    forget: (path) => void entries.delete(path),
  };
  return cache;
}

function nothingAt(path: string): FileFacts {
  return { path, realPath: undefined, identity: undefined, status: undefined, state: 'missing' };
}
