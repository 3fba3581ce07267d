/** Who can read a file, by its permission bits and those of the directories above it (POSIX). */
import type { PlatformPath } from 'node:path';
import type { FileStatus, Files } from '../../platform/platform';

type View = Pick<Files, 'status' | 'realPath'>;

/** `unknown`: the platform has no modes, or something on the way couldn't be looked at. */
export type Readable = 'yes' | 'no' | 'unknown';

/** Who of the host's users, other than root and the file's owner, can read a file. */
export interface HostAccess {
  /** Every user: the file and each directory above it let others through. */
  readonly others: Readable;
  /**
   * Group ids whose members can read it though others can't; 0 is root's own group. With an access control list these bits are the list's
   * upper bound, so the group itself may be kept out.
   */
  readonly groups: readonly number[];
  /** The nearest directory above the file that keeps others out; undefined when none does. */
  readonly guardedBy: string | undefined;
  /** Owner of the file; undefined where there are no owners. */
  readonly owner: number | undefined;
  /** permission bits of the file */
  readonly mode: number | undefined;
}

/** A user as a container runs it, with all groups that it may be in. */
export interface ContainerUser {
  readonly uid: number;
  readonly gids: readonly number[];
}

const READ = 4;
const SEARCH = 1;
const NOTHING: HostAccess = {
  others: 'unknown',
  groups: [],
  guardedBy: undefined,
  owner: undefined,
  mode: undefined,
};

/**
 * Who can reach and read `path`. Links are followed: the file is reached by its real path, whatever directories a
 * link to it lies in, so these alone neither open nor close it.
 */
export async function hostAccess(files: View, paths: PlatformPath, path: string): Promise<HostAccess> {
  const chain = await statusChain(files, paths, path);
  if (chain === undefined) return NOTHING;
  const { file, directories } = chain;
  const { mode, uid: owner } = file.status;
  if (mode === undefined || owner === undefined) return NOTHING;
  const stranger = { uid: -1, gids: [] };
  const others = passes(chain, stranger);
  const gids = new Set([file, ...directories].map(({ status }) => status.gid ?? -1));
  return {
    others: answerOf(others),
    groups: others ? [] : [...gids].filter((gid) => gid >= 0 && passes(chain, { uid: -1, gids: [gid] })),
    guardedBy: directories.find(({ status }) => !allows(status, stranger, SEARCH))?.path,
    owner,
    mode,
  };
}

/**
 * Whether a service that runs as `user` can read what is mounted. A mount of the file itself (`mounted` is its path)
 * was resolved by the daemon, so the file's own mode decides; in a mounted directory that and every directory below
 * count as well. Root reads everything. Both paths are of the host.
 */
export async function containerAccess(
  files: View,
  paths: PlatformPath,
  { path, mounted, user }: { readonly path: string; readonly mounted: string; readonly user: ContainerUser },
): Promise<Readable> {
  const chain = await statusChain(files, paths, path);
  const root = await files.realPath(mounted);
  if (chain === undefined || !root.ok || chain.file.status.mode === undefined) return 'unknown';
  if (user.uid === 0) return 'yes';
  if (root.value === chain.file.path) return answerOf(allows(chain.file.status, user, READ));
  const at = chain.directories.findIndex((directory) => directory.path === root.value);
  // A link leads out of the mounted directory, where the container has something else or nothing.
  if (at === -1) return 'unknown';
  return answerOf(passes({ file: chain.file, directories: chain.directories.slice(0, at + 1) }, user));
}

/** Whether a directory's own mode lets a user in to look and to read; true where it isn't there, or has no mode. */
export async function letsIn(
  files: Pick<Files, 'status'>,
  directory: string,
  user: ContainerUser = { uid: -1, gids: [] },
): Promise<boolean> {
  const status = await files.status(directory);
  if (!status.ok || status.value.mode === undefined || user.uid === 0) return true;
  return allows(status.value, user, READ) && allows(status.value, user, SEARCH);
}

interface Stop {
  readonly path: string;
  readonly status: FileStatus;
}

interface StatusChain {
  readonly file: Stop;
  /** from the file's own directory up to the root */
  readonly directories: readonly Stop[];
}

async function statusChain(files: View, paths: PlatformPath, path: string): Promise<StatusChain | undefined> {
  const real = await files.realPath(path);
  if (!real.ok) return undefined;
  const names = [real.value];
  for (let at = real.value; paths.dirname(at) !== at; ) {
    at = paths.dirname(at);
    names.push(at);
  }
  const stops = await Promise.all(
    names.map(async (each) => ({ path: each, answer: await files.status(each) })),
  );
  const known = stops.flatMap(({ path: each, answer }) =>
    answer.ok ? [{ path: each, status: answer.value }] : [],
  );
  const [file, ...directories] = known;
  return file !== undefined && known.length === stops.length ? { file, directories } : undefined;
}

function passes({ file, directories }: StatusChain, user: ContainerUser): boolean {
  return allows(file.status, user, READ) && directories.every(({ status }) => allows(status, user, SEARCH));
}

/** One class of bits decides: the owner's, else the group's, else that of others. */
function allows({ mode = 0, uid, gid }: FileStatus, user: ContainerUser, bit: number): boolean {
  const shift = uid === user.uid ? 6 : gid !== undefined && user.gids.includes(gid) ? 3 : 0;
  return ((mode >> shift) & bit) !== 0;
}

function answerOf(allowed: boolean): Readable {
  return allowed ? 'yes' : 'no';
}
