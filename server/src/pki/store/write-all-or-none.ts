/** The one place that writes: new files, key material among them, and the texts that change with them. */

import { isWithin } from '../../platform/is-within';
import type { Host } from '../../platform/platform';
import { type Journal, JournalFailure } from './journal';
import type { Recovered } from './recover';
import { beginRun } from './run';
import { isEdit, type TextChange } from './text-change';
import type { MadeFile, NewFile, StoreAnswer, StoreOptions } from './types';
import { carryOut, type Phase, PhaseFailure } from './write-phase';
import { realRoot, realRoots } from './write-target';

/** Of a text that wasn't there. */
const TEXT_MODE = 0o644;

/**
 * Creates all files below `root` or `also` and writes all texts, or does none of it.
 *
 * What is about to be done is recorded in a journal first (`journal.ts`), so that the next run finishes or takes away
 * what this one leaves should it be killed; while the journal is there, no other run writes in `root`. Each file is
 * written whole and synced under a temporary name in its own directory, with its final mode from the first byte, then
 * linked to its final name, which link(2) refuses to do over anything that exists. Texts are edited in place, so that
 * owner, group, mode, ACL and further names of a file stay.
 *
 * If a step fails or `signal` fires, texts get back what they held, files and directories that this call created are
 * removed, and the message tells what happened. Messages name paths, never contents. The caller owns the bytes, and may
 * wipe them afterwards.
 */
export async function storeFiles(
  host: Host,
  root: string,
  files: readonly NewFile[],
  { also = [], ignore = [], texts = [], signal }: StoreOptions = {},
): Promise<StoreAnswer> {
  const edited: string[] = [];
  let recovered: Recovered = { made: [], finished: [], restored: [], unclear: [] };
  const refuse = (reason: string, cancelled = false, left: readonly string[] = []): StoreAnswer => {
    const act = files.length > 0 ? 'created' : 'changed';
    const rest = edited.length > 0 ? `Nothing but ${edited.join(', ')} was written.` : `Nothing was ${act}.`;
    return {
      ok: false,
      cancelled,
      message: [reason, ...(left.length > 0 ? left : [rest])].join(' '),
      edited,
      recovered,
    };
  };
  const real = await realRoot(host, root);
  if (!real.ok) return refuse(real.message);
  let journal: Journal | undefined;
  let keep: 'keep' | undefined;
  try {
    const begun = await beginRun(host, real.root, signal);
    if (begun.kind === 'cancelled') return refuse('Cancelled.', true);
    if (begun.kind === 'busy') {
      return refuse(`Another run of mender-compose is writing in ${root}. Wait for it, then try again.`);
    }
    ({ journal, recovered } = begun);
    const within = [real.root, ...(await realRoots(host, also))];
    await carryOut(await phaseOf(ignore, within, host), host, journal);
    edited.push(...ignore.map(({ path }) => path));
    const { files: newTexts, texts: edits } = await phaseOf(texts, within, host);
    const all = [...files.map((file) => ({ ...file, within })), ...newTexts];
    const paths = await carryOut({ files: all, texts: edits }, host, journal, signal);
    return {
      ok: true,
      made: await Promise.all(files.map((file, index) => describe(host, file, paths[index] ?? file.path))),
      edited: [...edited, ...texts.map(({ path }) => path)],
      recovered,
    };
  } catch (error) {
    if (error instanceof JournalFailure) return refuse(error.message);
    if (!(error instanceof PhaseFailure)) {
      keep = 'keep';
      throw error;
    }
    if (error.left.length > 0) keep = 'keep';
    return refuse(error.reason, error.cancelled, error.left);
  } finally {
    await journal?.end(keep);
  }
}

/** Texts that are there are edited, the others made; links are followed once, here. */
async function phaseOf(
  changes: readonly TextChange[],
  within: readonly string[],
  host: Host,
): Promise<Phase> {
  const texts = [];
  const files = [];
  for (const change of changes) {
    if (isEdit(change)) {
      const real = await host.files.realPath(change.path);
      const path = real.ok ? real.value : change.path;
      if (!within.some((root) => isWithin(host.paths, root, path))) {
        const where = `${change.path} leads to ${path}, outside of ${within.join(' and ')}`;
        throw new PhaseFailure(`${where}, so it was not edited.`, false, []);
      }
      texts.push({ ...change, path });
    } else {
      files.push({ path: change.path, bytes: change.after, mode: TEXT_MODE, within });
    }
  }
  return { texts, files };
}

async function describe(host: Host, { kind, mode, path }: NewFile, at: string): Promise<MadeFile> {
  const status = await host.files.status(at);
  // Not always what was asked for: FAT and some mounts of Windows disks have one mode for all files.
  return { path, kind, mode: (status.ok ? status.value.mode : undefined) ?? mode };
}
