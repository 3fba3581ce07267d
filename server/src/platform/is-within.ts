/** Whether a path lies inside of a directory: the one place that decides it. Pure: links are not followed. */
import type { PlatformPath } from 'node:path';

type Paths = Pick<PlatformPath, 'relative' | 'isAbsolute' | 'sep'>;

/** `path` as seen from `directory`, '' for the directory itself; undefined where it lies outside. Both are absolute. */
export function relativeWithin(paths: Paths, directory: string, path: string): string | undefined {
  const relative = paths.relative(directory, path);
  // A name may begin with two dots: `..data` of Kubernetes lies inside.
  const outside = relative === '..' || relative.startsWith(`..${paths.sep}`) || paths.isAbsolute(relative);
  return outside ? undefined : relative;
}

/** Whether `path` is `directory` or lies below it. */
export function isWithin(paths: Paths, directory: string, path: string): boolean {
  return relativeWithin(paths, directory, path) !== undefined;
}
