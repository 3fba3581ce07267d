/** A Host in memory for tests: no disk, a clock that stands still, faults on demand. */
import path from 'node:path';
import type { FileStatus, Host, WriteAnswer } from '../../server/src/platform/platform';
import { type MemoryNode, memoryDisk } from './memory-disk';
import {
  type MemoryCall,
  memoryWriter,
  refuse,
  type WriteOperation,
  type WriteProblem,
} from './memory-writer';

export type { MemoryCall, WriteProblem } from './memory-writer';

export interface MemoryHostOptions {
  /** Absolute path to content. Directories are made as needed. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** posix when not said; windows has `C:\` paths, no modes, and names that ignore case */
  readonly platform?: 'posix' | 'windows';
  /** milliseconds since the epoch; 2025-01-15 12:00 UTC when not said */
  readonly now?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly homeDirectory?: string;
  /** Runs as root. */
  readonly root?: boolean;
}

/**
 * Decides whether the write of this index (counted from 0) fails, before it has any effect.
 * `crash`: the process is killed here; every later call rejects until `restart()`.
 */
export type FaultDecision = (call: MemoryCall, index: number) => WriteProblem | 'crash' | undefined;

export interface MemoryHost extends Host {
  /** Creates or replaces a file behind everybody's back, directories as needed. */
  put(file: string, content: string | Uint8Array, mode?: number): void;
  putDirectory(directory: string, mode?: number): void;
  /** A symbolic link; `target` as given, relative to the link's directory or absolute. */
  putLink(link: string, target: string): void;
  /** Something that is no file: a FIFO, socket or device. */
  putOther(file: string): void;
  /** Removes a name and everything below it. */
  drop(file: string): void;
  /** From now on nobody may read this file or enter this directory. */
  deny(file: string): void;
  bytes(file: string): Uint8Array | undefined;
  text(file: string): string | undefined;
  mode(file: string): number | undefined;
  /** Paths of all files and links, sorted. */
  names(): readonly string[];
  /** Everything on the disk by path, to compare before and after; times left out. */
  snapshot(): Readonly<Record<string, string>>;
  /** All calls so far, in order. */
  readonly calls: readonly MemoryCall[];
  setNow(now: number): void;
  setEnvironment(name: string, value: string | undefined): void;
  failWrites(decide: FaultDecision | undefined): void;
  restart(): void;
}

const DEFAULT_NOW = Date.UTC(2025, 0, 15, 12);

/** A Host over a disk in memory, with helpers that look at the disk and break it. */
export function memoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const platform = options.platform ?? 'posix';
  const paths = platform === 'windows' ? path.win32 : path.posix;
  const denied = new Set<string>();
  const disk = memoryDisk(paths, (each) => denied.has(each));
  const environment = new Map(Object.entries(options.environment ?? {}));
  const calls: MemoryCall[] = [];
  let now = options.now ?? DEFAULT_NOW;
  let decide: FaultDecision | undefined;
  let writes = 0;
  let crashed = false;

  const owner = options.root ? { uid: 0, gid: 0 } : { uid: 1000, gid: 1000 };
  const modeOf = (mode: number) => (platform === 'windows' ? 0o666 : mode);

  function putDirectory(directory: string, mode = 0o755): void {
    const absolute = paths.resolve(directory);
    if (disk.follow(absolute).ok) return;
    putDirectory(paths.dirname(absolute));
    const place = disk.place(absolute);
    if (!place.ok) throw new Error(`cannot place ${absolute}: ${place.problem}`);
    disk.set(place.path, {
      kind: 'directory',
      mode: modeOf(mode),
      id: disk.nextId(),
      modified: now,
      ...owner,
    });
  }

  function putNode(file: string, node: MemoryNode): void {
    putDirectory(paths.dirname(paths.resolve(file)));
    const place = disk.place(file);
    if (!place.ok) throw new Error(`cannot place ${file}: ${place.problem}`);
    disk.set(place.path, node);
  }

  function put(file: string, content: string | Uint8Array, mode = 0o644): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);
    putNode(file, {
      kind: 'file',
      bytes,
      mode: modeOf(mode),
      id: disk.nextId(),
      modified: now,
      ...owner,
    });
  }

  /** Every call goes through here: counted, and refused after a crash. */
  async function called(operation: MemoryCall['operation'], file: string): Promise<void> {
    // A turn of the event loop, so that tests of races really interleave.
    await Promise.resolve();
    if (crashed) throw new Error('the process was killed');
    calls.push({ operation, path: file });
  }

  async function write(
    operation: WriteOperation,
    file: string,
    act: () => WriteAnswer,
  ): Promise<WriteAnswer> {
    await called(operation, file);
    const fault = decide?.({ operation, path: file }, writes++);
    if (fault === 'crash') {
      crashed = true;
      throw new Error('the process was killed');
    }
    if (fault !== undefined) return refuse(fault, `${operation} ${file}: injected fault (${fault}).`);
    return act();
  }

  for (const [file, content] of Object.entries(options.files ?? {})) put(file, content);

  const writer = memoryWriter({ disk, write, called, paths, platform, clock: () => now, owner });

  return {
    platform,
    paths,
    homeDirectory: options.homeDirectory ?? (platform === 'windows' ? 'C:\\Users\\someone' : '/home/someone'),
    process: {
      id: 4242,
      user: platform === 'windows' ? undefined : owner.uid,
      machine: '0a0b0c0d',
      cores: 2,
      isRunning: (id) => id === 4242 && !crashed,
    },
    now: () => now,
    environment: (name) => environment.get(name),
    files: {
      async status(file) {
        await called('status', file);
        const found = disk.follow(file);
        if (!found.ok) return found;
        const links = disk.entries().filter(([, node]) => node === found.node).length;
        return { ok: true, value: { ...statusOf(found.node, platform), links } };
      },
      async read(file, limit) {
        await called('read', file);
        const found = disk.follow(file);
        if (!found.ok) return found;
        const { node } = found;
        if (node.kind === 'directory') return { ok: false, problem: 'directory' };
        if (node.kind !== 'file') return { ok: false, problem: 'not-a-file' };
        if (denied.has(found.path)) return { ok: false, problem: 'denied' };
        if (node.bytes.length > limit) return { ok: false, problem: 'too-large' };
        return { ok: true, value: Uint8Array.from(node.bytes) };
      },
      async realPath(file) {
        await called('realPath', file);
        const found = disk.follow(file);
        return found.ok ? { ok: true, value: found.path } : found;
      },
      async list(directory) {
        await called('list', directory);
        const found = disk.follow(directory);
        if (!found.ok) return found;
        if (found.node.kind !== 'directory') return { ok: false, problem: 'missing' };
        if (denied.has(found.path)) return { ok: false, problem: 'denied' };
        const entries = disk
          .children(found.path)
          .map(({ name, node }) => ({ name, kind: node.kind }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        return { ok: true, value: entries };
      },
    },
    writer,
    put,
    putDirectory,
    putLink: (link, target) => putNode(link, { kind: 'link', target, id: disk.nextId(), modified: now }),
    putOther: (file) =>
      putNode(file, { kind: 'other', mode: 0o644, id: disk.nextId(), modified: now, ...owner }),
    drop(file) {
      for (const [each] of disk.entries()) {
        if (each === file || each.startsWith(file + paths.sep)) disk.delete(each);
      }
    },
    deny: (file) => void denied.add(paths.resolve(file)),
    bytes(file) {
      const found = disk.follow(file);
      return found.ok && found.node.kind === 'file' ? found.node.bytes : undefined;
    },
    text(file) {
      const found = disk.follow(file);
      return found.ok && found.node.kind === 'file' ? new TextDecoder().decode(found.node.bytes) : undefined;
    },
    mode(file) {
      const found = disk.follow(file);
      return found.ok && found.node.kind !== 'link' ? found.node.mode : undefined;
    },
    names: () => disk.entries().flatMap(([each, node]) => (node.kind === 'directory' ? [] : [each])),
    snapshot: () => Object.fromEntries(disk.entries().map(([each, node]) => [each, describe(node)])),
    calls,
    setNow: (value) => {
      now = value;
    },
    setEnvironment: (name, value) => {
      if (value === undefined) environment.delete(name);
      else environment.set(name, value);
    },
    failWrites: (decision) => {
      decide = decision;
      writes = 0;
    },
    restart: () => {
      crashed = false;
      decide = undefined;
    },
  };
}

function statusOf(node: MemoryNode, platform: 'posix' | 'windows'): FileStatus {
  if (node.kind === 'link') throw new Error('a followed name is never a link');
  const bare = platform === 'windows';
  return {
    kind: node.kind,
    size: node.kind === 'file' ? node.bytes.length : 0,
    modified: node.modified,
    mode: bare ? undefined : node.mode,
    uid: bare ? undefined : node.uid,
    gid: bare ? undefined : node.gid,
    identity: `memory:${node.id}`,
    links: 1,
  };
}

function describe(node: MemoryNode): string {
  if (node.kind === 'link') return `link to ${node.target}`;
  const mode = node.mode.toString(8);
  if (node.kind === 'file') return `file ${mode} ${Buffer.from(node.bytes).toString('base64')}`;
  return `${node.kind} ${mode}`;
}
