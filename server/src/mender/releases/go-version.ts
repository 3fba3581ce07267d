/** Which Go the token services are built with, as far as it decides whether a key loads. */
import type { Recognition } from '../model/deployment';
import type { RoleId } from '../model/layout';

/** `before`: 1.23 or earlier. `since`: 1.24 or later. `either`: not known. */
export type TokenGo = 'before' | 'since' | 'either';

/**
 * Mender 4.0.2 is the first release that is built with Go 1.24 (run: the loaders of 15 versions). Tenant administration is
 * closed: nothing is known of it.
 */
export function tokenGoOf({ release = '' }: Pick<Recognition, 'release'>, role: RoleId | 'any'): TokenGo {
  const versions = release.match(/\d{1,4}(?:\.\d{1,4}){1,2}/g) ?? [];
  const [first = 'either', ...others] = versions.map(goOf);
  return role !== 'tenantadm' && others.every((each) => each === first) ? first : 'either';
}

function goOf(version: string): TokenGo {
  const [major = 0, minor = 0, patch] = version.split('.').map(Number);
  if (major !== 4 || minor !== 0) return major < 4 ? 'before' : 'since';
  if (patch === undefined) return 'either';
  return patch < 2 ? 'before' : 'since';
}
