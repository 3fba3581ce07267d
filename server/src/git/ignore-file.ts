/** Which lines keep new private keys out of git, and in which ignore file. */

import type { TextChange } from '../pki/store/text-change';
import { isWithin, relativeWithin } from '../platform/is-within';
import type { Host } from '../platform/platform';
import type { AddedLines, GitStatusAnswer, GitView } from './tracking';

/** What keys are called while they are written: see `newTemporaryName`. */
const TEMPORARY = '.mender-compose-*';

/** Lines for the end of one ignore file. */
export interface IgnoreLines {
  /** Absolute. */
  readonly file: string;
  readonly lines: readonly string[];
}

export interface IgnorePlan {
  readonly changes: readonly IgnoreLines[];
  /** Why a file can't be kept out of git, a whole sentence each. */
  readonly problems: readonly string[];
}

export interface IgnoreOptions {
  /** The directory whose `.gitignore` is taken first: that of the project. */
  readonly home: string | undefined;
  /** Whether a file may be written: links followed, it lies where the user lets something be written. */
  readonly mayWrite: (file: string) => Promise<boolean>;
  /** Ignore files that are left alone: an editor has text for them that isn't saved, and would write over the lines. */
  readonly avoid?: ReadonlySet<string>;
}

/**
 * The lines that private keys at these paths need so that no `git add` takes them or what they are called while they
 * are written; decided as git decides. A file that git tracks, or that no line can keep out, is among the problems.
 */
export async function planIgnores(
  keys: readonly string[],
  host: Host,
  git: GitView,
  options: IgnoreOptions,
): Promise<IgnorePlan> {
  const added = new Map<string, IgnoreLines>();
  const problems: string[] = [];
  const temporary = keys.map((key) =>
    host.paths.join(host.paths.dirname(key), TEMPORARY.replace('*', 'new')),
  );
  for (const path of [...keys, ...new Set(temporary)]) {
    const lineFor = (below: string) => (temporary.includes(path) ? TEMPORARY : patternOf(below));
    const problem = await ignoreOne(path, lineFor, added, host, git, options);
    if (problem !== undefined) problems.push(problem);
  }
  return { changes: [...added.values()], problems };
}

/** The lines for one key that is there already, or what stands in the way. */
export async function planIgnore(
  key: string,
  host: Host,
  git: GitView,
  options: IgnoreOptions,
): Promise<IgnorePlan> {
  const added = new Map<string, IgnoreLines>();
  const problem = await ignoreOne(key, patternOf, added, host, git, options);
  return { changes: [...added.values()], problems: problem === undefined ? [] : [problem] };
}

/** An ignore file that could name a key. */
interface Candidate {
  /** Real, as git is asked. */
  readonly file: string;
  /** The same file as the user knows it. */
  readonly shown: string;
  /** What its lines count from. */
  readonly from: string;
}

/** Adds what a path needs to `added`; answers why that can't be. */
async function ignoreOne(
  path: string,
  lineFor: (below: string) => string,
  added: Map<string, IgnoreLines>,
  host: Host,
  git: GitView,
  options: IgnoreOptions,
): Promise<string | undefined> {
  const status = await git.statusOfNew(path, linesOf(added));
  const { root, path: real } = status;
  if (root === undefined || real === undefined || status.status === 'ignored') return undefined;
  if (status.status === 'tracked') {
    return `git tracks ${path}, so a private key there would be committed. Remove it with "git rm --cached" first.`;
  }
  const reasons: string[] = [];
  for (const candidate of await candidates(status, root, real, host, options.home)) {
    const { file, shown, from } = candidate;
    const below = relativeWithin(host.paths, from, real)?.replaceAll(host.paths.sep, '/');
    if (below === undefined) continue;
    const text = await textOf(candidate, host, options);
    if (typeof text !== 'string') {
      reasons.push(text.reason);
      continue;
    }
    const line = lineFor(below);
    const more = new Map(added);
    if (!text.split(/\r?\n/).includes(line) || status.status !== 'unknown') {
      more.set(file, { file: shown, lines: [...(added.get(file)?.lines ?? []), line] });
    }
    const then = (await git.statusOfNew(path, linesOf(more))).status;
    // Where git's own files can't be read, the line does no harm.
    if (then !== 'ignored' && then !== 'unknown') continue;
    for (const [each, lines] of more) added.set(each, lines);
    return undefined;
  }
  const why = reasons.length === 0 ? 'a line with "!" includes it again' : reasons.join(', and ');
  return `"git add" would commit ${path}, and it cannot be ignored: ${why}.`;
}

function linesOf(added: ReadonlyMap<string, IgnoreLines>): AddedLines {
  return new Map([...added].map(([file, { lines }]) => [file, lines]));
}

/** Ignore files that could name a file, the usual one first. */
async function candidates(
  { exclude }: GitStatusAnswer,
  root: string,
  real: string,
  host: Host,
  home: string | undefined,
): Promise<readonly Candidate[]> {
  const { paths } = host;
  const realHome = home === undefined ? undefined : await host.files.realPath(home);
  const result: Candidate[] = [];
  const add = (from: string, name: string, shown = from) => {
    const file = paths.join(from, name);
    if (result.some((each) => each.file === file)) return;
    result.push({ file, shown: paths.join(shown, name), from });
  };
  // The one beside the compose file, where that lies in the same repository and above the key.
  const usual =
    realHome?.ok === true && isWithin(paths, root, realHome.value) && isWithin(paths, realHome.value, real);
  if (usual) add(realHome.value, '.gitignore', home);
  else add(root, '.gitignore');
  let nearest = paths.dirname(real);
  while (nearest !== root && (await host.writer.nameKind(nearest)) === 'missing') {
    nearest = paths.dirname(nearest);
  }
  add(nearest, '.gitignore');
  if (exclude !== undefined) result.push({ file: exclude, shown: exclude, from: root });
  return result;
}

/** What an ignore file holds, '' where there is none; or why it can't be written, or would be for nothing. */
async function textOf(
  { file, shown }: Candidate,
  host: Host,
  { avoid, mayWrite }: IgnoreOptions,
): Promise<string | { readonly reason: string }> {
  const kind = await host.writer.nameKind(file);
  if (kind === 'link') return { reason: `${shown} is a symbolic link, which git does not follow` };
  if (kind !== 'missing' && kind !== 'file') return { reason: `${shown} is not a file` };
  if (avoid?.has(shown)) return { reason: `${shown} has changes in the editor that are not saved` };
  if (!(await mayWrite(file))) return { reason: `${shown} is in a place where nothing may be written` };
  if (kind === 'missing') {
    const above = await host.writer.nameKind(host.paths.dirname(file));
    return above === 'directory' ? '' : { reason: `there is no directory for ${shown}` };
  }
  return (await readText(file, host)) ?? { reason: `${shown} is not UTF-8` };
}

/** Bytes. No ignore file is larger. */
const LARGEST = 1024 * 1024;

/** undefined for what can't be read, or could not be written back as it is. */
async function readText(file: string, host: Host): Promise<string | undefined> {
  const read = await host.files.read(file, LARGEST);
  if (!read.ok) return undefined;
  const bytes = Buffer.from(read.value);
  const text = bytes.toString('utf8');
  return Buffer.compare(Buffer.from(text, 'utf8'), bytes) === 0 ? text : undefined;
}

/**
 * A pattern that means this file alone: the slash ties it to the directory, and a backslash takes a sign's meaning. Of
 * a name that ends in a number, all numbers are meant: what makes `privkey1.pem` makes `privkey2.pem` next.
 */
export function patternOf(below: string): string {
  const name = below.lastIndexOf('/') + 1;
  const dot = below.lastIndexOf('.');
  const end = dot > name ? dot : below.length;
  let start = end;
  while (start > name && /\d/.test(below[start - 1] ?? '')) start -= 1;
  // A line can't hold its own end.
  const plain = (text: string) => text.replaceAll(/[\\*?[]/g, '\\$&').replaceAll(/[\r\n\0]/g, '?');
  const number = start < end ? '[0-9]*' : '';
  const pattern = `/${plain(below.slice(0, start))}${number}${plain(below.slice(end))}`;
  return pattern.replace(/ $/, '\\ ');
}

/** What the ignore files will hold, for `storeFiles`, which never takes it back. */
export async function ignoreTexts(
  changes: readonly IgnoreLines[],
  host: Host,
): Promise<readonly TextChange[]> {
  const texts: TextChange[] = [];
  for (const { file, lines } of changes) {
    const missing = (await host.writer.nameKind(file)) === 'missing';
    const before = missing ? undefined : await readText(file, host);
    const eol = before?.includes('\r\n') ? '\r\n' : '\n';
    const lead = before === undefined || before === '' || before.endsWith('\n') ? '' : eol;
    const after = `${before ?? ''}${lead}${lines.map((line) => line + eol).join('')}`;
    texts.push({
      path: file,
      before: before === undefined ? undefined : Buffer.from(before),
      after: Buffer.from(after),
    });
  }
  return texts;
}
