/** The writing half of the host in memory. */
import type path from 'node:path';
import type { WriteAnswer, Writer } from '../../server/src/host/host';
import type { MemoryDisk, MemoryNode } from './memory-disk';

export type WriteProblem = Extract<WriteAnswer, { ok: false }>['problem'];
export type WriteOperation = Exclude<keyof Writer, 'nameKind'>;
export type ReadOperation = 'status' | 'read' | 'realPath' | 'list' | 'nameKind';

export interface MemoryCall {
  readonly operation: WriteOperation | ReadOperation;
  readonly path: string;
}

export interface WriterParts {
  readonly disk: MemoryDisk;
  readonly write: (operation: WriteOperation, file: string, act: () => WriteAnswer) => Promise<WriteAnswer>;
  readonly called: (operation: MemoryCall['operation'], file: string) => Promise<void>;
  readonly paths: path.PlatformPath;
  readonly platform: 'posix' | 'windows';
  readonly clock: () => number;
  readonly owner: { readonly uid: number; readonly gid: number };
}

const DONE: WriteAnswer = { ok: true };

/** A Writer over a disk in memory; `write` may refuse each call before it has any effect. */
export function memoryWriter({ disk, write, called, paths, platform, clock, owner }: WriterParts): Writer {
  const modeOf = (mode: number) => (platform === 'windows' ? 0o666 : mode);

  /** Puts a node under a name that must be free. */
  function addNew(file: string, node: () => MemoryNode): WriteAnswer {
    const place = disk.place(file);
    if (!place.ok)
      return refuse(place.problem === 'denied' ? 'denied' : 'failed', `${file}: ${place.problem}.`);
    if (disk.name(place.path).ok) return refuse('exists', `${file} exists already.`);
    disk.set(place.path, node());
    return DONE;
  }

  return {
    makeDirectory: (directory, mode) =>
      write('makeDirectory', directory, () =>
        addNew(directory, () => ({
          kind: 'directory',
          mode: modeOf(mode),
          id: disk.nextId(),
          modified: clock(),
          ...owner,
        })),
      ),
    createFile: (file, bytes, mode) =>
      write('createFile', file, () =>
        addNew(file, () => ({
          kind: 'file',
          bytes: Uint8Array.from(bytes),
          mode: modeOf(mode),
          id: disk.nextId(),
          modified: clock(),
          ...owner,
        })),
      ),
    link: (existing, name) =>
      write('link', name, () => {
        const found = disk.name(existing);
        if (!found.ok) return refuse('failed', `${existing}: ${found.problem}.`);
        return addNew(name, () => found.node);
      }),
    remove: (file) =>
      write('remove', file, () => {
        const found = disk.name(file);
        if (!found.ok) return found.problem === 'missing' ? DONE : refuse('denied', `${file}: denied.`);
        if (found.node.kind === 'directory') return refuse('failed', `${file} is a directory.`);
        disk.delete(found.path);
        return DONE;
      }),
    removeDirectory: (directory) =>
      write('removeDirectory', directory, () => {
        const found = disk.name(directory);
        if (!found.ok) return found.problem === 'missing' ? DONE : refuse('denied', `${directory}: denied.`);
        if (found.node.kind !== 'directory') return refuse('failed', `${directory} is not a directory.`);
        if (disk.children(found.path).length > 0) return refuse('failed', `${directory} is not empty.`);
        disk.delete(found.path);
        return DONE;
      }),
    async syncDirectory(directory) {
      await write('syncDirectory', directory, () => DONE);
    },
    replaceText: (file, text, before) =>
      write('replaceText', file, () => {
        const bytes = new TextEncoder().encode(text);
        const found = disk.follow(file);
        const fresh = { kind: 'file' as const, bytes, id: disk.nextId(), modified: clock(), ...owner };
        if (!found.ok) {
          if (found.problem !== 'missing') return refuse('failed', `${file}: ${found.problem}.`);
          return addNew(file, () => ({ ...fresh, mode: modeOf(0o644) }));
        }
        if (found.node.kind !== 'file') return refuse('failed', `${file} is not a file.`);
        if (
          before !== undefined &&
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(found.node.bytes) !== before
        ) {
          return refuse('changed', `${file} was changed.`);
        }
        disk.set(found.path, { ...found.node, ...fresh });
        return DONE;
      }),
    setMode: (file, mode) =>
      write('setMode', file, () => {
        const found = disk.name(file);
        if (!found.ok) return refuse('failed', `${file}: ${found.problem}.`);
        if (found.node.kind === 'link') return refuse('failed', `${file} is a symbolic link.`);
        found.node.mode = modeOf(mode);
        return DONE;
      }),
    setOwner: (file, uid, gid) =>
      write('setOwner', file, () => {
        const found = disk.name(file);
        if (!found.ok) return refuse('failed', `${file}: ${found.problem}.`);
        if (owner.uid !== 0) return refuse('denied', `${file} can be given away by root alone.`);
        Object.assign(found.node, { uid, gid });
        return DONE;
      }),
    async nameKind(file) {
      await called('nameKind', file);
      const found = disk.name(paths.resolve(file));
      if (found.ok) return found.node.kind;
      return found.problem === 'missing' ? 'missing' : 'other';
    },
  };
}

/** A refusal as hosts answer it. */
export function refuse(problem: WriteProblem, message: string): WriteAnswer {
  return { ok: false, problem, message };
}
