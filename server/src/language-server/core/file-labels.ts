/** How files are called in what people read: as in the editor's explorer where that is possible. */
import { posix, win32 } from 'node:path';
import { isWithin } from '../../platform/is-within';
import { hasPath, relativeTo } from './uris';

/** The label of a file id, see `FileLabel`. `folders` are the workspace's, absolute. */
export function labelOf(
  file: string,
  folders: readonly string[],
  projectDirectory: string | undefined,
): string {
  if (!hasPath(file)) return file;
  const [nearest] = folders
    .filter((folder) => isInside(folder, file))
    .map((folder) => ({ folder, path: relativeTo(within(folder), file) }))
    .sort((a, b) => a.path.length - b.path.length);
  if (nearest !== undefined) {
    return folders.length === 1 ? nearest.path : `${nameOf(nearest.folder)}/${nearest.path}`;
  }
  return projectDirectory === undefined ? file : relativeTo(within(projectDirectory), file);
}

/** Of several folders, files are called by their folder too: each may hold a docker-compose.yml. */
function nameOf(folder: string): string {
  return folder.split(/[\\/]+/).findLast((part) => part !== '') ?? '';
}

/** A directory from the workspace folder that holds it, `.` for that folder itself; else absolute. */
export function directoryLabel(directory: string, folders: readonly string[]): string {
  const someFile = within(directory);
  if (!folders.some((folder) => isInside(folder, someFile))) return directory;
  return labelOf(someFile, folders, undefined).replace(/\/?-$/, '') || '.';
}

/** True when `file` lies somewhere below `directory`. */
export function isInside(directory: string, file: string): boolean {
  if (!hasPath(directory) || !hasPath(file)) return false;
  if (directory.startsWith('/') !== file.startsWith('/')) return false;
  return isWithin(directory.startsWith('/') ? posix : win32, directory, file);
}

/** Some file in a directory: `relativeTo` counts from where a file lies. */
function within(directory: string): string {
  let end = directory.length;
  while (end > 0 && /[\\/]/.test(directory[end - 1] ?? '')) end--;
  return `${directory.slice(0, end)}${directory.startsWith('/') ? '/' : '\\'}-`;
}
