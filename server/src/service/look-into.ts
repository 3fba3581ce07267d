/** The host files that a deployment mounts, looked into: what they are, who can read them, how git sees them. */
import type { Glance } from '../host/glance';
import type { Host } from '../host/host';
import type { Deployment, RequirementState } from '../mender/deployment';
import { hostFileOf } from '../mender/deployment';
import { containerAccess, hostAccess } from '../pki/access';
import type { FactsCache } from '../pki/facts';
import type { GitView } from '../pki/git-tracking';
import type { MountedFile } from '../rules/rule';

export interface Lookers {
  /** The disk as it is for this run. */
  readonly glance: Glance;
  readonly paths: Host['paths'];
  readonly facts: Pick<FactsCache, 'facts'>;
  readonly git: GitView;
}

/** The user that a layout's token services run as has no groups but 0: Docker gives it that one. */
const GROUPS: readonly number[] = [0];

/** What is known of the file behind each requirement. Costs a few stats for files that stay as they were. */
export async function lookInto(
  { services, layout }: Deployment,
  { glance, paths, facts, git }: Lookers,
): Promise<ReadonlyMap<RequirementState, MountedFile>> {
  const result = new Map<RequirementState, MountedFile>();
  const states = services.flatMap((service) => service.states);
  await Promise.all(
    states.map(async (state) => {
      const { hostFile, mount, requirement } = state;
      if (hostFile === undefined || mount === undefined) return;
      const isKey = requirement.kind === 'private-key' || requirement.kind === 'token-key';
      const known = await facts.facts(hostFile);
      if (!isKey || known.state !== 'file') {
        result.set(state, {
          facts: known,
          access: undefined,
          readableInContainer: undefined,
          git: undefined,
        });
        return;
      }
      const uid = requirement.kind === 'token-key' ? (layout.containerUid ?? 0) : 0;
      const [access, readableInContainer, standing] = await Promise.all([
        hostAccess(glance, paths, hostFile),
        containerAccess(glance, paths, {
          path: hostFile,
          mounted: hostFileOf(mount) ?? hostFile,
          user: { uid, gids: GROUPS },
        }),
        git.standing(hostFile, glance),
      ]);
      result.set(state, { facts: known, access, readableInContainer, git: standing });
    }),
  );
  return result;
}
