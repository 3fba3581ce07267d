/** Makes what is ordered: keys, certificates, requests, bundles. All of it or nothing. */
import type { Host } from '../host/host';
import { Unusable } from './existing-key';
import { sweepLeftovers } from './leftovers';
import type { CertificateName } from './names';
import { checkOrders } from './order-check';
import { type KeyOrder, type MakeAnswer, type MakeOptions, pathsToMake } from './orders';
import { findPlace, isGuarded, type Place, realRoot } from './places';
import { standingOf } from './standing';
import { type NewFile, storeFiles } from './store';
import { bundleFile, filesOf, type Task } from './work';

type Refusal = Extract<MakeAnswer, { ok: false }>;

/**
 * Carries out the orders: key pairs in parallel and off the main thread, then every file by `storeFiles`, so all or
 * none. Orders whose files exist are left alone and told in `kept`; a pair of which one half exists is refused.
 * What a killed run left is finished or swept. Rejects only when the host itself breaks down, never for what is
 * on the disk. Messages and progress name files, never what is in them.
 */
export async function make(
  orders: readonly KeyOrder[],
  host: Host,
  options: MakeOptions,
): Promise<MakeAnswer> {
  const checked = checkOrders(orders, host);
  if (!checked.ok) return refusal(checked.message);
  const real = await realRoot(host, options.root);
  if (!real.ok) return refusal(real.message);

  const kept: string[] = [];
  const tasks: Task[] = [];
  const directories = new Set<string>();
  for (const [index, order] of orders.entries()) {
    const looked = await look(host, real.root, order, checked.names[index] ?? []);
    if (!looked.ok) return looked;
    for (const place of looked.places) directories.add(place.directory);
    kept.push(...looked.kept);
    if (looked.task !== undefined) tasks.push(looked.task);
  }
  if (options.signal?.aborted) return CANCELLED;

  const answer = await carryOut(tasks, orders.length, host, options);
  if (!answer.ok) return answer;
  await sweepLeftovers(host, directories);
  return { ok: true, made: answer.made, kept: [...kept, ...answer.kept] };
}

const CANCELLED: Refusal = { ok: false, cancelled: true, message: 'Cancelled. Nothing was made.' };

function refusal(message: string): Refusal {
  return { ok: false, cancelled: false, message };
}

type Looked =
  | {
      readonly ok: true;
      readonly task: Task | undefined;
      readonly kept: readonly string[];
      readonly places: readonly Place[];
    }
  | Refusal;

/** Decides what there is to do for one order, from what is on the disk. */
async function look(
  host: Host,
  root: string,
  order: KeyOrder,
  names: readonly CertificateName[],
): Promise<Looked> {
  const places: Place[] = [];
  for (const path of pathsToMake(order)) {
    const found = await findPlace(host, root, path);
    if (!found.ok) return refusal(found.message);
    places.push(found.place);
  }
  const standing = await standingOf(host, places);
  const task = async (keyIsThere: boolean): Promise<Task> => {
    const [first] = places;
    const mounted = 'mounted' in order && order.mounted ? host.paths.dirname(order.mounted) : undefined;
    return {
      order,
      names,
      keyIsThere,
      guarded: first !== undefined && (await isGuarded(host, mounted ?? first.directory)),
    };
  };
  switch (standing.kind) {
    case 'refused':
      return refusal(standing.message);
    case 'there':
      return { ok: true, task: undefined, kept: places.map((place) => place.asked), places };
    case 'free':
      return { ok: true, task: await task(false), kept: [], places };
    case 'abandoned':
      // The killed run linked the key first, so what it still owes is what belongs to it.
      return {
        ok: true,
        task: await task(true),
        kept: standing.present.map((place) => place.asked),
        places,
      };
  }
}

async function carryOut(
  tasks: readonly Task[],
  total: number,
  host: Host,
  options: MakeOptions,
): Promise<MakeAnswer> {
  const wiped: Uint8Array[] = [];
  let done = total - tasks.length;
  const waiting = new Set(tasks);
  const report = () => {
    const [next] = waiting;
    options.progress?.(done, total, next === undefined ? '' : labelOf(host, next));
  };
  try {
    if (tasks.length > 0) report();
    const work = tasks.map(async (task) => {
      const files = await filesOf(task, { host, wiped });
      done += 1;
      waiting.delete(task);
      if (!options.signal?.aborted) report();
      return files;
    });
    const groups = await unlessAborted(Promise.all(work), options.signal);
    if (groups === 'aborted') {
      // Native generation cannot be stopped: what still comes is wiped and dropped.
      void Promise.allSettled(work).then(() => wipe(wiped));
      return CANCELLED;
    }
    const bundles = await bundlesOf(tasks, groups.flat(), host);
    const stored = [...groups, ...bundles].filter((group) => group.length > 0);
    return await storeFiles(host, options.root, stored, options.signal);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { ...refusal(`${error.message} Nothing was made.`), passphrase: error.passphrase };
  } finally {
    wipe(wiped);
  }
}

async function bundlesOf(
  tasks: readonly Task[],
  files: readonly NewFile[],
  host: Host,
): Promise<NewFile[][]> {
  const made = new Map(files.map((file) => [file.path, file]));
  const groups: NewFile[][] = [];
  for (const { order } of tasks) {
    if (order.kind === 'bundle') groups.push([await bundleFile(order, made, host)]);
  }
  return groups;
}

function wipe(buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

function labelOf(host: Host, { order }: Task): string {
  return host.paths.basename(pathsToMake(order)[0] ?? '');
}

/** The result, or `aborted` as soon as the signal fires. */
async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T | 'aborted'> {
  if (signal === undefined) return await result;
  let stop = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    // A failure that comes after the abort has nobody left to hear it.
    result.catch(() => undefined);
  }
}
