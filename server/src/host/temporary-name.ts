/** The names that files are written under before they get their own: told from everything else, and whose they are. */
import { randomBytes } from 'node:crypto';
import type { RunningProcess } from './host';

/** `key`: new key material. `text`: the next text of a file that is replaced. */
export type TemporaryKind = 'key' | 'text';

const NAME = /^\.mender-compose-([0-9a-f]+)-([1-9]\d*)-[0-9a-f]{16}(\.text)?\.tmp$/;

/** A new name: `.mender-compose-<machine>-<process>-<random>.tmp`, `.text.tmp` for texts. */
export function newTemporaryName(
  writer: Pick<RunningProcess, 'machine' | 'id'>,
  kind: TemporaryKind,
): string {
  const random = randomBytes(8).toString('hex');
  return `.mender-compose-${writer.machine}-${writer.id}-${random}${kind === 'text' ? '.text' : ''}.tmp`;
}

/** Who writes under a name, and what; undefined for every name that isn't one of ours. */
export function readTemporaryName(
  name: string,
): { readonly machine: string; readonly id: number; readonly kind: TemporaryKind } | undefined {
  const match = NAME.exec(name);
  if (match?.[1] === undefined) return undefined;
  return { machine: match[1], id: Number(match[2]), kind: match[3] === undefined ? 'key' : 'text' };
}
