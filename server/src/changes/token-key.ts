/** A token signing key of its own for a service. */
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import type { Layout } from '../mender/model/layout';
import { documentedPath, readerOf } from './file-paths';
import { type Access, accessInMount, canClose, freeKeyPath, mountedAbove, mountedKeys } from './key-access';
import { mountOperation, replaceOperations, repointOperations } from './mount-operations';
import type { FixContext, Part } from './types';

/**
 * Makes the key where it is mounted from, or makes and mounts it; undefined when it is there. Where none can be made
 * that the service reads and others don't, the part makes nothing, and its reminder says why.
 */
export async function completeTokenKey(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Part | undefined> {
  const { planned, around } = context;
  if (state.how === 'unknown' || state.how === 'not-needed' || state.requirement.accepted) return undefined;
  if (planned.isMounted(state)) {
    const file = planned.hostFile(state);
    if (file === undefined || planned.isTaken(file) || (await around.exists(file))) return undefined;
    const found = await accessAt(file, state, context);
    if (typeof found === 'string') return { operations: [], jobs: [], reminders: [found] };
    if (found === undefined) return moved(state, file, mender, context);
    planned.take(file);
    return {
      operations: [],
      jobs: [{ order: { kind: 'token-key', keyPath: file, ...found.access }, mender }],
      modes: found.modes,
      reminders: [],
    };
  }
  const documented = documentedPath(state, context);
  if (documented === undefined) return undefined;
  const { path: keyPath, modes } = await freeKeyPath(
    state,
    around.paths.dirname(documented),
    around.paths.basename(documented),
    context,
  );
  const operation = mountOperation(state, keyPath, mender, context);
  return {
    operations: [operation],
    jobs: [{ order: { kind: 'token-key', keyPath, reader: readerOf(state, context) }, mender }],
    modes,
    reminders: [],
  };
}

/** How the service comes to a key at a path that is given; undefined where it can't, and others can. */
async function accessAt(
  file: string,
  state: RequirementState,
  context: FixContext,
): Promise<Access | string | undefined> {
  if (state.how === 'directory') {
    const keys = mountedKeys(state, context);
    return keys === undefined || keys === 'unknown' ? undefined : accessInMount(keys, state, context);
  }
  const reader = readerOf(state, context);
  const directory = context.around.paths.dirname(file);
  const mounted = mountedAbove(directory, context);
  if (mounted !== undefined) return accessInMount({ onHost: directory, mounted }, state, context);
  if (reader === 'owner' || (await context.around.guards(directory)))
    return { access: { reader }, modes: [] };
  return canClose(directory, context)
    ? { access: { reader }, modes: [{ path: directory, mode: 0o700 }] }
    : undefined;
}

/** The key goes into a directory of its own, and is mounted from there. */
async function moved(
  state: RequirementState,
  file: string,
  mender: MenderComponent,
  context: FixContext,
): Promise<Part | undefined> {
  const { paths } = context.around;
  const { path: keyPath, modes } = await freeKeyPath(
    state,
    paths.dirname(file),
    paths.basename(file),
    context,
  );
  const operations = repointOperations(state, keyPath, mender, context);
  if (!operations) return undefined;
  return {
    operations,
    jobs: [{ order: { kind: 'token-key', keyPath, reader: readerOf(state, context) }, mender }],
    modes,
    reminders: [],
  };
}

/**
 * A new key, mounted in the place of the one that is there: the old one is out of the service's sight. undefined for a
 * key whose tokens are only accepted, and where the mount can't be changed.
 */
export async function separateTokenKey(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Part | undefined> {
  const documented = documentedPath(state, context);
  if (documented === undefined || state.requirement.accepted) return undefined;
  const { paths } = context.around;
  const current = context.planned.hostFile(state);
  const directory = context.directory ?? paths.dirname(current ?? documented);
  const { path: keyPath, modes } = await freeKeyPath(state, directory, paths.basename(documented), context);
  const operations = replaceOperations(state, keyPath, mender, context);
  if (!operations) return undefined;
  return {
    operations,
    jobs: [{ order: { kind: 'token-key', keyPath, reader: readerOf(state, context) }, mender }],
    modes,
    effects: [tokensEnd(mender, context.deployment.layout)],
    reminders: [],
  };
}

/** What a new token key alone means. */
export function tokensEnd({ role, service }: MenderComponent, layout: Layout): string {
  const who =
    role.id !== 'useradm'
      ? 'Devices authenticate again automatically'
      : layout.accessTokens
        ? 'Users have to log in again and create new personal access tokens'
        : 'Users have to log in again';
  return `${who} once ${service.name} runs with its new key.`;
}
