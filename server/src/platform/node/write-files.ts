import { constants } from 'node:fs';
import {
  chmod,
  type FileHandle,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rmdir,
  unlink,
} from 'node:fs/promises';
import type { RewriteOptions, WriteAnswer, Writer } from '../platform';
import { CHANGED, codeOf, hasNoLinks, PROTECTED, SEVERAL_NAMES, writeRefusal } from './errors';
import { anchored } from './open-directory';
import { kindOfName } from './read-files';

const DONE: WriteAnswer = { ok: true };
const PERMISSIONS = 0o777;
const WRITE_BITS = 0o222;

/** Writing to the real disk. Modes are ignored on Windows, which has none. */
export function nodeWriter(platform: 'posix' | 'windows'): Writer {
  const posix = platform === 'posix';

  return {
    makeDirectory: (directory, mode) =>
      attempt('create the directory', directory, async () => {
        await mkdir(directory, mode);
        if (posix) await setDirectoryMode(directory, mode);
      }),

    createFile: (file, bytes, mode, where) =>
      attempt('create', file, () => {
        const create = (at: string) => createWhole(at, bytes, posix ? mode : undefined);
        return where === 'real' ? anchored(file, create) : create(file);
      }),

    async link(existing, name) {
      try {
        await anchored(existing, (from) => anchored(name, (to) => link(from, to)));
        return DONE;
      } catch (error) {
        const refusal = writeRefusal(error, 'create', name);
        return hasNoLinks(error, platform) ? { ...refusal, problem: 'unsupported' } : refusal;
      }
    },

    remove: (file) =>
      attempt('remove', file, async () => {
        try {
          await anchored(file, unlink);
        } catch (error) {
          if (codeOf(error) !== 'ENOENT') throw error;
        }
      }),

    removeDirectory: (directory) => attempt('remove the directory', directory, () => rmdir(directory)),

    async syncDirectory(directory) {
      try {
        const handle = await open(directory, constants.O_RDONLY);
        await handle.sync().finally(() => handle.close());
      } catch {
        // Windows and some network file systems cannot; then the entries become durable when they please.
      }
    },

    append: (file, bytes) =>
      attempt('write', file, () =>
        anchored(file, async (at) => {
          const handle = await open(
            at,
            constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0),
          );
          try {
            await handle.writeFile(bytes);
            await sync(handle);
          } finally {
            await handle.close();
          }
        }),
      ),

    rename: (file, name) =>
      attempt('rename', file, () => anchored(file, (from) => anchored(name, (to) => rename(from, to)))),

    rewrite: (file, after, before, options = {}) =>
      attempt('write', file, () =>
        withContent(file, before.length + 1, options, async (handle, content) => {
          if (!content.equals(before)) throw ownError(CHANGED);
          await overwrite(handle, after, content);
        }),
      ),

    canRewrite: (file, before, options = {}) =>
      attempt('write', file, () =>
        withContent(file, before.length + 1, options, async (_, content) => {
          if (!content.equals(before)) throw ownError(CHANGED);
        }),
      ),

    replaceText: (file, text) =>
      attempt('write', file, async () => {
        const bytes = new TextEncoder().encode(text);
        if ((await existing(file)) === undefined) await createWhole(file, bytes, posix ? 0o644 : undefined);
        else await withContent(file, undefined, {}, (handle, content) => overwrite(handle, bytes, content));
      }),

    setMode: (file, mode) =>
      posix
        ? attempt('set the permissions of', file, () => setOwnMode(file, mode))
        : Promise.resolve<WriteAnswer>(DONE),

    setOwner: (file, uid, gid) =>
      posix
        ? attempt('change the owner of', file, () => lchown(file, uid, gid))
        : Promise.resolve<WriteAnswer>(DONE),

    async nameKind(file) {
      try {
        return kindOfName(await lstat(file));
      } catch (error) {
        // What may not be looked at is there for all we know, so nothing may be created over it.
        return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'missing' : 'other';
      }
    },
  };
}

async function attempt(act: string, target: string, run: () => Promise<void>): Promise<WriteAnswer> {
  try {
    await run();
    return DONE;
  } catch (error) {
    return writeRefusal(error, act, target);
  }
}

/** Creates, fills and syncs a file that must be new. What could not be finished is removed again. */
async function createWhole(file: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(file, flags, mode ?? 0o666);
  try {
    try {
      if (mode !== undefined) await widenTo(handle, mode);
      await handle.writeFile(bytes);
      await sync(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    await unlink(file).catch(() => undefined);
    throw error;
  }
}

/**
 * Makes the mode exact. open(2) and mkdir(2) only ever take bits away (the umask), so the file was never wider
 * than asked. A file system without modes refuses or ignores this; whoever cares looks at the status afterwards.
 */
async function widenTo(handle: FileHandle, mode: number): Promise<void> {
  const now = (await handle.stat()).mode;
  if ((now & PERMISSIONS) === mode) return;
  try {
    await handle.chmod((now & 0o7000) | mode);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(codeOf(error))) throw error;
  }
}

async function sync(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems have no fsync; ENOSPC and EIO, which they report here too, must count.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
  }
}

async function setDirectoryMode(directory: string, mode: number): Promise<void> {
  const now = (await lstat(directory)).mode;
  if ((now & PERMISSIONS) === mode) return;
  try {
    await setOwnMode(directory, (now & 0o7000) | mode);
  } catch (error) {
    await rmdir(directory).catch(() => undefined);
    throw error;
  }
}

/** chmod(2) that never reaches through a symbolic link, for files that may be opened and those that may not. */
async function setOwnMode(file: string, mode: number): Promise<void> {
  const status = await lstat(file);
  if (kindOfName(status) === 'link') throw ownError('ELOOP');
  // What is right under this name may let everybody read it under another.
  if (status.isFile() && status.nlink > 1) throw ownError(SEVERAL_NAMES);
  try {
    const handle = await open(
      file,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
    await handle.chmod(mode).finally(() => handle.close());
  } catch (error) {
    // A file that its owner can't read, or a socket: node has no fchmodat without following, so by name.
    if (!['EACCES', 'ENXIO'].includes(codeOf(error))) throw error;
    await chmod(file, mode);
  }
}

/** The path of a file that is there, links resolved; undefined when nothing has this name. */
async function existing(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // A dangling link has a name and no file: creating through it would write who knows where.
    const name = await lstat(file).catch(() => undefined);
    if (name !== undefined) throw ownError('ELOOP');
    return undefined;
  }
}

/** Opens a file to read and write it, and hands over what it holds: `limit` bytes of it at most. */
async function withContent(
  file: string,
  limit: number | undefined,
  { writeProtected = false }: RewriteOptions,
  use: (handle: FileHandle, content: Buffer) => Promise<void>,
): Promise<void> {
  const real = await realpath(file);
  const handle = await anchored(real, (at) => openToWrite(at, writeProtected));
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(limit === undefined ? size : Math.min(size, limit));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    await use(handle, buffer.subarray(0, length));
  } finally {
    await handle.close();
  }
}

/** Modes that let nobody write are respected by root as well, and by the owner who could change them. */
async function openToWrite(file: string, writeProtected: boolean): Promise<FileHandle> {
  const careful = constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  const status = await lstat(file);
  if (!status.isFile()) throw ownError(status.isDirectory() ? 'EISDIR' : 'ELOOP');
  if ((status.mode & WRITE_BITS) !== 0) return open(file, constants.O_RDWR | careful);
  if (!writeProtected) throw ownError(PROTECTED);
  const handle = await open(file, constants.O_RDONLY | careful);
  try {
    await handle.chmod((status.mode & 0o7777) | 0o200);
    return await open(file, constants.O_RDWR | careful).finally(() => handle.chmod(status.mode & 0o7777));
  } finally {
    await handle.close();
  }
}

/** In one step as far as the system goes, and only then shorter: so what a kill leaves can be recognised. */
async function overwrite(handle: FileHandle, after: Uint8Array, before: Uint8Array): Promise<void> {
  try {
    await writeAll(handle, after);
    if (after.length < before.length) await handle.truncate(after.length);
    await sync(handle);
  } catch (error) {
    // What it held had room, so it has again.
    await writeAll(handle, before);
    await handle.truncate(before.length);
    await sync(handle);
    throw error;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written, written)).bytesWritten;
  }
}

function ownError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
