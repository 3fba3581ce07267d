import type { Host } from '../host/host';

interface CreatedFile {
  readonly path: string;
  readonly role: 'temporary' | 'final';
  /** What it was when created; a file that took its name since then is not ours to remove. */
  readonly identity: string | undefined;
}

/** What one operation has created so far, so that it can be undone, or its traces tidied. */
export interface Journal {
  createdFile(path: string, role: CreatedFile['role']): Promise<void>;
  createdDirectory(path: string): void;
  /** Whether what is at `path` was created by this operation, under whatever name. */
  isOurs(path: string): Promise<boolean>;
  /** Makes the new names durable, then removes the temporary ones. */
  commit(): Promise<void>;
  /** Removes everything created, newest first. Answers the paths that could not be removed. */
  undo(): Promise<readonly string[]>;
}

/** An empty journal of one operation. */
export function openJournal(host: Host): Journal {
  const { writer, files: disk, paths } = host;
  const files: CreatedFile[] = [];
  const directories: string[] = [];

  async function identityOf(path: string): Promise<string | undefined> {
    const status = await disk.status(path);
    return status.ok ? status.value.identity : undefined;
  }

  /** Tries twice: on Windows a scanner or an indexer may hold a new file for a moment. */
  async function remove(path: string): Promise<boolean> {
    return (await writer.remove(path)).ok || (await writer.remove(path)).ok;
  }

  /** Only when empty: another run may be using a directory that we made. */
  async function removeIfEmpty(directory: string): Promise<boolean> {
    const listed = await disk.list(directory);
    if (!listed.ok || listed.value.length > 0) return true;
    return (await writer.removeDirectory(directory)).ok || (await writer.removeDirectory(directory)).ok;
  }

  return {
    async createdFile(path, role) {
      // Noted before anything else can fail, so that it is undone in any case.
      const index = files.push({ path, role, identity: undefined }) - 1;
      files[index] = { path, role, identity: await identityOf(path) };
    },

    createdDirectory: (path) => void directories.push(path),

    async isOurs(path) {
      const identity = await identityOf(path);
      return identity !== undefined && files.some((file) => file.identity === identity);
    },

    async commit() {
      const touched = new Set([...files.map((file) => file.path), ...directories].map(paths.dirname));
      for (const directory of touched) await writer.syncDirectory(directory);
      // Should one stay, it is a second name of a finished file, and swept by the next run.
      const temporary = files.filter((file) => file.role === 'temporary').map((file) => file.path);
      for (const path of temporary) await remove(path);
      for (const directory of new Set(temporary.map(paths.dirname))) await writer.syncDirectory(directory);
    },

    async undo() {
      const left: string[] = [];
      try {
        for (const file of files.toReversed()) {
          const changed = file.identity !== undefined && file.identity !== (await identityOf(file.path));
          if (!changed && !(await remove(file.path))) left.push(file.path);
        }
        for (const directory of directories.toReversed()) {
          if (!(await removeIfEmpty(directory))) left.push(directory);
        }
      } catch {
        // The host itself broke down; the error that brought us here tells more than this one.
      }
      return left;
    },
  };
}
