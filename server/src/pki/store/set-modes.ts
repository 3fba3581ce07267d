/** Permission bits set on the host, all of them or none. */
import type { Host } from '../../platform/platform';
import { findWriteTarget, type Root, realRoots } from './write-target';

export interface ModeOrder {
  /** absolute; a file or a directory that exists, inside the project */
  readonly path: string;
  readonly mode: number;
}

export type ModesAnswer =
  | {
      readonly ok: true;
      /** Puts back what was; for when a later step fails. */
      readonly undo: () => Promise<void>;
    }
  | { readonly ok: false; readonly message: string };

/**
 * Sets modes in their order. A path that leads out of `root`, is a symbolic link or isn't there is refused, and what
 * was set before is put back. Messages name the path and what to do.
 */
export async function setModes(orders: readonly ModeOrder[], host: Host, root: Root): Promise<ModesAnswer> {
  const real = await realRoots(host, typeof root === 'string' ? [root] : root);
  const before: ModeOrder[] = [];
  const undo = async () => {
    for (const { path, mode } of before.reverse()) await host.writer.setMode(path, mode);
  };
  for (const { path, mode } of orders) {
    const message = await setOne(path, mode, host, real, before);
    if (message === undefined) continue;
    await undo();
    return { ok: false, message: `${message} Nothing was changed.` };
  }
  return { ok: true, undo };
}

async function setOne(
  path: string,
  mode: number,
  host: Host,
  root: Root,
  before: ModeOrder[],
): Promise<string | undefined> {
  const found = await findWriteTarget(host, root, path);
  if (!found.ok) return found.message;
  const target = found.target.path;
  const kind = await host.writer.nameKind(target);
  // A directory that is still to be made is made closed.
  if (kind === 'missing') return undefined;
  if (kind !== 'file' && kind !== 'directory') {
    return `${path} is neither a file nor a directory, so its permissions were not changed.`;
  }
  const status = await host.files.status(target);
  if (!status.ok || status.value.mode === undefined) return undefined;
  if (status.value.mode === mode) return undefined;
  const set = await host.writer.setMode(target, mode);
  if (!set.ok) return set.message;
  before.push({ path: target, mode: status.value.mode });
  return undefined;
}
