/** Container paths. */

/** True when `path` is `target` or a directory above it. The root directory is nobody's mount of a key. */
export function isAtOrAbove(path: string, target: string): boolean {
  if (!target.startsWith(path)) return false;
  return path.length === target.length || (path.length > 1 && target[path.length] === '/');
}

/** The directory of a container path; the root's is itself. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** The last part of a container path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
