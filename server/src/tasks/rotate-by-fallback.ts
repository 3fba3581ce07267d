/**
 * Device authentication from Mender 3.1 on, and user administration of 3.1 to 3.6: one variable names the key that
 * tokens are signed with, another one a second key whose tokens are accepted.
 */

import { readerOf } from '../changes/file-paths';
import { accessInMount, freeKeyPath, mountedKeys } from '../changes/key-access';
import { removalOf } from '../changes/stop-accepting-key';
import type { FileOperation, ModeChange, Part } from '../changes/types';
import { directoryOf } from '../mender/model/container-path';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { keyNumber } from '../mender/requirements/accepted-keys';
import type { KeyAccess } from '../pki/generate/requests';
import { mountAt, setVariable, stayLoggedIn } from './rotate-by-number';
import type { TaskContext } from './task';

/** undefined where the release has no such variable; a reason where it can't be done. */
export async function rotateByFallback(
  state: RequirementState,
  mender: MenderComponent,
  context: TaskContext,
): Promise<Part | string | undefined> {
  const { fallbackVariable, pathVariable, rotation } = state.requirement;
  const { mount, target } = state;
  // Where keys have numbers, a token whose number has no key is refused before the fallback is asked.
  if (!fallbackVariable || !pathVariable || !mount || rotation) return undefined;
  const place = await newPlace(state, mender, context);
  if (place === undefined || typeof place === 'string') return place;
  const { path, modes, access, newTarget, mounts } = place;
  const older = mender.states.find(({ requirement }) => requirement.accepted === 'fallback');
  // One that lies beside the signing key under a number stays accepted for that.
  const stays = older !== undefined && isNumbered(older.target, state);
  const removed =
    older?.mount && older.how === 'file' && !stays ? (removalOf(older.mount, mender, context) ?? []) : [];
  const before = mender.service.environment.get(fallbackVariable);
  const named = before?.value !== undefined && before.value !== '' && before.value !== target;
  return {
    operations: [
      ...removed,
      ...mounts,
      setVariable(pathVariable, newTarget, state, mender, context),
      setVariable(fallbackVariable, target, state, mender, context),
    ],
    jobs: [{ order: { kind: 'token-key', keyPath: path, ...access }, mender }],
    modes,
    effects: [staysValid(mender, context), ...(named && !stays ? [olderEnd(mender, context)] : [])],
    reminders: [],
  };
}

function isNumbered(path: string, { requirement, target }: RequirementState): boolean {
  return keyNumber(path, requirement) !== undefined && directoryOf(path) === directoryOf(target);
}

function staysValid(mender: MenderComponent, context: TaskContext): string {
  if (mender.role.id === 'useradm') return stayLoggedIn(mender, context);
  return `Tokens stay valid: ${mender.service.name} signs with the new key, and still accepts tokens of the old one.`;
}

function olderEnd({ role }: MenderComponent, { deployment }: TaskContext): string {
  const whose =
    role.id !== 'useradm'
      ? 'their devices authenticate again automatically'
      : deployment.layout.accessTokens
        ? 'users with such a token have to log in again and create new personal access tokens'
        : 'users with such a token have to log in again';
  return `Tokens of the key before that one are no longer accepted; ${whose}.`;
}

interface NewPlace {
  readonly path: string;
  readonly modes: readonly ModeChange[];
  readonly access: KeyAccess;
  /** Container path. */
  readonly newTarget: string;
  /** What puts it there. */
  readonly mounts: readonly FileOperation[];
}

/** The new key gets a name beside the old one's, by a mount of its own or in the directory that is mounted. */
async function newPlace(
  state: RequirementState,
  mender: MenderComponent,
  context: TaskContext,
): Promise<NewPlace | string | undefined> {
  const { mount, hostFile, target } = state;
  if (!mount || hostFile === undefined) return undefined;
  const { around, planned } = context;
  const directory = directoryOf(target);
  const keys = mountedKeys(state, context);
  if (keys === 'unknown') return undefined;
  const taken = new Set(mender.service.mounts.map((each) => each.target));
  if (!keys) {
    const { path, modes } = await freeKeyPath(
      state,
      context.directory ?? around.paths.dirname(hostFile),
      around.paths.basename(hostFile),
      context,
    );
    const newTarget = `${directory}/${await freeName((name) => taken.has(`${directory}/${name}`))}`;
    const mounts = [mountAt(path, newTarget, mount, mender, context)];
    return { path, modes, access: { reader: readerOf(state, context) }, newTarget, mounts };
  }
  const found = await accessInMount(keys, state, context);
  if (typeof found === 'string') return found;
  const name = await freeName(async (each) => {
    const path = around.paths.join(keys.onHost, each);
    return taken.has(`${directory}/${each}`) || planned.isTaken(path) || (await around.exists(path));
  });
  const path = around.paths.join(keys.onHost, name);
  planned.take(path);
  return { path, ...found, newTarget: `${directory}/${name}`, mounts: [] };
}

/** In a directory that can't be looked into every name counts as taken: whoever makes the file says so. */
const MOST_NAMES = 1000;

async function freeName(isTaken: (name: string) => boolean | Promise<boolean>): Promise<string> {
  let count = 1;
  while (count < MOST_NAMES && (await isTaken(`private.${count}.pem`))) count++;
  return `private.${count}.pem`;
}
