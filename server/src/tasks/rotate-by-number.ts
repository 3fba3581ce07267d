/**
 * User administration from Mender 3.7 on: it loads each `private.id.<n>.pem` beside its key, signs with the one that the
 * variable names, and finds the key of a token by its number. A key without a number was number 0.
 */

import { readerOf, shownPath } from '../changes/file-paths';
import { accessInMount, freeKeyPath, type MountedKeys, mountedKeys } from '../changes/key-access';
import { fileOf, writtenSource } from '../changes/mount-operations';
import { environmentOperation } from '../changes/set-variable';
import type { FileOperation, FixContext, ModeChange, Part } from '../changes/types';
import type { Mount } from '../compose/types';
import { directoryOf, nameOf } from '../mender/model/container-path';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { hostFileOf } from '../mender/model/queries';
import { keyNumber } from '../mender/requirements/accepted-keys';
import type { ConversionRequest, TokenKeyRequest } from '../pki/generate/requests';
import type { TaskContext } from './task';

/** undefined where the release, or this deployment, doesn't do it so; a reason where it can't be done. */
export async function rotateByNumber(
  state: RequirementState,
  mender: MenderComponent,
  context: TaskContext,
): Promise<Part | string | undefined> {
  const { rotation, pathVariable } = state.requirement;
  const { mount, hostFile, target } = state;
  if (!rotation || !pathVariable || !mount || hostFile === undefined) return undefined;
  // With a pattern of the user's own it isn't known which names count.
  if (mender.service.environment.has(rotation.patternVariable)) return undefined;
  const keys = mountedKeys(state, context);
  if (keys === 'unknown') return undefined;
  const made = keys
    ? await inDirectory(state, hostFile, keys, mender, context)
    : await asFiles(state, mount, hostFile, mender, context);
  if (made === undefined || typeof made === 'string') return made;
  const directory = directoryOf(target);
  return {
    ...made,
    operations: [
      ...made.operations,
      setVariable(pathVariable, `${directory}/${made.name}`, state, mender, context),
    ],
    effects: [stayLoggedIn(mender, context)],
    reminders: [...made.reminders, lastToken(context)],
  };
}

export function stayLoggedIn({ service }: MenderComponent, { deployment }: FixContext): string {
  const tokens = deployment.layout.accessTokens ? ', and personal access tokens stay valid' : '';
  return `Users stay logged in${tokens}: ${service.name} signs with the new key, and still accepts tokens of the old ones.`;
}

function lastToken({ deployment }: FixContext): string {
  const last = deployment.layout.accessTokens ? ': personal access tokens can last a year' : '';
  return `Remove the old key when all of its tokens have expired${last}.`;
}

interface Made extends Pick<Part, 'operations' | 'jobs' | 'modes' | 'reminders'> {
  /** Of the new key. */
  readonly name: string;
}

/** Each key is a mount of its own. */
async function asFiles(
  state: RequirementState,
  mount: Mount,
  hostFile: string,
  mender: MenderComponent,
  context: TaskContext,
): Promise<Made | undefined> {
  const { paths } = context.around;
  const onHost = context.directory ?? paths.dirname(hostFile);
  const number = await nextNumber(state, [onHost, paths.join(onHost, 'private')], mender, context);
  const name = `private.id.${number}.pem`;
  const keep = keepMounted(state, mount, mender, context);
  if (!keep) return undefined;
  const { path, modes } = await freeKeyPath(state, onHost, name, context);
  const order: TokenKeyRequest = { kind: 'token-key', keyPath: path, reader: readerOf(state, context) };
  return {
    name,
    operations: [...keep, mountAt(path, `${directoryOf(state.target)}/${name}`, mount, mender, context)],
    jobs: [{ order, mender }],
    modes,
    reminders: [],
  };
}

/** The keys lie in a directory that is mounted: the new one joins them, and one without a number gets a copy with 0. */
async function inDirectory(
  state: RequirementState,
  hostFile: string,
  keys: MountedKeys,
  mender: MenderComponent,
  context: TaskContext,
): Promise<Made | string | undefined> {
  const { around, planned } = context;
  const number = await nextNumber(state, [keys.onHost], mender, context);
  const name = `private.id.${number}.pem`;
  const keyPath = around.paths.join(keys.onHost, name);
  const found = await accessInMount(keys, state, context);
  if (typeof found === 'string') return found;
  const copy = await copyWithNumber(state, hostFile, keys, mender, context);
  if (copy === undefined || planned.isTaken(keyPath) || (await around.exists(keyPath))) return undefined;
  planned.take(keyPath);
  const orders: (TokenKeyRequest | ConversionRequest)[] = [
    ...copy.map((path) => ({
      kind: 'conversion' as const,
      sourcePath: hostFile,
      keyPath: path,
      ...found.access,
    })),
    { kind: 'token-key', keyPath, ...found.access },
  ];
  const modes: readonly ModeChange[] = found.modes;
  const told = copy.map(
    (path) =>
      `${shownPath(path, context)} is a copy of ${shownPath(hostFile, context)}, by that name ${mender.service.name} finds the old key.`,
  );
  return { name, operations: [], jobs: orders.map((order) => ({ order, mender })), modes, reminders: told };
}

/** Where a copy of the key is to be made; none for a key with a number. undefined where another key has number 0. */
async function copyWithNumber(
  state: RequirementState,
  hostFile: string,
  keys: MountedKeys,
  mender: MenderComponent,
  context: TaskContext,
): Promise<readonly string[] | undefined> {
  if (keyNumber(state.target, state.requirement) !== undefined) return [];
  const zero = `${keys.directory === '/' ? '' : keys.directory}/private.id.0.pem`;
  const path = context.around.paths.join(keys.onHost, nameOf(zero));
  const mounted = mender.service.mounts.find(({ target }) => target === zero);
  const there = mounted ? hostFileOf(mounted) : path;
  if (there === undefined) return undefined;
  if (!mounted && !(await context.around.exists(path))) return [path];
  return (await isSameKey(there, hostFile, context)) ? [] : undefined;
}

async function isSameKey(one: string, other: string, { around }: TaskContext): Promise<boolean> {
  const [a, b] = [await around.view(one), await around.view(other)];
  return a?.kind === 'private-key' && a.publicKey !== undefined && a.publicKey === b?.publicKey;
}

/** One more than any number that a key here has, or had: files that nothing mounts count too. */
async function nextNumber(
  { target, requirement }: RequirementState,
  directories: readonly string[],
  mender: MenderComponent,
  context: TaskContext,
): Promise<number> {
  const beside = mender.service.mounts.map((each) => each.target);
  const files = await context.around.pemFiles(directories);
  const baseOf = (path: string) => path.split(/[\\/]/).at(-1) ?? '';
  const numbers = [target, ...beside, ...files].map((path) => keyNumber(baseOf(path), requirement) ?? 0);
  return numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
}

/** What lets the key that was active be found by its number; undefined where another one has it. */
function keepMounted(
  state: RequirementState,
  mount: Mount,
  mender: MenderComponent,
  context: TaskContext,
): readonly FileOperation[] | undefined {
  const { requirement, target } = state;
  // A name with a number is loaded for itself.
  if (keyNumber(target, requirement) !== undefined) return [];
  const zero = `${directoryOf(target)}/private.id.0.pem`;
  if (mender.service.mounts.some((each) => each.target === zero)) return undefined;
  const source = hostFileOf(mount);
  if (source === undefined) return undefined;
  const named = [...mender.service.environment.values()].some(
    ({ name, value }) => value === target && name !== requirement.pathVariable,
  );
  // Whatever else names the old path goes on finding it there.
  return (
    (named ? undefined : retarget(mount, zero, mender, context)) ?? [
      mountAt(source, zero, mount, mender, context),
    ]
  );
}

/** undefined for an entry that isn't this service's alone. */
function retarget(
  mount: Mount,
  target: string,
  mender: MenderComponent,
  context: TaskContext,
): readonly FileOperation[] | undefined {
  if (mount.syntax !== 'short' && mount.syntax !== 'long') return undefined;
  const { file, start, end } = mount.targetText.span;
  const shared = [...context.deployment.stack.services.values()].some(
    (service) =>
      service !== mender.service &&
      service.mounts.some(
        (each) => each.targetText.span.file === file && each.targetText.span.start === start,
      ),
  );
  const was = mount.targetText.raw;
  const service = mender.service.name;
  return shared
    ? undefined
    : [{ file, operation: { op: 'replace', service, start, end, text: target, was } }];
}

export function mountAt(
  hostFile: string,
  target: string,
  like: Mount,
  mender: MenderComponent,
  context: TaskContext,
): FileOperation {
  const source = writtenSource(hostFile, mender, context);
  return {
    file: fileOf(mender, context),
    operation: {
      op: 'add-mount',
      service: mender.service.name,
      mount: { source, target, readOnly: like.readOnly },
    },
  };
}

export function setVariable(
  name: string,
  value: string,
  state: RequirementState,
  mender: MenderComponent,
  context: TaskContext,
): FileOperation {
  const known =
    state.requirement.pathVariable === name ? state.variable : mender.service.environment.get(name);
  return environmentOperation(name, value, known, mender, context);
}
