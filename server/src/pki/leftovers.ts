/** Temporary names of key files: told from everything else, and a killed run's from a busy one's. */
import { randomBytes } from 'node:crypto';
import type { Host } from '../host/host';

/** Temporary files of another machine are left alone for so long; longer than any run takes. */
const ABANDONED_AFTER_MS = 10 * 60_000;

const NAME = /^\.mender-compose-([0-9a-f]+)-([1-9]\d*)-[0-9a-f]{16}\.tmp$/;

/** A new name for a file that is being written: `.mender-compose-<machine>-<process>-<random>.tmp`. */
export function temporaryName(host: Host): string {
  const { machine, id } = host.process;
  return `.mender-compose-${machine}-${id}-${randomBytes(8).toString('hex')}.tmp`;
}

export interface TemporaryFile {
  readonly path: string;
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
    const match = entry.kind === 'file' ? NAME.exec(entry.name) : null;
    if (match === null) continue;
    const path = host.paths.join(directory, entry.name);
    const status = await host.files.status(path);
    if (!status.ok) continue;
    const sameMachine = match[1] === host.process.machine;
    const gone = sameMachine && !host.process.isRunning(Number(match[2]));
    const old = host.now() - status.value.modified > ABANDONED_AFTER_MS;
    found.push({ path, identity: status.value.identity, abandoned: gone || old });
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
