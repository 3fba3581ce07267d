/** One run at a time writes in a project, and the one that comes next finishes what a killed one left. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../platform/platform';
import { findJournals, type Journal, JournalFailure, openJournal } from './journal';
import { type Recovered, recoverAll } from './recover';

/** How long another run may write; it needs well under this. */
const BUSY_MS = 10_000;
/** Two runs that met try again after a while that is hardly the same. */
const PAUSE_MS = { least: 10, most: 60 };

export type RunAnswer =
  | { readonly kind: 'begun'; readonly journal: Journal; readonly recovered: Recovered }
  | { readonly kind: 'busy' }
  | { readonly kind: 'cancelled' };

/**
 * Waits until nobody else writes in a directory, whose path is real, and begins a journal there. Each run writes its
 * journal before it looks for others and goes back when it finds one: so no two ever go on.
 * @throws JournalFailure where none can be written
 */
export async function beginRun(host: Host, directory: string, signal?: AbortSignal): Promise<RunAnswer> {
  const give = Date.now() + BUSY_MS;
  while (true) {
    if (signal?.aborted) return { kind: 'cancelled' };
    const journal = await openJournal(host, directory);
    const others = (await findJournals(host, directory)).filter(({ path }) => path !== journal.path);
    if (others.every(({ live }) => !live)) {
      return { kind: 'begun', journal, recovered: await recoverAll(host, directory) };
    }
    await journal.end();
    if (Date.now() > give) return { kind: 'busy' };
    await sleep(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
  }
}

const NOTHING: Recovered = { made: [], finished: [], restored: [], unclear: [] };

/** Finishes, or takes away, what runs that were killed left in some directories. Where nothing was, nothing is written. */
export async function recoverRuns(host: Host, directories: Iterable<string>): Promise<Recovered> {
  const all: Recovered[] = [];
  const real = await Promise.all([...new Set(directories)].map((each) => host.files.realPath(each)));
  for (const directory of new Set(real.flatMap((each) => (each.ok ? [each.value] : [])))) {
    if ((await findJournals(host, directory)).every(({ live }) => live)) continue;
    const begun = await beginRun(host, directory).catch((error) => {
      // Nothing can be written there, so nothing is put right.
      if (error instanceof JournalFailure) return undefined;
      throw error;
    });
    if (begun?.kind !== 'begun') continue;
    await begun.journal.end();
    all.push(begun.recovered);
  }
  return all.reduce(
    (sum, each) => ({
      made: [...sum.made, ...each.made],
      finished: [...sum.finished, ...each.finished],
      restored: [...sum.restored, ...each.restored],
      unclear: [...sum.unclear, ...each.unclear],
    }),
    NOTHING,
  );
}
