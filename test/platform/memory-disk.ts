/** A file system in memory, just as deep as the Host interface can see: files, hard links, symbolic links. */
import type { PlatformPath } from 'node:path';
import type { FileProblem } from '../../server/src/platform/platform';

export type MemoryNode =
  | {
      kind: 'file';
      bytes: Uint8Array;
      mode: number;
      readonly id: number;
      modified: number;
      uid: number;
      gid: number;
    }
  | { kind: 'directory'; mode: number; readonly id: number; modified: number; uid: number; gid: number }
  | { kind: 'link'; target: string; readonly id: number; modified: number }
  | { kind: 'other'; mode: number; readonly id: number; modified: number; uid: number; gid: number };

export type Located =
  | { readonly ok: true; readonly path: string; readonly node: MemoryNode }
  | { readonly ok: false; readonly problem: FileProblem };

export interface MemoryDisk {
  /** The node of this very name, its directories' links followed, its own not. */
  name(path: string): Located;
  /** The node behind this name, all links followed. */
  follow(path: string): Located;
  /** Where a new entry of this name would go: its directory's links followed. Refuses when that is none. */
  place(
    path: string,
  ): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly problem: FileProblem };
  /** Names directly in a directory whose path is resolved already. */
  children(path: string): readonly { readonly name: string; readonly node: MemoryNode }[];
  set(path: string, node: MemoryNode): void;
  delete(path: string): void;
  nextId(): number;
  /** Every entry, sorted by path. */
  entries(): readonly (readonly [string, MemoryNode])[];
}

const LINKS_AT_MOST = 40;

/**
 * An empty disk. `paths` is `path.posix` or `path.win32`; names on the latter ignore case.
 * `denied` tells the paths that may not be entered or read.
 */
export function memoryDisk(paths: PlatformPath, denied: (path: string) => boolean): MemoryDisk {
  const nodes = new Map<string, { readonly path: string; readonly node: MemoryNode }>();
  let lastId = 0;
  const keyOf = (path: string) => (paths.sep === '\\' ? path.toLowerCase() : path);

  function resolve(path: string, followLast: boolean): Located {
    let rest = paths.resolve(path);
    let links = 0;
    let at = paths.parse(rest).root;
    let parts = rest.slice(at.length).split(paths.sep).filter(Boolean);
    while (true) {
      const entry = nodes.get(keyOf(at));
      const node: MemoryNode | undefined =
        entry?.node ?? (paths.dirname(at) === at ? rootNode(at) : undefined);
      if (node === undefined) return { ok: false, problem: 'missing' };
      if (node.kind === 'link' && (followLast || parts.length > 0)) {
        links += 1;
        if (links > LINKS_AT_MOST) return { ok: false, problem: 'link-loop' };
        rest = paths.resolve(paths.dirname(at), node.target, ...parts);
        at = paths.parse(rest).root;
        parts = rest.slice(at.length).split(paths.sep).filter(Boolean);
        continue;
      }
      const next = parts.shift();
      if (next === undefined) return { ok: true, path: entry?.path ?? at, node };
      if (node.kind !== 'directory') return { ok: false, problem: 'missing' };
      if (denied(at)) return { ok: false, problem: 'denied' };
      at = paths.join(at, next);
    }
  }

  function rootNode(path: string): MemoryNode {
    const node: MemoryNode = { kind: 'directory', mode: 0o755, id: ++lastId, modified: 0, uid: 0, gid: 0 };
    nodes.set(keyOf(path), { path, node });
    return node;
  }

  return {
    name: (path) => resolve(path, false),
    follow: (path) => resolve(path, true),
    place(path) {
      const absolute = paths.resolve(path);
      const directory = resolve(paths.dirname(absolute), true);
      if (!directory.ok) return directory;
      if (directory.node.kind !== 'directory') return { ok: false, problem: 'missing' };
      return { ok: true, path: paths.join(directory.path, paths.basename(absolute)) };
    },
    children: (path) =>
      [...nodes.values()]
        .filter((entry) => entry.path !== path && keyOf(paths.dirname(entry.path)) === keyOf(path))
        .map((entry) => ({ name: paths.basename(entry.path), node: entry.node })),
    set(path, node) {
      const old = nodes.get(keyOf(path));
      nodes.set(keyOf(path), { path: old?.path ?? path, node });
    },
    delete: (path) => void nodes.delete(keyOf(path)),
    nextId: () => ++lastId,
    entries: () =>
      [...nodes.values()]
        .map((entry) => [entry.path, entry.node] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  };
}
