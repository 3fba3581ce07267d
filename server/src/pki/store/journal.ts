/**
 * What a run is about to write, on the disk before it is written: so that the next one knows what it may finish or take
 * away should this one be killed. It also keeps two runs from writing in one project at the same time.
 *
 * A journal is a file of its own, private, of lines of JSON that are only ever added. It counts only for the user and on
 * the machine that wrote it, and only as the very file that it was written to: a copy, a link, or what git brings of one
 * counts for nothing.
 */
import { createHash } from 'node:crypto';
import { newTemporaryName, readTemporaryName } from '../../platform/node/temporary-name';
import type { Host } from '../../platform/platform';
import type { TextEdit } from './text-change';

/** For its owner only: it holds the texts of compose files. */
const MODE = 0o600;
/** Bytes; a hundred compose files before and after. */
const LARGEST = 64 * 1024 * 1024;
/** A run writes for seconds. Longer, its process id is another program's by now. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/** A new file: it gets its name only once it is whole. All paths are real. */
export interface FileEntry {
  readonly path: string;
  readonly temporary: string;
  /** bytes */
  readonly size: number;
  /** SHA-256 of what it will hold, hex */
  readonly hash: string;
}

/** What is done together: files that are made, then texts that are edited. */
export interface Phase {
  readonly files: readonly FileEntry[];
  readonly texts: readonly TextEdit[];
  /** Of the temporary files, by path; empty until all of them are there. */
  readonly identities: ReadonlyMap<string, string>;
  /** From here on it is finished, and not taken back. */
  readonly publishing: boolean;
  /** Names of `files` that were taken by an empty file first, where there are no hard links. */
  readonly held: ReadonlySet<string>;
  /** It failed, and was being taken back. */
  readonly undoing: boolean;
  /** Nothing is left to do but to remove traces. */
  readonly done: boolean;
}

/** A journal that another run wrote. */
export interface FoundJournal {
  readonly path: string;
  readonly live: boolean;
  readonly phases: readonly Phase[];
}

export interface Journal {
  readonly path: string;
  /** Begins a phase. Everything that is recorded next belongs to it. */
  begin(files: readonly FileEntry[], texts: readonly TextEdit[]): Promise<void>;
  /** The temporary files of the phase are there, still empty. */
  staged(identities: ReadonlyMap<string, string>): Promise<void>;
  record(what: 'publishing' | 'undoing' | 'done'): Promise<void>;
  /** An empty file is about to take the name of a file of the phase. */
  hold(path: string): Promise<void>;
  /** Ends the run. With `keep`, the next one finds the journal and does what is left to do. */
  end(keep?: 'keep'): Promise<void>;
}

/** Journals that this process writes: another one with its number was written by a process that is gone. */
const open = new Set<string>();

/** A journal could not be written; `message` is for people. */
export class JournalFailure extends Error {}

type Line =
  | { readonly journal: 1; readonly identity: string }
  | { readonly files: readonly FileEntry[]; readonly texts: readonly TextLine[] }
  | { readonly staged: Readonly<Record<string, string>> }
  | { readonly held: string }
  | { readonly mark: 'publishing' | 'undoing' | 'done' };

interface TextLine {
  readonly path: string;
  /** base64 */
  readonly before: string;
  readonly after: string;
  readonly writeProtected?: boolean;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Begins a journal in a directory, whose path is real.
 * @throws JournalFailure where none can be written
 */
export async function openJournal(host: Host, directory: string): Promise<Journal> {
  const { writer, files, paths } = host;
  const path = paths.join(directory, newTemporaryName(host.process, 'journal'));
  const failure = (message: string) => new JournalFailure(message.replace(path, `a file in ${directory}`));
  const created = await writer.createFile(path, new Uint8Array(), MODE, 'real');
  if (!created.ok) throw failure(created.message);

  async function add(line: Line): Promise<void> {
    const wrote = await writer.append(path, Buffer.from(`${JSON.stringify(line)}\n`));
    if (!wrote.ok) throw failure(wrote.message);
  }
  async function end(keep?: 'keep'): Promise<void> {
    // Twice: on Windows a scanner or an indexer may hold a new file for a moment.
    if (keep === undefined && !(await writer.remove(path)).ok) await writer.remove(path);
    open.delete(path);
  }

  open.add(path);
  try {
    const status = await files.status(path);
    if (!status.ok) throw failure(`Cannot read ${path}.`);
    await add({ journal: 1, identity: status.value.identity });
    await writer.syncDirectory(directory);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    path,
    begin: (all, texts) => add({ files: all, texts: texts.map(textLine) }),
    staged: (identities) => add({ staged: Object.fromEntries(identities) }),
    record: (what) => add({ mark: what }),
    hold: (name) => add({ held: name }),
    end,
  };
}

/** Records in the journal of a killed run, which is being finished, what `Journal.hold` records. */
export async function recordHeld(journal: string, path: string, host: Host): Promise<void> {
  await host.writer.append(journal, Buffer.from(`${JSON.stringify({ held: path } satisfies Line)}\n`));
}

function textLine({ path, before, after, writeProtected }: TextEdit): TextLine {
  const [old, next] = [before, after].map((bytes) => Buffer.from(bytes).toString('base64'));
  return { path, before: old ?? '', after: next ?? '', ...(writeProtected ? { writeProtected } : {}) };
}

/** The journals in a directory that count; none when it can't be listed. */
export async function findJournals(host: Host, directory: string): Promise<readonly FoundJournal[]> {
  const listed = await host.files.list(directory);
  if (!listed.ok) return [];
  const found: FoundJournal[] = [];
  for (const { name, kind } of listed.value) {
    const named = kind === 'file' ? readTemporaryName(name) : undefined;
    if (named?.kind !== 'journal' || named.machine !== host.process.machine) continue;
    const path = host.paths.join(directory, name);
    const status = await host.files.status(path);
    if (!status.ok || status.value.links > 1 || status.value.uid !== host.process.user) continue;
    const read = await host.files.read(path, LARGEST);
    if (!read.ok) continue;
    const phases = phasesIn(Buffer.from(read.value).toString('utf8'), status.value.identity);
    if (phases === undefined) continue;
    const fresh = host.now() - status.value.modified <= ABANDONED_AFTER_MS;
    const running = named.id === host.process.id ? open.has(path) : host.process.isRunning(named.id);
    found.push({ path, live: fresh && running, phases });
  }
  return found;
}

/** What a journal records; undefined where it isn't one, or is the copy of one. A line that isn't whole was not reached. */
function phasesIn(text: string, identity: string): readonly Phase[] | undefined {
  // Killed before its first line was whole: it records nothing yet.
  if (!text.includes('\n')) return '{"journal":1,"identity":"'.startsWith(text.slice(0, 25)) ? [] : undefined;
  const lines = text.split('\n').slice(0, -1).map(parse);
  const [first, ...rest] = lines;
  if (!first || !('journal' in first) || first.identity !== identity) return undefined;
  const phases: Phase[] = [];
  for (const line of rest) {
    if (line === undefined) return undefined;
    if ('files' in line) phases.push(newPhase(line));
    else if (!extend(phases, line)) return undefined;
  }
  return phases;
}

function extend(phases: Phase[], line: Line): boolean {
  const phase = phases.pop();
  if (!phase) return false;
  if ('staged' in line) phases.push({ ...phase, identities: new Map(Object.entries(line.staged)) });
  else if ('held' in line) phases.push({ ...phase, held: new Set([...phase.held, line.held]) });
  else if ('mark' in line) phases.push({ ...phase, [line.mark]: true });
  else return false;
  return true;
}

function newPhase({ files, texts }: Extract<Line, { texts: unknown }>): Phase {
  return {
    files,
    texts: texts.map(({ path, before, after, writeProtected }) => ({
      path,
      before: Buffer.from(before, 'base64'),
      after: Buffer.from(after, 'base64'),
      ...(writeProtected ? { writeProtected } : {}),
    })),
    ...{ identities: new Map(), held: new Set<string>() },
    ...{ publishing: false, undoing: false, done: false },
  };
}

/** A line of the right shape, or undefined. */
function parse(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isLine(line: unknown): line is Line {
  if (typeof line !== 'object' || line === null) return false;
  if ('journal' in line) return line.journal === 1 && 'identity' in line && typeof line.identity === 'string';
  if ('staged' in line) return isStrings(line.staged);
  if ('held' in line) return typeof line.held === 'string';
  if ('mark' in line) return ['publishing', 'undoing', 'done'].includes(String(line.mark));
  if (!('files' in line && 'texts' in line)) return false;
  const has = (each: unknown, ...names: string[]) =>
    isObject(each) && names.every((name) => typeof each[name] === 'string');
  return (
    Array.isArray(line.files) &&
    line.files.every((each) => has(each, 'path', 'temporary', 'hash') && typeof each.size === 'number') &&
    Array.isArray(line.texts) &&
    line.texts.every((each) => has(each, 'path', 'before', 'after'))
  );
}

function isStrings(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
