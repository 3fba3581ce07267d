/** A token signing key of its own for a service. */
import { relativeWithin } from '../host/within';
import type { MenderService, RequirementState } from '../mender/deployment';
import type { FixContext, ModeChange, Part } from './draft';
import { documentedPath, freeKeyPath, mountOperation, readerOf, repointOperations } from './place';

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
    const reader = readerOf(state, context);
    return {
      operations: [],
      jobs: [{ order: { kind: 'token-key', keyPath: file, reader }, mender }],
      modes: await closing(state, around.paths.dirname(file), context),
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

/** Where the path of a key is given and a service of another user reads it: its directory is closed to the others. */
async function closing(
  state: RequirementState,
  directory: string,
  context: FixContext,
): Promise<readonly ModeChange[]> {
  if (readerOf(state, context) === 'owner' || (await context.around.guards(directory))) return [];
  return isBelowProject(directory, context) ? [{ path: directory, mode: 0o700 }] : [];
}

/** The project directory itself stays open: others may work in it. */
export function isBelowProject(path: string, { around, deployment }: FixContext): boolean {
  const project = deployment.stack.projectDirectory;
  return project !== undefined && (relativeWithin(around.paths, project, path) ?? '') !== '';
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
  const directory = context.directory ?? paths.dirname(current ?? documented);
  const { path: keyPath, modes } = await freeKeyPath(state, directory, paths.basename(documented), context);
  const operations = repointOperations(state, keyPath, mender, context);
  if (!operations) return undefined;
  return {
    operations,
    jobs: [{ order: { kind: 'token-key', keyPath, reader: readerOf(state, context) }, mender }],
    modes,
    effects: [tokensEnd(mender)],
    reminders: [],
  };
}

/** What a new token key alone means. */
export function tokensEnd({ role, service }: MenderService): string {
  const who =
    role.id === 'useradm' ? 'Users have to log in again' : 'Devices authenticate again by themselves';
  return `${who} once ${service.name} runs with its new key.`;
}
