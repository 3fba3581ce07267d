/** The host files that a deployment mounts, looked into: what they are, who can read them, how git sees them. */

import type { GitView } from '../../git/tracking';
import type { Deployment, RequirementState } from '../../mender/model/deployment';
import { hostFileOf, statesOf } from '../../mender/model/queries';
import { type ContainerUser, containerUser } from '../../mender/requirements/container-user';
import type { FileFacts } from '../../pki/files/file-facts-cache';
import { containerAccess, hostAccess } from '../../pki/files/permissions';
import { orElse } from '../../platform/never-rejects';
import type { Host } from '../../platform/platform';
import type { StatCache } from '../../platform/stat-cache';
import type { MountedFile } from '../../rules/support/rule';
import type { Inside } from './run-rules';

export interface Lookers {
  /** The disk as it is for this run. */
  readonly stats: StatCache;
  readonly paths: Host['paths'];
  /** By host path. */
  readonly facts: ReadonlyMap<string, FileFacts>;
  readonly git: GitView;
}

/** Who reads the keys of TLS servers: both start as root. */
const ROOT: ContainerUser = { uid: 0, gids: [0] };

/** The host files behind the requirements of a deployment, each once. */
export function mountedFiles({ services }: Deployment): ReadonlySet<string> {
  const result = new Set<string>();
  for (const { states } of services)
    for (const { hostFile } of states) if (hostFile !== undefined) result.add(hostFile);
  return result;
}

/** What is known of the file behind each requirement. Costs a few stats for files that stay as they were. */
export async function lookInto(
  { services, layout }: Deployment,
  { stats, paths, facts, git }: Lookers,
): Promise<ReadonlyMap<RequirementState, MountedFile>> {
  const result = new Map<RequirementState, MountedFile>();
  const lookAtKey = async (state: RequirementState, path: string, known: FileFacts) => {
    const user = state.requirement.kind === 'token-key' ? containerUser(state.service, layout) : ROOT;
    const [access, readableInContainer, gitStatus] = await Promise.all([
      orElse(() => hostAccess(stats, paths, path), undefined),
      orElse(
        () =>
          user
            ? containerAccess(stats, paths, {
                path,
                mounted: (state.mount && hostFileOf(state.mount)) ?? path,
                user,
              })
            : ('unknown' as const),
        undefined,
      ),
      orElse(() => git.status(path, stats), undefined),
    ]);
    result.set(state, { facts: known, access, readableInContainer, git: gitStatus });
  };
  const keys: Promise<void>[] = [];
  for (const { states } of services) {
    for (const state of states) {
      const { hostFile, requirement } = state;
      const known = hostFile === undefined ? undefined : facts.get(hostFile);
      if (hostFile === undefined || !known) continue;
      const isKey = requirement.kind === 'private-key' || requirement.kind === 'token-key';
      if (isKey && known.state === 'file') keys.push(lookAtKey(state, hostFile, known));
      else
        result.set(state, {
          facts: known,
          access: undefined,
          readableInContainer: undefined,
          git: undefined,
        });
    }
  }
  await Promise.all(keys);
  return result;
}

/** Milliseconds for which the time of an answer is as good as now. */
const MOMENT = 60_000;

/** Whether the files behind a deployment's mounts are as they were, and it is still about the same time. */
export function isSameInside(before: Inside, now: Inside, deployment: Deployment): boolean {
  const passed = now.now - before.now;
  return (
    passed >= 0 &&
    passed < MOMENT &&
    before.expiresSoonDays === now.expiresSoonDays &&
    statesOf(deployment).every((state) => isSameFile(before.file(state), now.file(state)))
  );
}

function isSameFile(a: MountedFile | undefined, b: MountedFile | undefined): boolean {
  if (!a || !b) return a === b;
  // The facts of a file that stays as it is are the same object; what can't be read is looked at anew.
  const same = a.facts === b.facts || (a.facts.state !== 'file' && isEqual(a.facts, b.facts));
  return same && isEqual({ ...a, facts: undefined }, { ...b, facts: undefined });
}

function isEqual(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
