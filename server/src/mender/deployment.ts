/** A stack seen through a layout: which service plays which role, and which mount meets which requirement. */

import { ofService } from '../compose/loader/located-service';
import type { EnvironmentVariable, Mount, Service, Stack } from '../compose/types';
import { isAtOrAbove } from './model/container-path';
import type { Deployment, MenderComponent, RequirementState } from './model/deployment';
import type { Requirement, RoleId } from './model/layout';
import { hostFileOf, targetIsUnknown } from './model/queries';
import { menderImage } from './recognition/image';
import { isOwnBuild } from './recognition/own-build';
import { recogniseRelease } from './recognition/recognise-release';
import { recogniseRoles } from './recognition/recognise-roles';
import { targetsOf } from './releases/index';
import { type AcceptedKey, fallbackKey, mountedBesides, variableNames } from './requirements/accepted-keys';
import { isNeeded, type NeedContext } from './requirements/is-needed';

export interface DeploymentOptions {
  /** The release to see it through (`3.7`, `3.7.0`, `4.0`, a layout's id); undefined: as recognised. */
  readonly release: string | undefined;
  readonly join: (directory: string, name: string) => string;
}

/** Reads a stack through the layout of its release. Pure. */
export function deploymentOf(stack: Stack, options: DeploymentOptions): Deployment {
  const recognition = recogniseRelease(stack, options.release);
  const { layout } = recognition;
  const recognised = recogniseRoles(stack);
  const needs: NeedContext = { stack, layout, roles: recognised };
  const services: MenderComponent[] = [];
  const byRole = new Map<RoleId, Requirement[]>();
  for (const [service, role] of recognised) {
    if (service.inactive) continue;
    const needed = byRole.get(role.id) ?? layout.requirements.filter((each) => each.role === role.id);
    byRole.set(role.id, needed);
    services.push({
      service,
      role,
      states: needed.flatMap((requirement) => {
        const state = stateOf(requirement, service, needs, options);
        return requirement.kind === 'token-key' ? [state, ...acceptedStates(state, needs, options)] : [state];
      }),
    });
  }
  return { stack, layout, recognition, services, isMender: recognised.size > 0 };
}

function stateOf(
  requirement: Requirement,
  service: Service,
  needs: NeedContext,
  options: DeploymentOptions,
): RequirementState {
  const { pathVariable } = requirement;
  // Most services don't set it: their variables need not be put where they stand.
  const isSet = pathVariable !== undefined && variableNames(service).has(pathVariable);
  const variable = isSet ? service.environment.get(pathVariable) : undefined;
  const { target, index } = meetingOf(requirement, service, variable);
  const mount = service.mounts[index];
  if (mount) {
    const source = hostFileOf(mount);
    if (mount.target === target)
      return { requirement, service, target, variable, mount, hostFile: source, how: 'file' };
    const hostFile = source && options.join(source, target.slice(mount.target.length + 1));
    return { requirement, service, target, variable, mount, hostFile, how: 'directory' };
  }
  const base = { requirement, service, target, variable, mount: undefined, hostFile: undefined };
  const needed = isNeeded(requirement, service, needs);
  if (needed === 'no') return { ...base, how: 'not-needed' };
  // A variable without value in a container path, or in the variable that names it: it might be right. A path that is
  // not absolute starts where the service does, which is not known.
  const unknown =
    needed === 'unknown' ||
    isOwnBuild(service) ||
    service.partial ||
    service.unread.some((path) => isAtOrAbove(path, target)) ||
    needs.stack.incomplete ||
    (variable?.unresolved.length ?? 0) > 0 ||
    !target.startsWith('/') ||
    service.mounts.some(targetIsUnknown);
  return { ...base, how: unknown ? 'unknown' : 'none' };
}

/** How the keys stand whose tokens are accepted beside those of a signing key, as far as the compose files tell. */
function acceptedStates(
  signing: RequirementState,
  needs: NeedContext,
  options: DeploymentOptions,
): readonly RequirementState[] {
  const fallback = fallbackKey(signing);
  return [...(fallback ? [fallback] : []), ...mountedBesides(signing)].map(({ requirement }) =>
    stateOf(requirement, signing.service, needs, options),
  );
}

/** A key in a directory that is mounted. */
export interface KeyInDirectory extends AcceptedKey {
  readonly mount: Mount;
  readonly hostFile: string;
}

/** A deployment in which further keys are known to be accepted, by the signing key that they lie beside. */
export function withAccepted(
  deployment: Deployment,
  found: ReadonlyMap<RequirementState, readonly KeyInDirectory[]>,
): Deployment {
  const services = deployment.services.map((mender): MenderComponent => {
    const more = mender.states.flatMap((signing) =>
      (found.get(signing) ?? []).map(
        ({ requirement, target, mount, hostFile }): RequirementState => ({
          requirement,
          service: mender.service,
          target,
          mount,
          hostFile,
          how: 'directory',
          variable: undefined,
        }),
      ),
    );
    return more.length > 0 ? { ...mender, states: [...mender.states, ...more] } : mender;
  });
  return { ...deployment, services };
}

/** Which of a service's mounts meets a requirement: -1 for none, with the path where the service looks first. */
interface Meeting {
  readonly target: string;
  readonly index: number;
}

const meetings = ofService(() => new Map<Requirement, Meeting>());

function meetingOf(
  requirement: Requirement,
  service: Service,
  variable: EnvironmentVariable | undefined,
): Meeting {
  const known = meetings(service);
  const before = known.get(requirement);
  if (before) return before;
  const paths = pathsOf(requirement, service, variable);
  let found: Meeting = { target: paths[0], index: -1 };
  for (const target of paths) {
    const index = nearestMount(service.mounts, target);
    if (index < 0) continue;
    found = { target, index };
    break;
  }
  known.set(requirement, found);
  return found;
}

/** The first of the mounts at a path, or at the longest path above it; -1 for none. */
function nearestMount(mounts: readonly Mount[], path: string): number {
  let nearest = -1;
  let length = -1;
  mounts.forEach(({ type, target }, index) => {
    if (type === 'tmpfs' || !isAtOrAbove(target, path) || target.length <= length) return;
    nearest = index;
    length = target.length;
  });
  return nearest;
}

/** Where the service looks, the surest path first; more than one only where it can't be told which. */
function pathsOf(
  requirement: Requirement,
  service: Service,
  variable: EnvironmentVariable | undefined,
): readonly [string, ...string[]] {
  if (variable && variable.unresolved.length === 0 && variable.value) return [variable.value];
  // A certificate to trust is read from wherever the variable says: without it, where Mender's files put it.
  if (requirement.kind === 'trusted-certificate') return [requirement.target];
  const { enterprise, imageDefault, target, accepted } = requirement;
  if (accepted) return [target];
  const image = menderImage(service);
  if (image === undefined) {
    // Another's build of the image: either edition's path will do, and a new mount goes to the usual one.
    return [
      imageDefault,
      ...targetsOf(requirement).filter((path) => path !== imageDefault && path !== target),
    ];
  }
  if (!image.enterprise || !enterprise) return [imageDefault];
  return enterprise.certain ? [enterprise.imageDefault] : [imageDefault, enterprise.imageDefault];
}
