/** How a new token key comes to its service and to nobody else: which directory keeps others out, and whose file it is. */
import { memo } from '../cache/memo';
import type { Stack } from '../compose/types';
import type { RequirementState } from '../mender/model/deployment';
import { hostFileOf } from '../mender/model/queries';
import { directoryMountOf } from '../mender/requirements/accepted-keys';
import { containerUser } from '../mender/requirements/container-user';
import type { KeyAccess } from '../pki/generate/requests';
import { relativeWithin } from '../platform/is-within';
import { freePath, readerOf, shownPath } from './file-paths';
import type { FixContext, ModeChange } from './types';

/** What an order has to know, and what has to be set first. */
export interface Access {
  readonly access: KeyAccess;
  readonly modes: readonly ModeChange[];
}

/** A directory of the host that a container gets as a whole, or in one that it gets so. */
export interface InMount {
  readonly onHost: string;
  /** What is mounted: `onHost` or a directory above it. */
  readonly mounted: string;
}

/** The same, where a service looks for its signing key in it. */
export interface MountedKeys extends InMount {
  /** Container path of the directory of the signing key. */
  readonly directory: string;
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
  { onHost, mounted }: InMount,
  state: RequirementState,
  context: FixContext,
): Promise<Access | string> {
  const { around, deployment } = context;
  if (context.directory !== undefined && around.paths.relative(onHost, context.directory) !== '') {
    return `The new key of ${state.service.name} must be in ${shownPath(onHost, context)}, because the whole directory is mounted: no other directory can be selected.`;
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
  return `No key is created in ${shownPath(onHost, context)}: ${state.service.name} runs as ${who}, and the whole directory is mounted, so every user of this host could read the key. Move the directory into a directory that others cannot enter (chmod 700) and mount it from there, or run this as root.`;
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
 * A free path for a new private key that is mounted as a file, as `freePath`: not in a directory that a container gets
 * as a whole, where others would find it. Where a service of another user has to read it, that is in a directory that
 * keeps the host's other users out: the one asked for, or `private` in it, which is closed if need be.
 */
export async function freeKeyPath(
  state: RequirementState,
  asked: string,
  name: string,
  context: FixContext,
): Promise<{ readonly path: string; readonly modes: readonly ModeChange[] }> {
  const { around } = context;
  const directory = asked === context.directory ? asked : outsideOfMounts(asked, context);
  if (readerOf(state, context) === 'owner' || (await around.guards(directory))) {
    return { path: await freePath(directory, name, context), modes: [] };
  }
  const inner = around.paths.join(directory, 'private');
  const modes = (await around.guards(inner)) ? [] : [{ path: inner, mode: 0o700 }];
  return { path: await freePath(inner, name, context), modes };
}

function outsideOfMounts(directory: string, context: FixContext): string {
  const { paths } = context.around;
  const mounted = mountedAbove(directory, context);
  if (mounted === undefined) return directory;
  const above = paths.dirname(mounted);
  return isBelowProject(above, context) ? above : paths.join(above, 'private');
}

/** The outermost directory below the project directory that some container gets as a whole and that a directory is, or lies in. */
export function mountedAbove(directory: string, context: FixContext): string | undefined {
  const { paths } = context.around;
  const sources = mountedOf(context);
  let outermost: string | undefined;
  for (let at = paths.resolve(directory); ; at = paths.dirname(at)) {
    const source = sources.get(folded(at, context));
    // What mounts all of the project, of the home directory or of the disk looks after itself.
    if (source !== undefined && isBelowProject(source, context)) outermost = source;
    if (paths.dirname(at) === at) return outermost;
  }
}

const mounted = memo((_: Stack): { found?: ReadonlyMap<string, string> } => ({}));

/** The host paths that containers get, by themselves as one compares them. */
function mountedOf(context: FixContext): ReadonlyMap<string, string> {
  const { stack } = context.deployment;
  const known = mounted(stack);
  if (known.found) return known.found;
  const sources = [...stack.services.values()].flatMap(({ mounts }) =>
    mounts.flatMap((mount) => hostFileOf(mount) ?? mount.device?.path ?? []),
  );
  const found = new Map(
    sources.map((source) => [folded(context.around.paths.resolve(source), context), source] as const),
  );
  known.found = found;
  return found;
}

const folded = (path: string, { around }: FixContext) =>
  around.platform === 'windows' ? path.toLowerCase() : path;

/** Whether a directory can be closed to the host's other users: below the project directory, and no container's. */
export function canClose(directory: string, context: FixContext): boolean {
  return isBelowProject(directory, context) && mountedAbove(directory, context) === undefined;
}

/** The project directory itself stays open: others may work in it. */
export function isBelowProject(path: string, { around, deployment }: FixContext): boolean {
  const project = deployment.stack.projectDirectory;
  return project !== undefined && (relativeWithin(around.paths, project, path) ?? '') !== '';
}
