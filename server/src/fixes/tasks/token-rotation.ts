/** The two ways in which a service takes a new signing key and still knows the old ones. */
import { linkedServices } from '../../compose/lone-services';
import type { Mount } from '../../compose/model';
import type { MenderService, RequirementState } from '../../mender/deployment';
import { hostFileOf } from '../../mender/deployment';
import type { FileOperation, Part } from '../draft';
import { environmentOperation } from '../environment';
import { fileOf, freeKeyPath, readerOf, writtenSource } from '../place';
import type { TaskContext } from './task';

/**
 * By number (useradm from Mender 3.7 on): the service loads each `private.id.<n>.pem` beside its key, and signs with
 * the one that the variable names. undefined where the release, or this deployment, doesn't do it so.
 */
export async function rotateByNumber(
  state: RequirementState,
  mender: MenderService,
  context: TaskContext,
): Promise<Part | undefined> {
  const { rotation, pathVariable } = state.requirement;
  const { mount, hostFile, target } = state;
  if (!rotation || !pathVariable || !mount || hostFile === undefined) return undefined;
  if (mender.service.environment.has(rotation.patternVariable)) return undefined;
  const numberOf = (path: string) => {
    const found = rotation.fileName.exec(baseOf(path));
    return found?.[1] ? Number(found[1]) : undefined;
  };
  const directory = target.slice(0, target.lastIndexOf('/'));
  const beside = mender.service.mounts.filter((each) => directoryOf(each.target) === directory);
  const onHost = context.around.paths.dirname(hostFile);
  const files = await context.around.pemFiles([onHost]);
  const used = [...beside.map((each) => each.target), ...files].map((path) => numberOf(path) ?? 0);
  const number = Math.max(0, ...used) + 1;
  const name = `private.id.${number}.pem`;
  const { path, modes } = await freeKeyPath(state, onHost, name, context);
  const newTarget = `${directory}/${name}`;
  const keep = keepOld(state, mount, numberOf(target), directory, mender, context);
  if (!keep) return undefined;
  const add = state.how === 'directory' ? [] : [mountAt(path, newTarget, mount, mender, context)];
  return {
    operations: [...keep, ...add, setVariable(pathVariable, newTarget, state, mender, context)],
    jobs: [{ order: { kind: 'token-key', keyPath: path, reader: readerOf(state, context) }, mender }],
    modes,
    effects: [
      `Users stay logged in: ${mender.service.name} signs with the new key, and still accepts tokens of the old ones, which stay mounted.`,
    ],
    reminders: ['Take the mount of the old key away once all tokens of it have expired.'],
  };
}

/** What lets the key that was active be found by its number; undefined where that can't be told by an edit. */
function keepOld(
  state: RequirementState,
  mount: Mount,
  number: number | undefined,
  directory: string,
  mender: MenderService,
  context: TaskContext,
): readonly FileOperation[] | undefined {
  // A name with a number is loaded for itself.
  if (number !== undefined) return [];
  const { fallbackVariable } = state.requirement;
  if (state.how === 'directory') {
    return fallbackVariable
      ? [setVariable(fallbackVariable, state.target, state, mender, context)]
      : undefined;
  }
  // Any other name was key 0, and is found as that under this name alone.
  return retarget(mount, `${directory}/private.id.0.pem`, mender, context);
}

/**
 * By a fallback key (deviceauth from Mender 4 on): one variable names the key that tokens are signed with, another
 * the one before. undefined where the release has no such variable.
 */
export async function rotateByFallback(
  state: RequirementState,
  mender: MenderService,
  context: TaskContext,
): Promise<Part | undefined> {
  const { fallbackVariable, pathVariable } = state.requirement;
  const { mount, hostFile, target } = state;
  if (!fallbackVariable || !pathVariable || !mount || hostFile === undefined || state.how !== 'file')
    return undefined;
  const { paths } = context.around;
  const { path, modes } = await freeKeyPath(
    state,
    paths.dirname(hostFile),
    paths.basename(hostFile),
    context,
  );
  const directory = target.slice(0, target.lastIndexOf('/'));
  const before = mender.service.environment.get(fallbackVariable)?.value;
  const older = before ? mender.service.mounts.find((each) => each.target === before) : undefined;
  // The old mount stays what it is, under the name that it has; the new key gets a name beside it.
  const taken = new Set(mender.service.mounts.map((each) => each.target));
  let newTarget = '';
  for (let count = 1; newTarget === ''; count++) {
    const candidate = `${directory}/private.${count}.pem`;
    if (!taken.has(candidate)) newTarget = candidate;
  }
  const end = older
    ? ' Tokens of the key before that one are no longer accepted; their devices authenticate again by themselves.'
    : '';
  return {
    operations: [
      ...(older ? removal(older, mender) : []),
      mountAt(path, newTarget, mount, mender, context),
      setVariable(pathVariable, newTarget, state, mender, context),
      setVariable(fallbackVariable, target, state, mender, context),
    ],
    jobs: [{ order: { kind: 'token-key', keyPath: path, reader: readerOf(state, context) }, mender }],
    modes,
    effects: [
      `Tokens stay valid: ${mender.service.name} signs with the new key, and still accepts those of the old one.${end}`,
    ],
    reminders: [],
  };
}

function removal(mount: Mount, mender: MenderService): FileOperation[] {
  const { file, start, end } = mount.span;
  return [{ file, operation: { op: 'remove-mount', service: mender.service.name, start, end } }];
}

function retarget(
  mount: Mount,
  target: string,
  mender: MenderService,
  context: TaskContext,
): readonly FileOperation[] | undefined {
  if (mount.syntax !== 'short' && mount.syntax !== 'long') return undefined;
  const { file, start, end } = mount.targetText.span;
  const shared = linkedServices(context.deployment.stack.services).some(
    (service) =>
      service !== mender.service &&
      service.mounts.some(
        (each) => each.targetText.span.file === file && each.targetText.span.start === start,
      ),
  );
  const was = mount.targetText.raw;
  if (!shared) return [{ file, operation: { op: 'replace', start, end, text: target, was } }];
  const source = hostFileOf(mount);
  return source === undefined ? undefined : [mountAt(source, target, mount, mender, context)];
}

function mountAt(
  hostFile: string,
  target: string,
  like: Mount,
  mender: MenderService,
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

function setVariable(
  name: string,
  value: string,
  state: RequirementState,
  mender: MenderService,
  context: TaskContext,
): FileOperation {
  const known =
    state.requirement.pathVariable === name ? state.variable : mender.service.environment.get(name);
  return environmentOperation(name, value, known, mender, context);
}

function baseOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? '';
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
