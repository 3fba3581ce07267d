import { constants } from 'node:fs';
import {
  chmod,
  type FileHandle,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import type { RunningProcess, WriteAnswer, Writer } from './host';
import { anchored } from './node-anchor';
import { CHANGED, codeOf, hasNoLinks, writeRefusal } from './node-errors';
import { kindOfName } from './node-files';
import { newTemporaryName } from './temporary-name';

const DONE: WriteAnswer = { ok: true };
const PERMISSIONS = 0o777;

/** Writing to the real disk, in the name of `self`. Modes are ignored on Windows, which has none. */
export function nodeWriter(platform: 'posix' | 'windows', self: RunningProcess): Writer {
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

    replaceText: (file, text, before) =>
      attempt('write', file, () =>
        replaceText(file, { text, before, posix, name: newTemporaryName(self, 'text') }),
      ),

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
  const kind = kindOfName(await lstat(file));
  if (kind === 'link') throw Object.assign(new Error('a symbolic link'), { code: 'ELOOP' });
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

interface Replacement {
  readonly text: string;
  /** What the file must still hold; undefined: whatever it does. */
  readonly before: string | undefined;
  readonly posix: boolean;
  /** A temporary one, which a killed run leaves behind. */
  readonly name: string;
}

/**
 * Writes a whole new file beside the old one and renames it over: readers see the old text or the new, never half.
 * Behind a symbolic link, the link's target is replaced and the link stays.
 */
async function replaceText(file: string, { text, before: wanted, posix, name }: Replacement): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const target = await existing(file);
  if (target === undefined) return createWhole(file, bytes, posix ? 0o644 : undefined);

  const before = await stat(target);
  if (!before.isFile()) throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
  const temporary = path.join(path.dirname(target), name);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(temporary, flags, before.mode & PERMISSIONS);
  try {
    try {
      // Only root may give a file away; anybody else becomes its owner, as with every editor that renames.
      if (posix) await handle.chown(before.uid, before.gid).catch(() => undefined);
      if (posix) await handle.chmod(before.mode & 0o7777).catch(() => undefined);
      await handle.writeFile(bytes);
      await sync(handle);
    } finally {
      await handle.close();
    }
    if (wanted !== undefined && (await readFile(target, 'utf8')) !== wanted) {
      throw Object.assign(new Error('another text'), { code: CHANGED });
    }
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** The real path of a file that is there; undefined when nothing has this name. */
async function existing(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // A dangling link has a name and no file: creating through it would write who knows where.
    const name = await lstat(file).catch(() => undefined);
    if (name !== undefined) throw Object.assign(new Error('a dangling link'), { code: 'ELOOP' });
    return undefined;
  }
}
