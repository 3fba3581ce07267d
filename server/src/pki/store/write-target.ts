/** Where a new file would really go: symbolic links resolved, and never out of the project. */

import { isWithin } from '../../platform/is-within';
import type { Host } from '../../platform/platform';

/** A path that may be written. All paths are real: no symbolic link is in them. */
export interface WriteTarget {
  /** as it was asked for; the one to name in messages */
  readonly asked: string;
  readonly directory: string;
  readonly path: string;
  /** Directories to be made first, outermost first; empty when all are there. */
  readonly missing: readonly string[];
}

export type WriteTargetAnswer =
  | { readonly ok: true; readonly target: WriteTarget }
  | { readonly ok: false; readonly message: string };

/** The real path of the directory that nothing is written outside of. */
export async function realRoot(
  host: Host,
  root: string,
): Promise<{ readonly ok: true; readonly root: string } | { readonly ok: false; readonly message: string }> {
  const status = await host.files.status(root);
  const real = await host.files.realPath(root);
  if (!status.ok || !real.ok || status.value.kind !== 'directory') {
    return {
      ok: false,
      message: `${root} is not a readable directory, so no key can be created in it.`,
    };
  }
  return { ok: true, root: real.value };
}

/** The directory, or the directories, that nothing is written outside of, by their real paths. */
export type Root = string | readonly string[];

/**
 * The real paths of directories. One that isn't there yet lies where its real parent is; one that isn't known is left
 * out.
 */
export async function realRoots(host: Host, roots: readonly string[]): Promise<readonly string[]> {
  const { paths } = host;
  const found: string[] = [];
  for (const root of roots) {
    const missing: string[] = [];
    let there = root;
    while ((await host.writer.nameKind(there)) === 'missing' && paths.dirname(there) !== there) {
      missing.unshift(paths.basename(there));
      there = paths.dirname(there);
    }
    const real = await host.files.realPath(there);
    if (real.ok) found.push(paths.join(real.value, ...missing));
  }
  return found;
}

/** Finds where `asked` really is, and refuses when that is not below `root` (which is real already). */
export async function findWriteTarget(host: Host, root: Root, asked: string): Promise<WriteTargetAnswer> {
  const { paths } = host;
  const refuse = (message: string): WriteTargetAnswer => ({ ok: false, message });
  if (!paths.isAbsolute(asked) || asked.includes('\0')) {
    return refuse(`${asked.replaceAll('\0', '')} is not an absolute path, so nothing was created.`);
  }
  const absolute = paths.resolve(asked);
  const missing: string[] = [];
  let ancestor = paths.dirname(absolute);
  while ((await host.writer.nameKind(ancestor)) === 'missing') {
    const above = paths.dirname(ancestor);
    if (above === ancestor) return refuse(`${asked}: no such drive or root directory.`);
    missing.unshift(paths.basename(ancestor));
    ancestor = above;
  }
  const real = await host.files.realPath(ancestor);
  if (!real.ok) {
    const reason = real.problem === 'denied' ? 'is not accessible' : 'is a symbolic link that leads nowhere';
    return refuse(`${ancestor} ${reason}, so ${asked} was not created.`);
  }
  const made = missing.map((_, index) => paths.join(real.value, ...missing.slice(0, index + 1)));
  const directory = made.at(-1) ?? real.value;
  const roots = typeof root === 'string' ? [root] : root;
  if (!roots.some((each) => isWithin(paths, each, directory))) {
    return refuse(
      `${asked} would be written to ${directory}, which is outside of ${roots.join(' and ')}. ` +
        'Use a path inside, or allow that directory.',
    );
  }
  const status = await host.files.status(real.value);
  if (!status.ok || status.value.kind !== 'directory') {
    return refuse(`${ancestor} is not a directory, so ${asked} cannot be created in it.`);
  }
  return {
    ok: true,
    target: { asked, directory, path: paths.join(directory, paths.basename(absolute)), missing: made },
  };
}

/** Whether a directory of a target is still itself: nobody has put a symbolic link into its path meanwhile. */
export async function isUnmoved(host: Host, target: WriteTarget): Promise<boolean> {
  const real = await host.files.realPath(target.directory);
  return real.ok && host.paths.relative(target.directory, real.value) === '';
}

/**
 * Whether `directory`, or one above it, keeps all but its owner from what is inside. One that is still to be made
 * will: ours are 0700. True on Windows, which has no modes.
 */
export async function isGuarded(host: Host, directory: string): Promise<boolean> {
  if (host.platform === 'windows') return true;
  if ((await host.writer.nameKind(directory)) === 'missing') return true;
  const real = await host.files.realPath(directory);
  // What leads nowhere, or may not be entered, is refused when something is to be made in it.
  if (!real.ok) return true;
  for (let at = real.value; ; at = host.paths.dirname(at)) {
    const status = await host.files.status(at);
    if (!status.ok || status.value.mode === undefined) return false;
    if ((status.value.mode & 0o011) === 0) return true;
    if (host.paths.dirname(at) === at) return false;
  }
}
