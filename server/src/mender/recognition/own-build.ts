/** Services whose program is the user's own: which files it reads can't be known. */

import { ofService } from '../../compose/loader/located-service';
import type { Service } from '../../compose/types';
import { roles } from '../releases/roles';

/** Other people's images that Mender's own compose files run in these roles. */
const KNOWN: readonly string[] = ['traefik', 'openresty', 'nginx', 'storage-proxy'];

/**
 * True for a service that is built, has an entry point of its own, or runs an image that is neither Mender's nor one that
 * Mender's files run. A registry or a mirror before the name of such an image makes it none of the user's own; a service
 * without an image, as in snippets and overlays, is what its name says.
 */
export const isOwnBuild = ofService(({ image, hasBuild, hasEntrypoint }: Service): boolean => {
  if (hasBuild || hasEntrypoint) return true;
  // With a variable in it, it may be any.
  if (image === undefined || image.value === '' || image.raw.includes('$')) return false;
  const [name = ''] = image.value.split('@');
  const last = name.slice(name.lastIndexOf('/') + 1).split(':', 1)[0] ?? '';
  const component = last.replace(/^mender-/, '').replace(/-enterprise$/, '');
  return ![...KNOWN, ...roles.flatMap(({ images }) => images)].some(
    (known) => component === known || last === known,
  );
});
