/**
 * The world outside, as the rest of the server sees it: files, clock, environment. Nothing else may touch
 * node:fs; tests inject their own. Paths are absolute and of the host's own kind (`host.paths`).
 */
import type { PlatformPath } from 'node:path';

/** Why a path could not be read. A missing file is an answer, not an exception. */
export type FileProblem =
  | 'missing'
  | 'directory'
  | 'not-a-file' // FIFO, socket, device
  | 'denied'
  | 'too-large'
  | 'link-loop'
  | 'failed';

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FileProblem };

/** What stat(2) answers, links followed. */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other';
  /** bytes */
  readonly size: number;
  /** milliseconds since the epoch, with fractions */
  readonly modified: number;
  /** permission bits (0o7777), or undefined where the platform has none (Windows) */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** the same for all hard links of one file on one device */
  readonly identity: string;
  /** how many names (hard links) a file has; of directories it means nothing */
  readonly links: number;
}

export interface DirectoryEntry {
  readonly name: string;
  /** `link` is reported as such, not followed */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** Reading. No method throws for what a path is or isn't, and none ever blocks on a FIFO. */
export interface Files {
  status(path: string): Promise<Answer<FileStatus>>;
  /** The whole file's bytes, refused as `too-large` above `limit` bytes without reading it. */
  read(path: string, limit: number): Promise<Answer<Uint8Array>>;
  /** The path with every symbolic link resolved. */
  realPath(path: string): Promise<Answer<string>>;
  list(directory: string): Promise<Answer<readonly DirectoryEntry[]>>;
}

/** How an exclusive write ended. `message` is for people and names the path, never the content. */
export type WriteAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /**
       * `unsupported`: this file system has no such operation (hard links on FAT, some network shares). `protected`: the
       * file's mode lets nobody write to it.
       */
      readonly problem:
        | 'exists'
        | 'changed'
        | 'denied'
        | 'full'
        | 'protected'
        | 'read-only'
        | 'unsupported'
        | 'failed';
      readonly message: string;
    };

export interface RewriteOptions {
  /** Also where the file's mode lets nobody write to it; the mode is the same afterwards. */
  readonly writeProtected?: boolean;
}

/** Writing: the primitives of `pki/store`, the only room that creates key material. */
export interface Writer {
  /** Creates one directory (not its parents). `exists` when anything of that name is there. */
  makeDirectory(path: string, mode: number): Promise<WriteAnswer>;
  /**
   * Creates a new file (O_CREAT|O_EXCL|O_NOFOLLOW) with `mode` from the first byte, writes all, syncs, closes. `real`:
   * no symbolic link may be in its directories; one that takes the place of a directory at the last moment is refused
   * where the platform knows it (Linux).
   */
  createFile(path: string, bytes: Uint8Array, mode: number, where?: 'real'): Promise<WriteAnswer>;
  /**
   * Gives `existing` a second name; `exists` when anything has that name, a dangling link included. The paths are real
   * as with `createFile`.
   */
  link(existing: string, name: string): Promise<WriteAnswer>;
  /** Removes a file name; a missing one is fine. The path is real as with `createFile`. */
  remove(path: string): Promise<WriteAnswer>;
  /** Removes a directory if it is empty. */
  removeDirectory(path: string): Promise<WriteAnswer>;
  /** Makes the directory's entries durable, where the platform can. */
  syncDirectory(path: string): Promise<void>;
  /** Writes bytes after those of a file that is there, and syncs it. The path is real as with `createFile`. */
  append(path: string, bytes: Uint8Array): Promise<WriteAnswer>;
  /** Gives a file another name, in the place of whatever has that one. The paths are real as with `createFile`. */
  rename(path: string, name: string): Promise<WriteAnswer>;
  /**
   * Writes another content into a file that is there, links followed: the file itself stays what it is, with its owner,
   * group, mode, ACL, attributes and all its names. `changed` when it doesn't hold `before`. Where a step fails, what
   * was there is put back. A process that is killed meanwhile leaves the beginning of the one with the end of the other.
   * For compose files and `.gitignore`, never for keys.
   */
  rewrite(
    path: string,
    after: Uint8Array,
    before: Uint8Array,
    options?: RewriteOptions,
  ): Promise<WriteAnswer>;
  /** Whether `rewrite` would find what it needs. Changes nothing. */
  canRewrite(path: string, before: Uint8Array, options?: RewriteOptions): Promise<WriteAnswer>;
  /** Puts a text into a file, whatever it holds, as `rewrite` does; one that isn't there is created. */
  replaceText(path: string, text: string): Promise<WriteAnswer>;
  /** Sets permission bits of an existing file or directory, following no link; never those of a file with several names. */
  setMode(path: string, mode: number): Promise<WriteAnswer>;
  /** Gives an existing file to a user and a group, following no link. Only root may; nothing is done on Windows. */
  setOwner(path: string, uid: number, gid: number): Promise<WriteAnswer>;
  /** lstat(2): what the name itself is; a link is not followed. */
  nameKind(path: string): Promise<'missing' | 'file' | 'directory' | 'link' | 'other'>;
}

/** This process, and whether others live: how the temporary files of a killed run are distinguished from a busy one's. */
export interface RunningProcess {
  readonly id: number;
  /** Whom it runs as, and whose files it makes; undefined where users have no numbers (Windows). */
  readonly user: number | undefined;
  /** Lower-case hex that differs between machines and between containers, so that ids aren't mixed up. */
  readonly machine: string;
  /** How many things it can do at one time. */
  readonly cores: number;
  /** Whether a process of this id runs on this machine. */
  isRunning(id: number): boolean;
}

export interface Host {
  readonly files: Files;
  readonly writer: Writer;
  /** Now, in milliseconds since the epoch. */
  now(): number;
  /** A variable of the environment that Compose would see. */
  environment(name: string): string | undefined;
  /** node:path of the host's kind: `path.posix` or `path.win32`. */
  readonly paths: PlatformPath;
  readonly platform: 'posix' | 'windows';
  readonly homeDirectory: string;
  readonly process: RunningProcess;
}
