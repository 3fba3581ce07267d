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
  for (const directory of new Set(directories)) {
    const abandoned = (await temporaryFiles(host, directory)).filter((file) => file.abandoned);
    for (const file of abandoned) await host.writer.remove(file.path);
    if (abandoned.length > 0) await host.writer.syncDirectory(directory);
  }
}
