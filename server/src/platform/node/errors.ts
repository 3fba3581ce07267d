/** From errno to the answers that the Host interface gives. */
import type { FileProblem, WriteAnswer } from '../platform';

/** The code of our own error for a directory that isn't where it was. */
export const MOVED = 'MOVED';
/** The code of our own error for a file that holds another text than it should. */
export const CHANGED = 'CHANGED';
/** The code of our own error for a file with several hard links. */
export const SEVERAL_NAMES = 'SEVERAL_NAMES';
/** The code of our own error for a file that is protected against writing. */
export const PROTECTED = 'PROTECTED';

type Refusal = Extract<WriteAnswer, { ok: false }>;

/** The errno name of whatever was thrown, '' when it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Why a path could not be read. */
export function readProblem(error: unknown): FileProblem {
  switch (codeOf(error)) {
    // Below a file there is nothing, so for a reader ENOTDIR is a missing file too.
    case 'ENOENT':
    case 'ENOTDIR':
      return 'missing';
    case 'EISDIR':
      return 'directory';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    case 'ELOOP':
      return 'link-loop';
    // Opening a socket, or a device without a driver.
    case 'ENXIO':
    case 'ENODEV':
      return 'not-a-file';
    default:
      return 'failed';
  }
}

/** What `act` on `path` failed of. `act` reads on after "cannot": "create", "remove". */
export function writeRefusal(error: unknown, act: string, path: string): Refusal {
  const code = codeOf(error);
  const refusal = (problem: Refusal['problem'], reason: string): Refusal => ({
    ok: false,
    problem,
    message: `Cannot ${act} ${path}: ${reason}.`,
  });
  switch (code) {
    case 'EEXIST':
      return refusal('exists', 'a file of this name already exists');
    case MOVED:
      return refusal('failed', 'its directory was replaced meanwhile, or is a symbolic link');
    case CHANGED:
      return refusal('changed', 'it was changed by someone else meanwhile');
    case SEVERAL_NAMES:
      return refusal('failed', 'it has several names (hard links), which share permissions');
    case PROTECTED:
      return refusal('protected', 'it is write-protected');
    case 'EACCES':
    case 'EPERM':
      return refusal('denied', 'permission denied; check the owner and permissions of the directory');
    case 'ENOSPC':
      return refusal('full', 'no space is left on the disk');
    case 'EDQUOT':
      return refusal('full', 'the disk quota is used up');
    case 'EROFS':
      return refusal('read-only', 'the file system is mounted read-only');
    case 'ENOENT':
      return refusal('failed', 'the directory does not exist');
    case 'ENOTDIR':
      return refusal('failed', 'a part of the path is a file, not a directory');
    case 'ELOOP':
      return refusal('failed', 'it is a symbolic link');
    case 'ENOTEMPTY':
      return refusal('failed', 'the directory is not empty');
    case 'EBUSY':
      return refusal('failed', 'it is in use');
    case 'ENAMETOOLONG':
      return refusal('failed', 'the name is too long');
    default:
      return refusal('failed', code === '' ? 'the system gave no reason' : `the system answered ${code}`);
  }
}

/**
 * Whether link(2) failed because this file system has no hard links. EPERM is what Linux answers for FAT;
 * where it means a real refusal, the exclusive create that follows is refused as well.
 */
export function hasNoLinks(error: unknown, platform: 'posix' | 'windows'): boolean {
  const code = codeOf(error);
  if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return true;
  // ERROR_INVALID_FUNCTION, which Windows answers on FAT, arrives as EISDIR.
  return platform === 'windows' && ['EISDIR', 'EINVAL', 'UNKNOWN'].includes(code);
}
