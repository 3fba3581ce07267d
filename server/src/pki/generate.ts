/** Makes what is ordered: token keys, TLS pairs, certificates. All of it or nothing. */
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Host } from '../host/host';
import { selfSignedCertificate } from './certificate';
import { sweepLeftovers } from './leftovers';
import type { CertificateName } from './names';
import { checkOrders } from './order-check';
import { DEFAULT_DAYS, DEFAULT_RSA_BITS, type KeyOrder, type MakeAnswer, type MakeOptions } from './orders';
import { encodePem } from './pem-text';
import { findPlace, type Place, realRoot } from './places';
import { standingOf } from './standing';
import { type NewFile, storeFiles } from './store';

const PRIVATE_KEY_MODE = 0o600;
const CERTIFICATE_MODE = 0o644;
/** An RSA key of 16384 bits in PEM has about 13 kB. */
const KEY_FILE_MAX = 64 * 1024;
const MODULUS_MIN = 1024;

/** An order that has passed all looks, and what there is to do for it. */
interface Task {
  readonly order: KeyOrder;
  readonly names: readonly CertificateName[];
  readonly work: 'key' | 'pair' | 'certificate';
}

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
  switch (standing.kind) {
    case 'refused':
      return refusal(standing.message);
    case 'there':
      return { ok: true, task: undefined, kept: places.map((place) => place.asked), places };
    case 'free': {
      const work = order.kind === 'token-key' ? 'key' : order.kind === 'tls-pair' ? 'pair' : 'certificate';
      return { ok: true, task: { order, names, work }, kept: [], places };
    }
    case 'abandoned':
      // The killed run linked the key first, so what it still owes is the certificate.
      return {
        ok: true,
        task: { order, names, work: 'certificate' },
        kept: standing.present.map((place) => place.asked),
        places,
      };
  }
}

/** The paths that an order creates; the one that decides who made a pair comes first. */
function pathsToMake(order: KeyOrder): readonly string[] {
  switch (order.kind) {
    case 'token-key':
      return [order.keyPath];
    case 'tls-pair':
      return [order.keyPath, order.certificatePath];
    case 'certificate':
      return [order.certificatePath];
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
      const files = await filesOf(task, host, wiped);
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
    return await storeFiles(host, options.root, groups, options.signal);
  } catch (error) {
    if (error instanceof UnusableKey) return refusal(error.message);
    throw error;
  } finally {
    wipe(wiped);
  }
}

function wipe(buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

function labelOf(host: Host, { order }: Task): string {
  const path = order.kind === 'certificate' ? order.certificatePath : order.keyPath;
  return host.paths.basename(path);
}

async function filesOf(task: Task, host: Host, wiped: Uint8Array[]): Promise<readonly NewFile[]> {
  const { order, work } = task;
  if (work === 'certificate') {
    return [await certificateFor(task, await existingKey(order.keyPath, host), host)];
  }
  const bits = (order.kind === 'certificate' ? undefined : order.bits) ?? DEFAULT_RSA_BITS;
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    publicExponent: 65_537,
  });
  const der = privateKey.export({ type: 'pkcs1', format: 'der' });
  const bytes = encodePem('RSA PRIVATE KEY', der);
  wiped.push(der, bytes);
  const key: NewFile = { path: order.keyPath, bytes, kind: 'private-key', mode: PRIVATE_KEY_MODE };
  return work === 'pair' ? [key, await certificateFor(task, privateKey, host)] : [key];
}

async function certificateFor(task: Task, key: KeyObject, host: Host): Promise<NewFile> {
  const { order, names } = task;
  if (order.kind === 'token-key') throw new Error('a token key has no certificate');
  const bytes = await selfSignedCertificate({
    key,
    names,
    days: order.days ?? DEFAULT_DAYS,
    now: host.now(),
  });
  return { path: order.certificatePath, bytes, kind: 'certificate', mode: CERTIFICATE_MODE };
}

/** A key file that no certificate can be made for; its message is for people. */
class UnusableKey extends Error {}

/** Reads the private key that a certificate is ordered for. */
async function existingKey(path: string, host: Host): Promise<KeyObject> {
  const read = await host.files.read(path, KEY_FILE_MAX);
  if (!read.ok) {
    throw new UnusableKey(`The private key ${path} can't be read (${read.problem}). Nothing was made.`);
  }
  const bytes = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
  try {
    const key = parseKey(bytes, path);
    const { modulusLength } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType !== 'rsa' || modulusLength === undefined || modulusLength < MODULUS_MIN) {
      throw new UnusableKey(
        `${path} is not an RSA private key, and certificates are made for those only. Nothing was made.`,
      );
    }
    return key;
  } finally {
    bytes.fill(0);
  }
}

function parseKey(bytes: Buffer, path: string): KeyObject {
  if (bytes.includes('ENCRYPTED')) {
    throw new UnusableKey(
      `${path} is protected by a passphrase, which no Mender service can ask for. Nothing was made.`,
    );
  }
  try {
    return createPrivateKey(bytes);
  } catch {
    // What node says may quote its input, so it isn't passed on.
    throw new UnusableKey(`${path} holds no private key that can be read. Nothing was made.`);
  }
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
