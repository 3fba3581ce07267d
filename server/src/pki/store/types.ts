/** What is to be written, and what came of it. */
import type { Recovered } from './recover';
import type { TextChange } from './text-change';

/** Numbers of a user and a group on the host. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** One file made. */
export interface MadeFile {
  readonly path: string;
  readonly kind: 'private-key' | 'certificate' | 'request';
  /** permission bits it was created with */
  readonly mode: number;
}

export interface NewFile {
  /** absolute; may not exist */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly kind: MadeFile['kind'];
  /** permission bits, exact from the first byte on */
  readonly mode: number;
  /** Whose it is to be; whoever runs this without it. */
  readonly owner?: FileOwner;
  /** A directory that a container gets as a whole: it, and what is made in it, lets others in. */
  readonly mounted?: string;
}

export interface StoreOptions {
  /** Directories beside `root` in which files may be made, symbolic links resolved. */
  readonly also?: readonly string[];
  /**
   * Lines of `.gitignore`: on the disk before anything else is there, and never taken back, since another run may have
   * come to rely on them.
   */
  readonly ignore?: readonly TextChange[];
  /** Written once all files are there. */
  readonly texts?: readonly TextChange[];
  readonly signal?: AbortSignal;
}

interface Written {
  /** Texts that were written, as they were named; of a failure, those of `ignore`, which stay. */
  readonly edited: readonly string[];
  readonly recovered: Recovered;
}

export type StoreAnswer = Written &
  (
    | { readonly ok: true; readonly made: readonly MadeFile[] }
    | { readonly ok: false; readonly cancelled: boolean; readonly message: string }
  );
