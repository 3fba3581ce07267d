/** What a run does together: all of it, or what was done is taken back. */

import { isWithin } from '../../platform/is-within';
import { newTemporaryName } from '../../platform/node/temporary-name';
import type { Host } from '../../platform/platform';
import { type FileEntry, hashOf, type Journal, JournalFailure } from './journal';
import { giveName, identityAt } from './new-files';
import { bring, stateOf, type TextEdit } from './text-change';
import type { FileOwner } from './types';
import { findWriteTarget, isUnmoved, type Root, type WriteTarget } from './write-target';

/** New directories are for their owner only: what is inside may be a key that a container has to read. */
const DIRECTORY_MODE = 0o700;
/** A container gets in by nothing but the mode: see `KeyAccess.mounted`. */
const MOUNTED_MODE = 0o755;

export interface PhaseFile {
  /** absolute; may not exist */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  /** The real paths of the directories that it may not lead out of. */
  readonly within: Root;
  /** Whose it is to be; whoever runs this without it. */
  readonly owner?: FileOwner;
  /** A directory that a container gets as a whole: it, and what is made in it, lets others in. */
  readonly mounted?: string;
}

export interface Phase {
  readonly files: readonly PhaseFile[];
  /** By their real paths. */
  readonly texts: readonly TextEdit[];
}

/** A phase that could not be done, and was taken back; messages are for people. */
export class PhaseFailure extends Error {
  constructor(
    readonly reason: string,
    readonly cancelled: boolean,
    /** What could not be taken back, one sentence each. */
    readonly left: readonly string[],
  ) {
    super(reason);
  }
}

/** Ends a phase that has to be taken back. */
class Stop extends Error {
  constructor(
    readonly reason: string,
    readonly cancelled = false,
  ) {
    super(reason);
  }
}

/** A file with where it goes, really, and the name that it is written under. */
interface Staged {
  readonly file: PhaseFile;
  readonly target: WriteTarget;
  readonly entry: FileEntry;
}

/** What was done so far, so that it can be taken back. */
interface Done {
  readonly directories: string[];
  /** Files under whatever name, with what they were when they were made. */
  readonly files: { readonly path: string; readonly identity: string | undefined }[];
  readonly texts: TextEdit[];
}

/**
 * Makes the files, each under its own name only once all are whole, then edits the texts. Answers the real paths of the
 * files.
 * @throws PhaseFailure
 */
export async function carryOut(
  { files, texts }: Phase,
  host: Host,
  journal: Journal,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (files.length + texts.length === 0) return [];
  const done: Done = { directories: [], files: [], texts: [] };
  try {
    return await attempt({ files, texts }, done, host, journal, signal);
  } catch (error) {
    const left = await takeBack(done, host, journal);
    if (error instanceof Stop) throw new PhaseFailure(error.reason, error.cancelled, left);
    if (error instanceof JournalFailure) throw new PhaseFailure(error.message, false, left);
    throw error;
  }
}

async function attempt(
  { files, texts: all }: Phase,
  done: Done,
  host: Host,
  journal: Journal,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const texts = await onceEach(all, host);
  for (const text of texts) {
    const able = await host.writer.canRewrite(text.path, text.before, text);
    if (!able.ok) throw new Stop(able.message);
  }
  const staged: Staged[] = [];
  for (const file of files) staged.push(await stagedAs(file, host));
  refuseTwice(staged);
  stopIfAborted(signal);
  await journal.begin(
    staged.map(({ entry }) => entry),
    texts,
  );
  await writeTemporaries(staged, done, host, journal, signal);
  stopIfAborted(signal);
  await journal.record('publishing');
  for (const each of staged) {
    stopIfAborted(signal);
    await publish(each, done, host, journal);
  }
  await syncAround(done, host);
  for (const text of texts) {
    stopIfAborted(signal);
    const wrote = await host.writer.rewrite(text.path, text.after, text.before, text);
    if (wrote.ok || (wrote.problem !== 'changed' && wrote.problem !== 'protected')) done.texts.push(text);
    if (!wrote.ok) throw new Stop(wrote.message);
  }
  stopIfAborted(signal);
  await journal.record('done');
  for (const { entry } of staged) await remove(entry.temporary, host);
  await syncAround(done, host);
  return staged.map(({ target }) => target.path);
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Stop('Cancelled.', true);
}

async function stagedAs(file: PhaseFile, host: Host): Promise<Staged> {
  const found = await findWriteTarget(host, file.within, file.path);
  if (!found.ok) throw new Stop(found.message);
  const { target } = found;
  if ((await host.writer.nameKind(target.path)) !== 'missing') throw new Stop(isThere(file.path));
  const temporary = host.paths.join(target.directory, newTemporaryName(host.process, 'file'));
  const { bytes } = file;
  return { file, target, entry: { path: target.path, temporary, size: bytes.length, hash: hashOf(bytes) } };
}

function isThere(path: string): string {
  return `Another program created ${path} meanwhile. Run the command again.`;
}

/** A file under two of its names is edited once, if both change it alike. */
async function onceEach(texts: readonly TextEdit[], host: Host): Promise<readonly TextEdit[]> {
  const known = new Map<string, TextEdit>();
  for (const text of texts) {
    const key = (await identityAt(text.path, host))?.identity ?? text.path;
    const other = known.get(key);
    if (other !== undefined && Buffer.compare(other.after, text.after) !== 0) {
      throw new Stop(`${other.path} and ${text.path} are two names of one file: name only one of them.`);
    }
    if (other === undefined) known.set(key, text);
  }
  return [...known.values()];
}

function refuseTwice(staged: readonly Staged[]): void {
  const seen = new Set<string>();
  for (const { file, target } of staged) {
    if (seen.has(target.path))
      throw new Stop(`${file.path} is requested twice, under two names of one file.`);
    seen.add(target.path);
  }
}

/** First all of them empty, so that the journal knows them before there is anything in them. */
async function writeTemporaries(
  staged: readonly Staged[],
  done: Done,
  host: Host,
  journal: Journal,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { writer } = host;
  const identities = new Map<string, string>();
  for (const { file, target, entry } of staged) {
    stopIfAborted(signal);
    await makeDirectories(file, target, done, host);
    await refuseIfMoved(target, host);
    const created = await writer.createFile(entry.temporary, new Uint8Array(), file.mode, 'real');
    if (!created.ok) throw new Stop(created.message.replace(entry.temporary, file.path));
    const identity = await noteFile(entry.temporary, done, host);
    if (identity !== undefined) identities.set(entry.temporary, identity);
  }
  if (staged.length > 0) await journal.staged(identities);
  for (const { file, entry } of staged) {
    const wrote = await writer.append(entry.temporary, file.bytes);
    if (!wrote.ok) throw new Stop(wrote.message.replace(entry.temporary, file.path));
    const { owner } = file;
    const given = owner && (await writer.setOwner(entry.temporary, owner.uid, owner.gid));
    if (given?.ok === false) throw new Stop(given.message.replace(entry.temporary, file.path));
  }
}

async function makeDirectories(file: PhaseFile, target: WriteTarget, done: Done, host: Host): Promise<void> {
  for (const directory of target.missing) {
    const open = isInMounted(directory, file, target, host);
    const made = await host.writer.makeDirectory(directory, open ? MOUNTED_MODE : DIRECTORY_MODE);
    if (made.ok) done.directories.push(directory);
    // Else somebody made it first. A link of that name is refused by the next look, a file by what follows.
    else if (made.problem !== 'exists') throw new Stop(made.message);
  }
}

/** Whether a real directory is, or lies in, the one that is mounted as it was asked for. */
function isInMounted(
  directory: string,
  { mounted, path }: PhaseFile,
  target: WriteTarget,
  { paths }: Host,
): boolean {
  if (mounted === undefined) return false;
  // As many steps above the file as the asked path has: links resolve the same for all of them.
  const depth = paths
    .relative(mounted, paths.dirname(path))
    .split(paths.sep)
    .filter((part) => part !== '').length;
  let real = target.directory;
  for (let step = 0; step < depth; step++) real = paths.dirname(real);
  return isWithin(paths, real, directory);
}

/** A symbolic link put into the path meanwhile must not lead a key elsewhere. */
async function refuseIfMoved(target: WriteTarget, host: Host): Promise<void> {
  if (await isUnmoved(host, target)) return;
  throw new Stop(`${target.directory} was replaced while ${target.asked} was being made.`);
}

/** Noted before anything else can fail, so that it is taken back in any case. */
async function noteFile(path: string, done: Done, host: Host): Promise<string | undefined> {
  const index = done.files.push({ path, identity: undefined }) - 1;
  const identity = (await identityAt(path, host))?.identity;
  done.files[index] = { path, identity };
  return identity;
}

async function publish(
  { file, target, entry }: Staged,
  done: Done,
  host: Host,
  journal: Journal,
): Promise<void> {
  await refuseIfMoved(target, host);
  const placed = await giveName(entry, file.mode, host, () => journal.hold(entry.path));
  if (placed.ok) await noteFile(target.path, done, host);
  else throw new Stop(placed.problem === 'exists' ? isThere(file.path) : placed.message);
}

async function syncAround({ files, directories }: Done, { paths, writer }: Host): Promise<void> {
  const touched = new Set([...files.map(({ path }) => path), ...directories].map(paths.dirname));
  for (const directory of touched) await writer.syncDirectory(directory);
}

/** Tries twice: on Windows a scanner or an indexer may hold a new file for a moment. */
async function remove(path: string, { writer }: Host): Promise<boolean> {
  return (await writer.remove(path)).ok || (await writer.remove(path)).ok;
}

/** Newest first. Answers what could not be taken back. */
async function takeBack(done: Done, host: Host, journal: Journal): Promise<readonly string[]> {
  const left: string[] = [];
  try {
    // Without room for this, the next run at worst finishes what this one began.
    await journal.record('undoing').catch(() => undefined);
    for (const text of done.texts.toReversed()) {
      const as = await stateOf(text, host);
      if (as === 'old' || (as !== 'other' && (await bring(text, 'before', host)))) continue;
      left.push(`${text.path} was edited and could not be restored: check it.`);
    }
    const stays: string[] = [];
    for (const { path, identity } of done.files.toReversed()) {
      const changed = identity !== undefined && identity !== (await identityAt(path, host))?.identity;
      if (!changed && !(await remove(path, host))) stays.push(path);
    }
    for (const directory of done.directories.toReversed()) {
      if (!(await removeIfEmpty(directory, host))) stays.push(directory);
    }
    if (stays.length > 0)
      left.push(`These files could not be removed. Remove them by hand: ${stays.join(', ')}.`);
  } catch {
    // The host itself broke down; the error that brought us here is worth more than this one.
  }
  return left;
}

/** Only when empty: somebody may be using a directory that we made. */
async function removeIfEmpty(directory: string, { files, writer }: Host): Promise<boolean> {
  const listed = await files.list(directory);
  if (!listed.ok || listed.value.length > 0) return true;
  return (await writer.removeDirectory(directory)).ok || (await writer.removeDirectory(directory)).ok;
}
