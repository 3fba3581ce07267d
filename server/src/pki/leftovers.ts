/** What killed runs left, told from what busy ones need. */
import type { Host } from '../host/host';
import { newTemporaryName, readTemporaryName, type TemporaryKind } from '../host/temporary-name';

/** Temporary files of another machine are left alone for so long; longer than any run takes. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/** A new name for a key file that is being written. */
export function temporaryName(host: Host): string {
  return newTemporaryName(host.process, 'key');
}

export interface TemporaryFile {
  readonly path: string;
  readonly kind: TemporaryKind;
  readonly identity: string;
  /** Its writer is gone and will never finish it. */
  readonly abandoned: boolean;
}

/** Our temporary files in a directory; none when it can't be listed. */
export async function temporaryFiles(host: Host, directory: string): Promise<readonly TemporaryFile[]> {
  const listed = await host.files.list(directory);
  if (!listed.ok) return [];
  const found: TemporaryFile[] = [];
  for (const entry of listed.value) {
    const named = entry.kind === 'file' ? readTemporaryName(entry.name) : undefined;
    if (named === undefined) continue;
    const path = host.paths.join(directory, entry.name);
    const status = await host.files.status(path);
    if (!status.ok) continue;
    const sameMachine = named.machine === host.process.machine;
    const gone = sameMachine && !host.process.isRunning(named.id);
    const old = host.now() - status.value.modified > ABANDONED_AFTER_MS;
    const { identity } = status.value;
    found.push({ path, kind: named.kind, identity, abandoned: gone || old });
  }
  return found;
}

/** Removes what killed runs left in these directories. Only names of ours, and only plain files. */
export async function sweepLeftovers(host: Host, directories: Iterable<string>): Promise<void> {
  const real = await Promise.all([...new Set(directories)].map((each) => host.files.realPath(each)));
  for (const directory of new Set(real.flatMap((each) => (each.ok ? [each.value] : [])))) {
    const abandoned = (await temporaryFiles(host, directory)).filter((file) => file.abandoned);
    for (const file of abandoned) {
      if (file.kind === 'key') await removeParts(host, directory, file.path);
      await host.writer.remove(file.path);
    }
    if (abandoned.length > 0) await host.writer.syncDirectory(directory);
  }
}

/** No file of ours is larger, in bytes. */
const LARGEST = 256 * 1024;
/** A shorter beginning, in bytes, may be anybody's: many keys begin alike. */
const TELLING = 200;

/**
 * Where there are no hard links, a run that is killed while it writes a file under its own name leaves a part of it
 * there, and the whole of it under the temporary name. Removes the part, which is known by its bytes.
 */
async function removeParts(host: Host, directory: string, whole: string): Promise<void> {
  const read = await host.files.read(whole, LARGEST);
  const listed = await host.files.list(directory);
  if (!read.ok || !listed.ok) return;
  for (const { name, kind } of listed.value) {
    if (kind !== 'file' || readTemporaryName(name) !== undefined) continue;
    const path = host.paths.join(directory, name);
    const part = await host.files.read(path, read.value.length - 1);
    if (!part.ok) continue;
    const { length } = part.value;
    const isPart = length >= TELLING && Buffer.compare(part.value, read.value.subarray(0, length)) === 0;
    part.value.fill(0);
    if (isPart) await host.writer.remove(path);
  }
  read.value.fill(0);
}
