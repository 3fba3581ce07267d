/** New files of a run: written under temporary names, then given their own, never over anything. */

import { readTemporaryName } from '../../platform/node/temporary-name';
import type { Host, WriteAnswer } from '../../platform/platform';
import { type FileEntry, hashOf, type Phase } from './journal';

/** What the name itself is, no link followed; undefined where it is no file. */
export async function identityAt(
  path: string,
  { files, writer }: Host,
): Promise<
  { readonly identity: string; readonly size: number; readonly uid: number | undefined } | undefined
> {
  if ((await writer.nameKind(path)) !== 'file') return undefined;
  const status = await files.status(path);
  return status.ok ? status.value : undefined;
}

/**
 * Gives a file that is whole its name. Where there are no hard links, an empty file takes the name first, which can't be
 * done over anything, and is replaced by the whole one in one step: nobody ever sees a part. `hold` records that before.
 */
export async function giveName(
  { path, temporary }: Pick<FileEntry, 'path' | 'temporary'>,
  mode: number,
  host: Host,
  hold: () => Promise<void>,
): Promise<WriteAnswer> {
  const { writer } = host;
  const linked = await writer.link(temporary, path);
  if (linked.ok || linked.problem !== 'unsupported') return linked;
  await hold();
  const held = await writer.createFile(path, new Uint8Array(), mode, 'real');
  return held.ok ? replaceHeld(temporary, path, host) : held;
}

/** Puts a whole file in the place of the empty one that holds its name. */
export async function replaceHeld(temporary: string, path: string, host: Host): Promise<WriteAnswer> {
  const renamed = await host.writer.rename(temporary, path);
  if (!renamed.ok && (await isEmpty(path, host))) await host.writer.remove(path);
  return renamed;
}

/** Whether a name is that of an empty file of ours: nothing is lost with it. */
export async function isEmpty(path: string, host: Host): Promise<boolean> {
  const found = await identityAt(path, host);
  return found !== undefined && found.size === 0 && found.uid === host.process.user;
}

/** Whether a file has its name: the very one that was written, or the same where the file system renumbers its files. */
export async function hasItsName(entry: FileEntry, { identities }: Phase, host: Host): Promise<boolean> {
  const found = await identityAt(entry.path, host);
  if (found === undefined || found.size !== entry.size) return false;
  if (found.identity === identities.get(entry.temporary)) return true;
  return isWhole(entry.path, entry, host);
}

/** Whether the file at `path` holds what it should. */
export async function isWhole(path: string, { size, hash }: FileEntry, { files }: Host): Promise<boolean> {
  const read = await files.read(path, size);
  if (!read.ok) return false;
  const whole = read.value.length === size && hashOf(read.value) === hash;
  read.value.fill(0);
  return whole;
}

/** Removes a temporary file if it still is the one that was made: by its name, its owner and its identity. */
export async function removeTemporary(entry: FileEntry, { identities }: Phase, host: Host): Promise<void> {
  const { temporary, size } = entry;
  if (readTemporaryName(host.paths.basename(temporary))?.kind !== 'file') return;
  const found = await identityAt(temporary, host);
  if (found === undefined || found.size > size) return;
  // Until the identities are recorded, nothing is written into the files, and none is given away.
  const ours = found.identity === identities.get(temporary) || (await isEmpty(temporary, host));
  if (ours) await host.writer.remove(temporary);
}
