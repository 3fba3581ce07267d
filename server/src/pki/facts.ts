/** Facts of files, each file read once until it changes. */
import type { FileProblem, Host } from '../host/host';
import type { PemFacts } from './pem-facts';
import { readPem } from './read';

/** Bytes. A chain of a dozen certificates has 30 kB; what is larger is no key or certificate of a server. */
export const PEM_FILE_MAX = 1024 * 1024;

export interface FileFacts {
  /** As asked for. */
  readonly path: string;
  /** With all links resolved; undefined where that can't be told. */
  readonly realPath: string | undefined;
  /** The same for all hard links of one file; undefined where nothing is there. */
  readonly identity: string | undefined;
  readonly state: 'file' | FileProblem;
  /** What is in it; only with state `file`. */
  readonly pem?: PemFacts;
}

export interface FactsCache {
  /** What is at `path` now. Costs a stat when nothing has changed since the last time. Never rejects. */
  facts(path: string): Promise<FileFacts>;
  /** Drops what is known about a path; for watchers, who know of changes that mtime is too coarse for. */
  forget(path: string): void;
}

interface Entry {
  readonly stamp: string;
  readonly facts: Promise<FileFacts>;
}

/**
 * A cache of its own for each caller. A file counts as unchanged while path, size, modification time and identity
 * stay as they were. Problems are not kept: looking again costs a stat.
 */
export function createFactsCache(host: Host): FactsCache {
  const entries = new Map<string, Entry>();

  async function load(path: string): Promise<FileFacts> {
    const real = await host.files.realPath(path);
    const status = await host.files.status(path);
    const read = await host.files.read(path, PEM_FILE_MAX);
    const known = {
      path,
      realPath: real.ok ? real.value : undefined,
      identity: status.ok ? status.value.identity : undefined,
    };
    if (!read.ok) return { ...known, state: read.problem };
    const pem = readPem(read.value);
    // It may have been a private key.
    read.value.fill(0);
    return { ...known, state: 'file', pem };
  }

  return {
    async facts(path) {
      const status = await host.files.status(path);
      if (!status.ok) {
        entries.delete(path);
        const real = await host.files.realPath(path);
        return {
          path,
          realPath: real.ok ? real.value : undefined,
          identity: undefined,
          state: status.problem,
        };
      }
      const { size, modified, identity, mode, uid, gid } = status.value;
      // Mode and owner decide whether it can be read at all.
      const stamp = [size, modified, identity, mode, uid, gid].join(' ');
      const known = entries.get(path);
      if (known?.stamp === stamp) return known.facts;
      const facts = load(path);
      entries.set(path, { stamp, facts });
      const { state } = await facts;
      // A read may be denied by a directory, or fail for a moment; neither shows in the stamp.
      if (state !== 'file' && entries.get(path)?.facts === facts) entries.delete(path);
      return facts;
    },
    forget: (path) => void entries.delete(path),
  };
}
