/** Keys that a service accepts because they lie in a directory that is mounted: told by the disk, not by compose files. */

import { memo } from '../../cache/memo';
import { type KeyInDirectory, withAccepted } from '../../mender/deployment';
import type { RequirementState } from '../../mender/model/deployment';
import { hostFileOf } from '../../mender/model/queries';
import { besidesAmong, mountedDirectory } from '../../mender/requirements/accepted-keys';
import type { Host } from '../../platform/platform';
import type { Analysis } from './run-rules';

/** Files of one directory that are looked among. */
const MAX_FILES = 1000;

/** The same keys give the same deployment: what is known of it stays known. */
const known = memo((_: Analysis): { last?: { readonly key: string; readonly analysis: Analysis } } => ({}));

/** An analysis whose deployment has these keys too; itself where there are none. Asks for mounted key directories alone. */
export async function withKeysOnDisk(
  analysis: Analysis,
  host: Pick<Host, 'files' | 'paths'>,
): Promise<Analysis> {
  const found = new Map<RequirementState, readonly KeyInDirectory[]>();
  for (const state of analysis.deployment.services.flatMap(({ states }) => states)) {
    if (state.requirement.kind !== 'token-key' || state.requirement.accepted) continue;
    const place = mountedDirectory(state);
    const source = place && hostFileOf(place.mount);
    if (!place || source === undefined) continue;
    const onHost = host.paths.join(source, place.directory.slice(place.mount.target.length));
    const listed = await host.files.list(onHost);
    if (!listed.ok) continue;
    const names = listed.value
      .map(({ name }) => name)
      .sort()
      .slice(0, MAX_FILES);
    const keys = besidesAmong(names, state, place).map((key) => ({
      ...key,
      mount: place.mount,
      hostFile: host.paths.join(onHost, host.paths.basename(key.target)),
    }));
    if (keys.length > 0) found.set(state, keys);
  }
  if (found.size === 0) return analysis;
  const key = JSON.stringify(
    [...found].map(([{ service }, keys]) => [service.name, keys.map(({ target }) => target)]),
  );
  const before = known(analysis).last;
  if (before?.key === key) return before.analysis;
  const richer = { ...analysis, deployment: withAccepted(analysis.deployment, found) };
  known(analysis).last = { key, analysis: richer };
  return richer;
}
