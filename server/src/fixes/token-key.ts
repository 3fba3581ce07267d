/** A token signing key of its own for a service. */
import type { MenderService, RequirementState } from '../mender/deployment';
import type { FixContext, Part } from './draft';
import { documentedPath, freePath, mountOperation, repointOperations } from './place';

/** Makes the key where it is mounted from, or makes and mounts it; undefined when it is there. */
export async function completeTokenKey(
  state: RequirementState,
  mender: MenderService,
  context: FixContext,
): Promise<Part | undefined> {
  const { work, around } = context;
  if (state.how === 'unknown' || state.how === 'not-needed') return undefined;
  if (work.isMounted(state)) {
    const file = work.hostFile(state);
    if (file === undefined || work.isTaken(file) || (await around.exists(file))) return undefined;
    work.take(file);
    return { operations: [], jobs: [{ order: { kind: 'token-key', keyPath: file }, mender }], reminders: [] };
  }
  const documented = documentedPath(state, context);
  if (documented === undefined) return undefined;
  const keyPath = await freePath(
    around.paths.dirname(documented),
    around.paths.basename(documented),
    context,
  );
  const operation = mountOperation(state, keyPath, mender, context);
  return {
    operations: [operation],
    jobs: [{ order: { kind: 'token-key', keyPath }, mender }],
    reminders: [],
  };
}

/** A new key, mounted in the place of one that another service uses too. */
export async function separateTokenKey(
  state: RequirementState,
  mender: MenderService,
  context: FixContext,
): Promise<Part | undefined> {
  const documented = documentedPath(state, context);
  if (documented === undefined) return undefined;
  const { paths } = context.around;
  const current = context.work.hostFile(state);
  const directory = current === undefined ? paths.dirname(documented) : paths.dirname(current);
  const keyPath = await freePath(directory, paths.basename(documented), context);
  const operations = repointOperations(state, keyPath, mender, context);
  if (!operations) return undefined;
  const who =
    state.requirement.role === 'useradm'
      ? 'Users have to log in again'
      : 'Devices authenticate again by themselves';
  return {
    operations,
    jobs: [{ order: { kind: 'token-key', keyPath }, mender }],
    reminders: [`${who} once ${mender.service.name} runs with its new key.`],
  };
}
