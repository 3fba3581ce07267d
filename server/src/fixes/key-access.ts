/** How a new token key comes to its service and to nobody else: which directory keeps others out, and whose file it is. */

import { isWithin, relativeWithin } from '../host/within';
import { directoryMountOf } from '../mender/accepted';
import { containerUser } from '../mender/container-user';
import { hostFileOf, type RequirementState } from '../mender/deployment';
import type { KeyAccess } from '../pki/orders';
import type { FixContext, ModeChange } from './draft';
import { readerOf, shownPath } from './place';

/** What an order has to know, and what has to be set first. */
export interface Access {
  readonly access: KeyAccess;
  readonly modes: readonly ModeChange[];
}

/** A directory of the container that the service gets as one, where its signing key is looked for. */
export interface MountedKeys {
  /** Container path of the directory of the signing key. */
  readonly directory: string;
  /** The same on the host. */
  readonly onHost: string;
  /** What of the host is mounted: `onHost` or a directory above it. */
  readonly mounted: string;
}

/**
 * The mounted directory that the signing key lies in, also where the key itself is mounted over its name; undefined
 * where there is none. `unknown`: it is no directory of the host that can be told.
 */
export function mountedKeys(
  state: RequirementState,
  { around: { paths } }: Pick<FixContext, 'around'>,
): MountedKeys | 'unknown' | undefined {
  const place = directoryMountOf(state);
  if (!place) return undefined;
  const mounted = hostFileOf(place.mount);
  if (mounted === undefined) return 'unknown';
  const onHost = paths.join(mounted, place.directory.slice(place.mount.target.length));
  return { directory: place.directory, onHost, mounted };
}

/**
 * For a file in a directory that is mounted: the directory above what is mounted keeps the host's users out, for the
 * mounted one has to let the service in. Where none does and none can be closed, root gives the file to the service's
 * user; else it is told what to do, a whole sentence.
 */
export async function accessInMount(
  { onHost, mounted }: MountedKeys,
  state: RequirementState,
  context: FixContext,
): Promise<Access | string> {
  const { around, deployment } = context;
  if (context.directory !== undefined && around.paths.relative(onHost, context.directory) !== '') {
    return `The new key of ${state.service.name} has to lie in ${shownPath(onHost, context)}, which is mounted as a whole: no other directory can be chosen for it.`;
  }
  if (readerOf(state, context) === 'owner') return { access: {}, modes: [] };
  const user = containerUser(state.service, deployment.layout);
  const above = around.paths.dirname(mounted);
  const access = { reader: 'container', mounted } as const;
  const guarded = await around.guards(above);
  const open = await closedToService(onHost, mounted, user, context);
  if (guarded || canClose(above, context)) {
    const close = guarded ? [] : [{ path: above, mode: 0o700 }];
    return { access, modes: [...close, ...open.map((path) => ({ path, mode: 0o755 }))] };
  }
  const [gid] = user?.gids ?? [];
  if (around.isRoot && user !== undefined && gid !== undefined && open.length === 0) {
    return { access: { ...access, owner: { uid: user.uid, gid } }, modes: [] };
  }
  const who = user === undefined ? 'another user' : `user ${user.uid}`;
  return `No key is made in ${shownPath(onHost, context)}: ${state.service.name} runs as ${who} and gets the directory as a whole, so a key that it can read there is one that every user of this host can read. Move the directory into one of its own that others can't enter (chmod 700) and mount it from there, or run this as root.`;
}

/** The directories from the mounted one down that keep the service out. */
async function closedToService(
  onHost: string,
  mounted: string,
  user: ReturnType<typeof containerUser>,
  { around }: FixContext,
): Promise<readonly string[]> {
  const closed: string[] = [];
  for (let at = onHost; ; at = around.paths.dirname(at)) {
    if (!(await around.lets(user, at))) closed.push(at);
    if (at === mounted || around.paths.dirname(at) === at) return closed.reverse();
  }
}

/**
 * Whether a directory can be closed to the host's other users: it lies below the project directory, and no container
 * gets it, or one that it lies in, as a mounted directory.
 */
export function canClose(directory: string, context: FixContext): boolean {
  if (!isBelowProject(directory, context)) return false;
  const { services, projectDirectory = '' } = context.deployment.stack;
  // What mounts all of the disk, or of the home directory, looks after itself.
  const isOfProject = (path: string) => path === projectDirectory || isBelowProject(path, context);
  return ![...services.values()].some(({ mounts }) =>
    mounts.some((mount) => {
      const source = hostFileOf(mount) ?? mount.device?.path;
      return source !== undefined && isOfProject(source) && isWithin(context.around.paths, source, directory);
    }),
  );
}

/** The project directory itself stays open: others may work in it. */
export function isBelowProject(path: string, { around, deployment }: FixContext): boolean {
  const project = deployment.stack.projectDirectory;
  return project !== undefined && (relativeWithin(around.paths, project, path) ?? '') !== '';
}
