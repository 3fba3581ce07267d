/** The writing half of the host in memory. */
import type path from 'node:path';
import type { RewriteOptions, WriteAnswer, Writer } from '../../server/src/platform/platform';
import type { MemoryDisk, MemoryNode } from './memory-disk';

export type WriteProblem = Extract<WriteAnswer, { ok: false }>['problem'];
export type WriteOperation = Exclude<keyof Writer, 'nameKind' | 'canRewrite'>;
export type ReadOperation = 'status' | 'read' | 'realPath' | 'list' | 'nameKind' | 'canRewrite';

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

  /** The file behind a name, where it may be written to. */
  function writable(file: string, { writeProtected }: RewriteOptions = {}) {
    const found = disk.follow(file);
    if (!found.ok) return refuse('failed', `${file}: ${found.problem}.`);
    if (found.node.kind !== 'file') return refuse('failed', `${file} is not a file.`);
    if ((found.node.mode & 0o222) === 0 && !writeProtected)
      return refuse('protected', `${file} is write-protected.`);
    return found.node;
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
    append: (file, bytes) =>
      write('append', file, () => {
        const found = disk.name(file);
        if (!found.ok || found.node.kind !== 'file') return refuse('failed', `${file} is not a file.`);
        found.node.bytes = Buffer.concat([found.node.bytes, bytes]);
        found.node.modified = clock();
        return DONE;
      }),
    rename: (file, name) =>
      write('rename', name, () => {
        const found = disk.name(file);
        const place = disk.place(name);
        if (!found.ok || !place.ok) return refuse('failed', `${file} can't be renamed.`);
        if (disk.name(place.path).ok) disk.delete(place.path);
        disk.delete(found.path);
        disk.set(place.path, found.node);
        return DONE;
      }),
    rewrite: (file, after, before, options) =>
      write('rewrite', file, () => {
        const found = writable(file, options);
        if ('ok' in found) return found;
        if (Buffer.compare(found.bytes, before) !== 0) return refuse('changed', `${file} was changed.`);
        found.bytes = Uint8Array.from(after);
        found.modified = clock();
        return DONE;
      }),
    async canRewrite(file, before, options) {
      await called('canRewrite', file);
      const found = writable(file, options);
      if ('ok' in found) return found;
      return Buffer.compare(found.bytes, before) === 0 ? DONE : refuse('changed', `${file} was changed.`);
    },
    replaceText: (file, text) =>
      write('replaceText', file, () => {
        const bytes = new TextEncoder().encode(text);
        const fresh = { kind: 'file' as const, bytes, id: disk.nextId(), modified: clock(), ...owner };
        const name = disk.name(file);
        if (!name.ok && name.problem === 'missing')
          return addNew(file, () => ({ ...fresh, mode: modeOf(0o644) }));
        const found = writable(file, {});
        if ('ok' in found) return found;
        found.bytes = bytes;
        found.modified = clock();
        return DONE;
      }),
    setMode: (file, mode) =>
      write('setMode', file, () => {
        const found = disk.name(file);
        if (!found.ok) return refuse('failed', `${file}: ${found.problem}.`);
        if (found.node.kind === 'link') return refuse('failed', `${file} is a symbolic link.`);
        const { node } = found;
        if (node.kind === 'file' && disk.entries().filter(([, each]) => each === node).length > 1)
          return refuse('failed', `${file} has several names.`);
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
export function refuse(problem: WriteProblem, message: string): Extract<WriteAnswer, { ok: false }> {
  return { ok: false, problem, message };
}
