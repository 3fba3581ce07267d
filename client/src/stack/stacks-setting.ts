/** From a choice of files to the setting `mender.stacks`. Pure, so that it can be tested without VS Code. */
import type { FileLabel, OfferAnswer } from '../../../server/src/language-server/protocol/index';

export type Offer = NonNullable<OfferAnswer>;
export type OfferedFile = Offer['files'][number];

/** How the setting of one folder writes paths. */
export interface Paths {
  /** URI of a path as it is written. */
  toUri(path: string): string;
  /** How a URI is written. */
  toPath(uri: string): string;
}

/** One entry of the setting. */
export interface StackEntry {
  readonly name?: string;
  readonly files: readonly string[];
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
}

/** A file as the pick shows it. */
export interface FileItem {
  readonly label: string;
  /** The directory that it lies in. */
  readonly description: string;
}

export function itemOf({ label }: FileLabel): FileItem {
  const at = label.lastIndexOf('/');
  return { label: label.slice(at + 1), description: at < 0 ? '' : label.slice(0, at) };
}

/** Where in the setting the entry is that holds a file; -1 when there is none. */
export function entryWith(uri: string, setting: unknown, { toUri }: Paths): number {
  const entries: readonly unknown[] = Array.isArray(setting) ? setting : [];
  return entries.findIndex((entry) => filesOf(entry).some((file) => toUri(file) === uri));
}

/**
 * The setting after `chosen` was picked for the file `uri`: the entry that holds it is replaced, else one is added. The
 * files keep the order in which they were offered; what else the entry says stays.
 */
export function withChoice(
  uri: string,
  setting: unknown,
  offer: Offer,
  chosen: ReadonlySet<string>,
  paths: Paths,
): unknown[] {
  const entries: unknown[] = Array.isArray(setting) ? [...setting] : [];
  const at = entryWith(uri, entries, paths);
  const files = offer.files.filter((file) => chosen.has(file.uri)).map((file) => file.uri);
  const before = at < 0 ? {} : (entries[at] as Partial<StackEntry>);
  const entry: StackEntry = {
    ...before,
    files: files.map(paths.toPath),
    ...(at < 0 && projectDirectory(offer, files, paths)),
  };
  if (at < 0) entries.push(entry);
  else entries[at] = entry;
  return entries;
}

/** The setting without the entry that holds the file `uri`. */
export function withoutChoice(uri: string, setting: unknown, paths: Paths): unknown[] {
  const entries: unknown[] = Array.isArray(setting) ? [...setting] : [];
  const at = entryWith(uri, entries, paths);
  return at < 0 ? entries : entries.toSpliced(at, 1);
}

/** Paths go on to count from where they do today, unless another file comes first now. */
function projectDirectory(
  offer: Offer,
  [first]: readonly string[],
  { toPath }: Paths,
): { readonly projectDirectory?: string } {
  const today = offer.files.find((file) => file.picked)?.uri;
  const directory = offer.projectDirectory.uri.replace(/\/$/, '');
  if (first === undefined || first !== today || first.slice(0, first.lastIndexOf('/')) === directory)
    return {};
  return { projectDirectory: toPath(directory) };
}

function filesOf(entry: unknown): readonly string[] {
  const files =
    typeof entry === 'object' && entry !== null ? (entry as Partial<StackEntry>).files : undefined;
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [];
}

/**
 * How `uri` is written in the settings of the folder `folder` (both URIs of one scheme): relative with `/`, else the
 * decoded path. Windows drives are compared without regard to case.
 */
export function relativePath(folder: string, uri: string): string {
  const base = parts(folder);
  const target = parts(uri);
  let shared = 0;
  while (shared < base.length && shared < target.length && base[shared] === target[shared]) shared++;
  if (shared === 0 && /^[a-z]:$/.test(target[0] ?? '')) return target.join('/');
  const way = [...base.slice(shared).map(() => '..'), ...target.slice(shared)].join('/');
  return way === '' ? '.' : way;
}

function parts(uri: string): string[] {
  const path = uri.replace(/^[\w+.-]+:\/\/[^/]*/, '');
  const list = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  if (/^[A-Z]:$/.test(list[0] ?? '')) list[0] = (list[0] ?? '').toLowerCase();
  return list;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
