/** From the client's URIs to the façade's file ids and back. */
import { URI } from 'vscode-uri';

/** Lower-cases a Windows drive letter: `C:\a` and `c:\a` are one file, and editors disagree on which they send. */
function lowerDrive(path: string): string {
  return /^[A-Z]:[\\/]/.test(path) ? path.charAt(0).toLowerCase() + path.slice(1) : path;
}

/** The file id of a URI: the host's path for `file:`, the URI itself for every other scheme. Throws for a non-string. */
export function fileOf(uri: string): string {
  if (typeof uri !== 'string') throw new Error('the URI is not a string');
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? lowerDrive(parsed.fsPath) : uri;
}

/** What two ids of one file have in common; the only way in which this folder compares files. */
export function fileKey(file: string): string {
  return lowerDrive(file);
}

/** True for an id that is a path, not a URI such as `untitled:Untitled-1`. */
export function hasPath(file: string): boolean {
  return file.startsWith('/') || file.startsWith('\\\\') || /^[A-Za-z]:[\\/]/.test(file);
}

/** The URI of a file id. An open document has its own spelling: ask the documents first. */
export function uriOf(file: string): string {
  return hasPath(file) ? URI.file(file).toString() : file;
}

/**
 * `path` as seen from the directory of the compose file `from`, with `/` between parts; `path` itself when they
 * share nothing (another drive) or `from` has no path.
 */
export function relativeTo(from: string, path: string): string {
  if (!hasPath(from) || !hasPath(path)) return path;
  const base = parts(from).slice(0, -1);
  const target = parts(path);
  if (isDrive(base[0]) && base[0] !== target[0]) return path;
  let shared = 0;
  while (shared < base.length && shared < target.length - 1 && base[shared] === target[shared]) shared++;
  return [...base.slice(shared).map(() => '..'), ...target.slice(shared)].join('/');
}

function parts(path: string): string[] {
  const windows = !path.startsWith('/');
  return lowerDrive(path)
    .split(windows ? /[\\/]+/ : /\/+/)
    .filter((part) => part !== '');
}

function isDrive(part: string | undefined): boolean {
  return part !== undefined && /^[a-z]:$/.test(part);
}
