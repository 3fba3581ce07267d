/** The names of what a run keeps on the disk only while it writes: distinct from everything else, and whose they are. */
import { randomBytes } from 'node:crypto';
import type { RunningProcess } from '../platform';

/** `file`: a file that has its own name only when it is whole. `journal`: what the run is about. */
export type TemporaryKind = 'file' | 'journal';

const ENDINGS: Readonly<Record<TemporaryKind, string>> = { file: 'tmp', journal: 'journal' };
const NAME = /^\.mender-compose-([0-9a-f]+)-([1-9]\d*)-[0-9a-f]{16}\.(tmp|journal)$/;

/** A new name: `.mender-compose-<machine>-<process>-<random>.tmp`, or `.journal`. */
export function newTemporaryName(
  writer: Pick<RunningProcess, 'machine' | 'id'>,
  kind: TemporaryKind,
): string {
  const random = randomBytes(8).toString('hex');
  return `.mender-compose-${writer.machine}-${writer.id}-${random}.${ENDINGS[kind]}`;
}

/** Who writes under a name, and what; undefined for every name that isn't one of ours. */
export function readTemporaryName(
  name: string,
): { readonly machine: string; readonly id: number; readonly kind: TemporaryKind } | undefined {
  const match = NAME.exec(name);
  if (match?.[1] === undefined) return undefined;
  return { machine: match[1], id: Number(match[2]), kind: match[3] === 'tmp' ? 'file' : 'journal' };
}
