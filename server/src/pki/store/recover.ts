/**
 * What is done about runs that were killed. What had not begun to get its names is taken away; what had is finished: the
 * rest of the files gets its names, and the texts are edited. Only what is in a journal that counts is ever touched, and
 * only while it is what that run made of it. No file that has its name is removed.
 */
import type { Host } from '../../platform/platform';
import { type FileEntry, type FoundJournal, findJournals, type Phase, recordHeld } from './journal';
import { giveName, hasItsName, isEmpty, isWhole, removeTemporary, replaceHeld } from './new-files';
import { bring, stateOf } from './text-change';

/** What has become of what killed runs had begun; absolute paths. */
export interface Recovered {
  /** Files that got their names. */
  readonly made: readonly string[];
  /** Edited as the run was to. */
  readonly finished: readonly string[];
  /** What they held before is in them again. */
  readonly restored: readonly string[];
  /** Edited by the killed run, which can't be finished: others of its files were changed since, or can't be written. */
  readonly unclear: readonly string[];
}

/** Does it for all runs that were killed in a directory, whose path is real. The caller keeps other runs away. */
export async function recoverAll(host: Host, directory: string): Promise<Recovered> {
  const all: Notes = { made: new Set(), finished: new Set(), restored: new Set(), unclear: new Set() };
  for (const journal of await findJournals(host, directory)) {
    if (journal.live) continue;
    let settled = true;
    for (const phase of journal.phases) settled = (await recover(phase, journal.path, host, all)) && settled;
    if (settled) await removeTraces(journal, host);
  }
  return {
    made: [...all.made],
    finished: [...all.finished],
    restored: [...all.restored],
    unclear: [...all.unclear],
  };
}

type Notes = { readonly [K in keyof Recovered]: Set<string> };

/** False where a text could not be written: the next run tries again. */
async function recover(phase: Phase, journal: string, host: Host, notes: Notes): Promise<boolean> {
  if (phase.done) return true;
  const forward = phase.publishing && !phase.undoing && (await publishRest(phase, journal, host, notes));
  const states = await Promise.all(
    phase.texts.map(async (text) => ((await isUnmoved(text.path, host)) ? stateOf(text, host) : 'other')),
  );
  const changed = states.includes('other');
  let settled = true;
  for (const [index, text] of phase.texts.entries()) {
    const state = states[index];
    const wanted = forward ? 'new' : 'old';
    // What somebody has edited since may build on what the run had made of the others: those stay, unless torn.
    if (changed && state === 'new') notes.unclear.add(text.path);
    if (state === wanted || (changed && state !== 'torn')) continue;
    if (await bring(text, forward ? 'after' : 'before', host)) {
      (forward ? notes.finished : notes.restored).add(text.path);
    } else {
      notes.unclear.add(text.path);
      settled = false;
    }
  }
  return settled;
}

/** Gives the rest of the files their names. False where one is somebody else's by now, or gone. */
async function publishRest(phase: Phase, journal: string, host: Host, notes: Notes): Promise<boolean> {
  let all = true;
  for (const entry of phase.files) {
    if (await hasItsName(entry, phase, host)) continue;
    if (await finish(entry, phase, journal, host)) notes.made.add(entry.path);
    else all = false;
  }
  return all;
}

/** Whether a real path still is one: no link has been put into it since. */
async function isUnmoved(path: string, { files }: Host): Promise<boolean> {
  const real = await files.realPath(path);
  return real.ok && real.value === path;
}

async function finish(entry: FileEntry, { held }: Phase, journal: string, host: Host): Promise<boolean> {
  const { path, temporary } = entry;
  if (!(await isUnmoved(host.paths.dirname(path), host))) return false;
  if ((await host.writer.nameKind(temporary)) !== 'file') return false;
  if (!(await isWhole(temporary, entry, host))) return false;
  if (held.has(path) && (await isEmpty(path, host))) return (await replaceHeld(temporary, path, host)).ok;
  const status = await host.files.status(temporary);
  const mode = status.ok ? status.value.mode : undefined;
  return (await giveName(entry, mode ?? 0o600, host, () => recordHeld(journal, path, host))).ok;
}

/** Takes away what nobody needs any more: the temporary names, names that were only held, the journal. */
async function removeTraces({ path, phases }: FoundJournal, host: Host): Promise<void> {
  const touched = new Set([host.paths.dirname(path)]);
  for (const phase of phases) {
    for (const entry of phase.files) {
      touched.add(host.paths.dirname(entry.path));
      if (phase.held.has(entry.path) && (await isEmpty(entry.path, host)))
        await host.writer.remove(entry.path);
      await removeTemporary(entry, phase, host);
    }
  }
  for (const directory of touched) await host.writer.syncDirectory(directory);
  await host.writer.remove(path);
}
