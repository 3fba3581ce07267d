/** The one place that writes key material. */
import type { Host, WriteAnswer } from '../host/host';
import { isWithin } from '../host/within';
import { type Journal, openJournal } from './journal';
import { temporaryName } from './leftovers';
import type { FileOwner, MadeFile } from './orders';
import { findPlace, isUnmoved, type Place, realRoot } from './places';
import { becomesWhole, namesOf } from './standing';

/** New directories are for their owner only: what is inside may be a key that a container has to read. */
const DIRECTORY_MODE = 0o700;
/** A container gets in by nothing but the mode: see `KeyAccess.mounted`. */
const MOUNTED_MODE = 0o755;
/** How often a directory that somebody removes under our hands is made again. */
const DIRECTORY_TRIES = 5;

export interface NewFile {
  /** absolute; may not exist */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly kind: MadeFile['kind'];
  /** permission bits, exact from the first byte on */
  readonly mode: number;
  /** Whose it is to be; whoever runs this without it. */
  readonly owner?: FileOwner;
  /** A directory that a container gets as a whole: it, and what is made in it, lets others in. */
  readonly mounted?: string;
}

/** Files that belong together, such as a key and its certificate. Whoever creates the first one creates all. */
export type NewGroup = readonly NewFile[];

export type StoreAnswer =
  | { readonly ok: true; readonly made: readonly MadeFile[]; readonly kept: readonly string[] }
  | { readonly ok: false; readonly cancelled: boolean; readonly message: string };

/** Ends an operation that has to be undone. */
class Stop extends Error {
  constructor(
    readonly reason: string,
    readonly cancelled = false,
  ) {
    super(reason);
  }
}

interface Staged {
  readonly file: NewFile;
  readonly place: Place;
  readonly temporary: string;
}

/**
 * Creates all files of all groups below `root`, or none.
 *
 * Each file is written whole and synced under a temporary name in its own directory, with its final mode from the
 * first byte, then linked to its final name, which link(2) refuses to do over anything that exists. Only when every
 * file has its name are the temporary names removed, so that a killed run can be told by them. Where the file
 * system has no hard links, the final name is created exclusively and written directly.
 *
 * A group whose first file turns up meanwhile is left to whoever made it, and reported in `kept`. If a step fails or
 * `signal` fires, files and directories that this call created are removed, and the message says what happened.
 * Messages name paths, never contents. The caller owns the bytes, and may wipe them afterwards.
 */
export async function storeFiles(
  host: Host,
  root: string,
  groups: readonly NewGroup[],
  signal?: AbortSignal,
): Promise<StoreAnswer> {
  const journal = openJournal(host);
  try {
    return await storeAll(host, root, groups, journal, signal);
  } catch (error) {
    const left = await journal.undo();
    if (!(error instanceof Stop)) throw error;
    const rest =
      left.length === 0
        ? 'Nothing was made.'
        : `These could not be removed again; please remove them: ${left.join(', ')}.`;
    return { ok: false, cancelled: error.cancelled, message: `${error.reason} ${rest}` };
  }
}

async function storeAll(
  host: Host,
  root: string,
  groups: readonly NewGroup[],
  journal: Journal,
  signal: AbortSignal | undefined,
): Promise<StoreAnswer> {
  const real = await realRoot(host, root);
  if (!real.ok) throw new Stop(real.message);

  const staged: Staged[][] = [];
  for (const group of groups) {
    const files: Staged[] = [];
    for (const file of group) {
      stopIfAborted(signal);
      files.push(await stage(host, real.root, file, journal));
    }
    staged.push(files);
  }

  const made: Staged[] = [];
  const lost: Staged[][] = [];
  for (const group of staged) {
    stopIfAborted(signal);
    if (await publish(host, group, journal)) made.push(...group);
    else lost.push(group);
  }
  for (const group of lost) await awaitOthers(host, group);
  stopIfAborted(signal);

  const answer: StoreAnswer = {
    ok: true,
    made: await Promise.all(made.map((each) => describe(host, each))),
    kept: lost.flat().map((each) => each.file.path),
  };
  await journal.commit();
  return answer;
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Stop('Cancelled.', true);
}

/** Writes one file under a temporary name in its directory, which is made if need be. */
async function stage(host: Host, root: string, file: NewFile, journal: Journal): Promise<Staged> {
  for (let tries = 1; ; tries += 1) {
    const found = await findPlace(host, root, file.path);
    if (!found.ok) throw new Stop(found.message);
    const { place } = found;
    const temporary = host.paths.join(place.directory, temporaryName(host));
    const failed =
      (await makeDirectories(host, place, file, journal)) ??
      (await createTemporary(host, place, temporary, file));
    if (failed === undefined) {
      await journal.createdFile(temporary, 'temporary');
      return { file, place, temporary };
    }
    // Another run that used the same new directory, and failed, may just have taken it away again.
    const gone = (await host.writer.nameKind(failed.directory)) === 'missing';
    if (!gone || tries === DIRECTORY_TRIES) throw new Stop(failed.message.replace(temporary, file.path));
  }
}

/** What went wrong, and the directory that it went wrong in. */
interface Failure {
  readonly message: string;
  readonly directory: string;
}

async function makeDirectories(
  host: Host,
  place: Place,
  file: NewFile,
  journal: Journal,
): Promise<Failure | undefined> {
  for (const directory of place.missing) {
    const open = isInMounted(host, directory, file, place);
    const made = await host.writer.makeDirectory(directory, open ? MOUNTED_MODE : DIRECTORY_MODE);
    if (made.ok) journal.createdDirectory(directory);
    else if (made.problem !== 'exists') {
      return { message: made.message, directory: host.paths.dirname(directory) };
    }
    // Else somebody made it first. A link of that name is refused by the next look, a file by what follows.
  }
  return undefined;
}

/** Whether a real directory is, or lies in, the one that is mounted as it was asked for. */
function isInMounted({ paths }: Host, directory: string, { mounted, path }: NewFile, place: Place): boolean {
  if (mounted === undefined) return false;
  // As many steps above the file as the asked path has: links resolve the same for all of them.
  const depth = paths
    .relative(mounted, paths.dirname(path))
    .split(paths.sep)
    .filter((part) => part !== '').length;
  let real = place.directory;
  for (let step = 0; step < depth; step++) real = paths.dirname(real);
  return isWithin(paths, real, directory);
}

async function createTemporary(
  host: Host,
  place: Place,
  temporary: string,
  file: NewFile,
): Promise<Failure | undefined> {
  await refuseIfMoved(host, place);
  const wrote = await createOwned(host, temporary, file);
  return wrote.ok ? undefined : { message: wrote.message, directory: place.directory };
}

/** Creates a file of ours, and gives it away where it is to be somebody else's. */
async function createOwned(host: Host, path: string, { bytes, mode, owner }: NewFile): Promise<WriteAnswer> {
  const wrote = await host.writer.createFile(path, bytes, mode, 'real');
  if (!wrote.ok || owner === undefined) return wrote;
  const given = await host.writer.setOwner(path, owner.uid, owner.gid);
  if (!given.ok) await host.writer.remove(path);
  return given;
}

/** A symbolic link put into the path meanwhile must not lead a key elsewhere. */
async function refuseIfMoved(host: Host, place: Place): Promise<void> {
  if ((await host.writer.nameKind(place.directory)) === 'missing') return;
  if (await isUnmoved(host, place)) return;
  throw new Stop(`${place.directory} was replaced while ${place.asked} was being made.`);
}

/** Gives the files of a group their final names; false, and nothing done, when somebody else has the first one. */
async function publish(host: Host, group: readonly Staged[], journal: Journal): Promise<boolean> {
  for (const { place } of group) await refuseIfMoved(host, place);
  for (const [index, each] of group.entries()) {
    const { file, place, temporary } = each;
    let answer = await host.writer.link(temporary, place.path);
    if (!answer.ok && answer.problem === 'unsupported') {
      answer = await createOwned(host, place.path, file);
    }
    if (answer.ok) {
      await journal.createdFile(place.path, 'final');
      continue;
    }
    if (answer.problem !== 'exists') throw new Stop(answer.message);
    if (await journal.isOurs(place.path)) {
      throw new Stop(`${file.path} is asked for twice, under two names of one file.`);
    }
    if (index > 0) throw new Stop(`${file.path} was created by somebody else at the same time.`);
    return false;
  }
  return true;
}

/** A group that another run got first counts as kept only when it is whole. */
async function awaitOthers(host: Host, group: readonly Staged[]): Promise<void> {
  const places = group.map((each) => each.place);
  if (!(await becomesWhole(host, places))) {
    throw new Stop(`${namesOf(places)}: another run began to make this at the same time. Try again.`);
  }
}

async function describe(host: Host, { file, place }: Staged): Promise<MadeFile> {
  const status = await host.files.status(place.path);
  // Not always what was asked for: FAT and some mounts of Windows disks have one mode for all files.
  const mode = status.ok ? status.value.mode : undefined;
  return { path: file.path, kind: file.kind, mode: mode ?? file.mode };
}
