/** Makes what is requested: keys, certificates, requests, bundles. All of it or nothing. */
import type { Host } from '../../platform/platform';
import { DerError } from '../asn1/read-der';
import { Unusable } from '../pem/load-private-key';
import { problemAt } from '../store/existing-files';
import { recoverRuns } from '../store/run';
import type { NewFile } from '../store/types';
import { storeFiles } from '../store/write-all-or-none';
import {
  findWriteTarget,
  isGuarded,
  type Root,
  realRoot,
  realRoots,
  type WriteTarget,
} from '../store/write-target';
import type { CertificateName } from '../x509/subject-alt-name';
import { bundleFile, type CheckedRequest, filesOf } from './file-contents';
import { makeKey, type NewKeyKind } from './new-key';
import { type KeyRequest, type MakeAnswer, type MakeOptions, pathsToMake } from './requests';
import { validateRequests } from './validate-requests';

type Refusal = Extract<MakeAnswer, { ok: false }>;

/**
 * Carries out the requests: key pairs in parallel and off the main thread, then every file and text by `storeFiles`, so
 * all or none. A path that is taken refuses everything: what is there is never taken for what was requested. What a killed
 * run left is finished or taken away first. Rejects only when the host itself breaks down, never for what is on the
 * disk. Messages and progress name files, never what is in them.
 */
export async function make(
  requests: readonly KeyRequest[],
  host: Host,
  options: MakeOptions,
): Promise<MakeAnswer> {
  const validation = validateRequests(requests, host);
  if (!validation.ok) return refusal(validation.message);
  const real = await realRoot(host, options.root);
  if (!real.ok) return refusal(real.message);
  const roots = [real.root, ...(await realRoots(host, options.also ?? []))];
  const recovered = await recoverRuns(host, [real.root]);

  const checkedRequests: CheckedRequest[] = [];
  for (const [index, request] of requests.entries()) {
    const checked = await checkRequest(host, roots, request, validation.names[index] ?? []);
    if (typeof checked === 'string') return refusal(checked);
    checkedRequests.push(checked);
  }
  if (options.signal?.aborted) return CANCELLED;
  const { ignore = [], texts = [] } = options;
  if (checkedRequests.length + ignore.length + texts.length === 0)
    return { ok: true, made: [], edited: [], recovered };
  return carryOut(checkedRequests, requests.length, host, options);
}

const NOTHING: MakeAnswer['recovered'] = { made: [], finished: [], restored: [], unclear: [] };
const CANCELLED: Refusal = {
  ...{ ok: false, cancelled: true, message: 'Cancelled. Nothing was created.' },
  ...{ edited: [], recovered: NOTHING },
};

function refusal(message: string): Refusal {
  return { ok: false, cancelled: false, message, edited: [], recovered: NOTHING };
}

/** Checks one request against the disk; a text is why it can't be carried out. */
async function checkRequest(
  host: Host,
  root: Root,
  request: KeyRequest,
  names: readonly CertificateName[],
): Promise<CheckedRequest | string> {
  const targets: WriteTarget[] = [];
  for (const path of pathsToMake(request)) {
    const found = await findWriteTarget(host, root, path);
    if (!found.ok) return found.message;
    targets.push(found.target);
  }
  const problem = await problemAt(host, targets);
  if (problem !== undefined) return problem;
  const [first] = targets;
  const mounted = 'mounted' in request && request.mounted ? host.paths.dirname(request.mounted) : undefined;
  const guarded = first !== undefined && (await isGuarded(host, mounted ?? first.directory));
  return { request, names, guarded };
}

async function carryOut(
  checkedRequests: readonly CheckedRequest[],
  total: number,
  host: Host,
  options: MakeOptions,
): Promise<MakeAnswer> {
  const wiped: Uint8Array[] = [];
  let isWanted = true;
  const newKey = (kind: NewKeyKind) =>
    makeKey(kind, host.process.cores, () => isWanted && !options.signal?.aborted);
  let done = total - checkedRequests.length;
  const waiting = new Set(checkedRequests);
  const report = () => {
    const [next] = waiting;
    options.progress?.(done, total, next === undefined ? '' : labelOf(host, next));
  };
  if (checkedRequests.length > 0) report();
  const making = checkedRequests.map(async (checked) => {
    const files = await filesOf(checked, { host, newKey, wiped });
    done += 1;
    waiting.delete(checked);
    if (!options.signal?.aborted) report();
    return files;
  });
  try {
    const groups = await unlessAborted(Promise.all(making), options.signal);
    if (groups === 'aborted') return CANCELLED;
    const bundles = await bundlesOf(checkedRequests, groups.flat(), host);
    return await storeFiles(host, options.root, [...groups.flat(), ...bundles], options);
  } catch (error) {
    if (error instanceof DerError)
      return refusal('A certificate that it is based on is damaged. Nothing was created.');
    if (!(error instanceof Unusable)) throw error;
    return { ...refusal(`${error.message} Nothing was created.`), passphrase: error.passphrase };
  } finally {
    isWanted = false;
    wipe(wiped);
    // A generation that has begun cannot be stopped: what still comes is wiped too.
    void Promise.allSettled(making).then(() => wipe(wiped));
  }
}

async function bundlesOf(
  checkedRequests: readonly CheckedRequest[],
  files: readonly NewFile[],
  host: Host,
): Promise<NewFile[]> {
  const made = new Map(files.map((file) => [file.path, file]));
  const bundles: NewFile[] = [];
  for (const { request } of checkedRequests) {
    if (request.kind === 'bundle') bundles.push(await bundleFile(request, made, host));
  }
  return bundles;
}

function wipe(buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

function labelOf(host: Host, { request }: CheckedRequest): string {
  return host.paths.basename(pathsToMake(request)[0] ?? '');
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
