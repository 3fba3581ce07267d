/** Keys whose tokens a service accepts beside those of its signing key: what the compose files, and a directory, tell of them. */

import { memo } from '../../cache/memo';
import { ofService } from '../../compose/loader/located-service';
import type { Mount, Service } from '../../compose/types';
import { directoryOf, isAtOrAbove, nameOf } from '../model/container-path';
import type { RequirementState } from '../model/deployment';
import type { Requirement } from '../model/layout';

/** The names of a service's variables: asked for far more often than their places. */
export const variableNames = ofService(({ environment }) => new Set(environment.keys()));

/** A key that is accepted: what is asked of it, and where the service looks. */
export interface AcceptedKey {
  readonly requirement: Requirement;
  readonly target: string;
}

/** The number in a key's name, which is its id; undefined for a name without one. */
export function keyNumber(path: string, { rotation, besides }: Requirement): number | undefined {
  const found = (rotation?.fileName ?? besides)?.exec(nameOf(path));
  const number = Number(found?.[1] || Number.NaN);
  // What is no number to the service has none: an id is 32 bits wide at least.
  return number < 2 ** 31 ? number : undefined;
}

/** The key that the fallback variable names; undefined where it names none, or the signing key itself. */
export function fallbackKey({ requirement, service, target }: RequirementState): AcceptedKey | undefined {
  const { fallbackVariable } = requirement;
  if (fallbackVariable === undefined || !variableNames(service).has(fallbackVariable)) return undefined;
  const variable = service.environment.get(fallbackVariable);
  if (!variable?.value || variable.unresolved.length > 0 || variable.value === target) return undefined;
  return { requirement: fallbackRequirement(requirement, variable.value), target: variable.value };
}

/**
 * The keys that mounts of their own put beside the signing key under names that the release loads, and the key at the
 * image's own path, which user administration takes for number 0 where the signing key has another.
 */
export function mountedBesides(state: RequirementState): readonly AcceptedKey[] {
  return state.service.mounts.flatMap(({ target, type }) =>
    type !== 'tmpfs' && isBeside(target, state)
      ? { requirement: besideRequirement(state.requirement, target), target }
      : [],
  );
}

/** The directory of a signing key, mounted as one. */
export interface KeyDirectory {
  readonly mount: Mount;
  /** The container path of the signing key's directory. */
  readonly directory: string;
}

/** The same, where the release looks in it for further keys. */
export function mountedDirectory(state: RequirementState): KeyDirectory | undefined {
  const { requirement, service } = state;
  return requirement.besides && !hasOtherPattern(requirement, service) ? directoryMountOf(state) : undefined;
}

/** The directory of the signing key, where it is mounted, or lies in one that is; undefined where it isn't. */
export function directoryMountOf({ service, target }: RequirementState): KeyDirectory | undefined {
  const directory = directoryOf(target);
  let mount: Mount | undefined;
  for (const each of service.mounts) {
    if (isAtOrAbove(each.target, directory) && each.target.length > (mount?.target.length ?? 0)) mount = each;
  }
  return mount && { mount, directory };
}

/** The keys among the files of a mounted directory; `names` are those that are in it. */
export function besidesAmong(
  names: readonly string[],
  state: RequirementState,
  { directory }: KeyDirectory,
): readonly AcceptedKey[] {
  const taken = new Set(state.service.mounts.map(({ target }) => target));
  return names.flatMap((name) => {
    const target = `${directory === '/' ? '' : directory}/${name}`;
    if (taken.has(target) || !isBeside(target, state)) return [];
    return { requirement: besideRequirement(state.requirement, target), target };
  });
}

function isBeside(target: string, { requirement, service, target: signing }: RequirementState): boolean {
  if (!requirement.besides || target === signing || hasOtherPattern(requirement, service)) return false;
  if (directoryOf(target) === directoryOf(signing) && requirement.besides.test(nameOf(target))) return true;
  // Source: mendersoftware/useradm@1.22.0:server.go, which loads it before the one that the variable names.
  return (
    requirement.rotation !== undefined &&
    target === requirement.imageDefault &&
    (keyNumber(signing, requirement) ?? 0) !== 0
  );
}

/** With a pattern of the user's own, which files are loaded isn't known. */
function hasOtherPattern({ rotation }: Requirement, service: Service): boolean {
  return rotation !== undefined && variableNames(service).has(rotation.patternVariable);
}

/** Requirements are compared by identity: one for each path. */
const derived = memo((_from: Requirement) => new Map<string, Requirement>());

function derive(from: Requirement, key: string, make: () => Requirement): Requirement {
  const known = derived(from);
  const requirement = known.get(key) ?? make();
  known.set(key, requirement);
  return requirement;
}

function fallbackRequirement(signing: Requirement, target: string): Requirement {
  return derive(signing, `fallback ${target}`, () => ({
    ...ofKind(signing, target),
    id: `${signing.id}-fallback`,
    pathVariable: signing.fallbackVariable,
    accepted: 'fallback',
    title: 'fallback token key',
    consequence: `stops at start, because ${signing.fallbackVariable} names this key`,
  }));
}

function besideRequirement(signing: Requirement, target: string): Requirement {
  return derive(signing, `beside ${target}`, () => ({
    ...ofKind(signing, target),
    id: `${signing.id}-${nameOf(target)}`,
    pathVariable: undefined,
    accepted: 'numbered',
    title: `token key ${nameOf(target)}`,
    consequence: 'does not accept the tokens that were signed with this key',
  }));
}

function ofKind(signing: Requirement, target: string): Requirement {
  return {
    ...signing,
    target,
    imageDefault: target,
    alternatives: [],
    enterprise: undefined,
    fallbackVariable: undefined,
    rotation: undefined,
    besides: undefined,
    need: 'always',
  };
}
