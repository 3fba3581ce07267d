/** Makes what is ordered: keys, certificates, requests, bundles. All of it or nothing. */
import type { Host } from '../../platform/platform';
import { DerError } from '../asn1/read-der';
import { Unusable } from '../pem/load-private-key';
import { problemAt } from '../store/existing-files';
import { recoverRuns } from '../store/run';
import type { NewFile } from '../store/types';
import { storeFiles } from '../store/write-all-or-none';
import { findPlace, isGuarded, type Place, type Root, realRoot, realRoots } from '../store/write-target';
import type { CertificateName } from '../x509/subject-alt-name';
import { bundleFile, filesOf, type Task } from './file-contents';
import { makeKey, type NewKeyKind } from './new-key';
import { type KeyOrder, type MakeAnswer, type MakeOptions, pathsToMake } from './requests';
import { checkOrders } from './validate-requests';

type Refusal = Extract<MakeAnswer, { ok: false }>;

/**
 * Carries out the orders: key pairs in parallel and off the main thread, then every file and text by `storeFiles`, so
 * all or none. A path that is taken refuses everything: what is there is never taken for what was ordered. What a killed
 * run left is finished or taken away first. Rejects only when the host itself breaks down, never for what is on the
 * disk. Messages and progress name files, never what is in them.
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
  const roots = [real.root, ...(await realRoots(host, options.also ?? []))];
  const recovered = await recoverRuns(host, [real.root]);

  const tasks: Task[] = [];
  for (const [index, order] of orders.entries()) {
    const task = await taskOf(host, roots, order, checked.names[index] ?? []);
    if (typeof task === 'string') return refusal(task);
    tasks.push(task);
  }
  if (options.signal?.aborted) return CANCELLED;
  const { ignore = [], texts = [] } = options;
  if (tasks.length + ignore.length + texts.length === 0) return { ok: true, made: [], edited: [], recovered };
  return carryOut(tasks, orders.length, host, options);
}

const NOTHING: MakeAnswer['recovered'] = { made: [], finished: [], restored: [], unclear: [] };
const CANCELLED: Refusal = {
  ...{ ok: false, cancelled: true, message: 'Cancelled. Nothing was made.' },
  ...{ edited: [], recovered: NOTHING },
};

function refusal(message: string): Refusal {
  return { ok: false, cancelled: false, message, edited: [], recovered: NOTHING };
}

/** What there is to do for one order, or why it can't be done. */
async function taskOf(
  host: Host,
  root: Root,
  order: KeyOrder,
  names: readonly CertificateName[],
): Promise<Task | string> {
  const places: Place[] = [];
  for (const path of pathsToMake(order)) {
    const found = await findPlace(host, root, path);
    if (!found.ok) return found.message;
    places.push(found.place);
  }
  const problem = await problemAt(host, places);
  if (problem !== undefined) return problem;
  const [first] = places;
  const mounted = 'mounted' in order && order.mounted ? host.paths.dirname(order.mounted) : undefined;
  const guarded = first !== undefined && (await isGuarded(host, mounted ?? first.directory));
  return { order, names, guarded };
}

async function carryOut(
  tasks: readonly Task[],
  total: number,
  host: Host,
  options: MakeOptions,
): Promise<MakeAnswer> {
  const wiped: Uint8Array[] = [];
  let isWanted = true;
  const newKey = (kind: NewKeyKind) =>
    makeKey(kind, host.process.cores, () => isWanted && !options.signal?.aborted);
  let done = total - tasks.length;
  const waiting = new Set(tasks);
  const report = () => {
    const [next] = waiting;
    options.progress?.(done, total, next === undefined ? '' : labelOf(host, next));
  };
  if (tasks.length > 0) report();
  const work = tasks.map(async (task) => {
    const files = await filesOf(task, { host, newKey, wiped });
    done += 1;
    waiting.delete(task);
    if (!options.signal?.aborted) report();
    return files;
  });
  try {
    const groups = await unlessAborted(Promise.all(work), options.signal);
    if (groups === 'aborted') return CANCELLED;
    const bundles = await bundlesOf(tasks, groups.flat(), host);
    return await storeFiles(host, options.root, [...groups.flat(), ...bundles], options);
  } catch (error) {
    if (error instanceof DerError)
      return refusal('A certificate that it builds on is damaged. Nothing was made.');
    if (!(error instanceof Unusable)) throw error;
    return { ...refusal(`${error.message} Nothing was made.`), passphrase: error.passphrase };
  } finally {
    isWanted = false;
    wipe(wiped);
    // A generation that has begun cannot be stopped: what still comes is wiped too.
    void Promise.allSettled(work).then(() => wipe(wiped));
  }
}

async function bundlesOf(tasks: readonly Task[], files: readonly NewFile[], host: Host): Promise<NewFile[]> {
  const made = new Map(files.map((file) => [file.path, file]));
  const bundles: NewFile[] = [];
  for (const { order } of tasks) {
    if (order.kind === 'bundle') bundles.push(await bundleFile(order, made, host));
  }
  return bundles;
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
