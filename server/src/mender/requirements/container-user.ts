/** Whom a token service runs as in its container: the image's user, unless the compose file says another. */
import type { Service } from '../../compose/types';
import type { Layout } from '../model/layout';

/** A user as a container runs it. */
export interface ContainerUser {
  readonly uid: number;
  /** Groups that it may be in: more than one where that isn't known. */
  readonly gids: readonly number[];
}

const NOBODY = 65_534;

/** The user of a token service; undefined where the compose file names one that can't be known from it. */
export function containerUser({ user }: Service, layout: Layout): ContainerUser | undefined {
  const own = layout.containerUid ?? 0;
  if (user?.known === false) return undefined;
  if (user === undefined || user.value === '') return { uid: own, gids: [layout.containerGid] };
  const [name = '', group] = user.value.split(':', 2);
  const uid = idOf(name);
  const gid = group === undefined ? undefined : idOf(group);
  if (uid === undefined || (group !== undefined && gid === undefined)) return undefined;
  // Docker takes the group of a bare name or number from the image, and 0 where the image doesn't know it.
  return { uid, gids: gid === undefined ? [...new Set([0, layout.containerGid])] : [gid] };
}

/** Names that mean the same number in every image. */
function idOf(name: string): number | undefined {
  if (name === 'root') return 0;
  if (name === 'nobody' || name === 'nogroup') return NOBODY;
  return /^\d{1,10}$/.test(name) ? Number(name) : undefined;
}
