import type { RequirementState } from '../mender/model/deployment';
import { isStorageOnly } from '../mender/model/storage-pair';
import { containerUser } from '../mender/requirements/container-user';
import type { KeyReader } from '../pki/generate/requests';
import { relativeWithin } from '../platform/is-within';
import { knownFiles, partsOf } from './mounted-files';
import type { FixContext } from './types';

/**
 * Where a file that is to be mounted belongs on the host: where Mender's own text puts it, below the directory in
 * which this deployment keeps the others. undefined for an unsaved file.
 */
export function documentedPath(state: RequirementState, context: FixContext): string | undefined {
  const { paths } = context.around;
  const directory = context.deployment.stack.projectDirectory;
  if (directory === undefined) return undefined;
  if (context.directory !== undefined) return paths.join(context.directory, plainName(state));
  const files = knownFiles(context);
  return files.kept(state, () => {
    const { documentedSource } = state.requirement;
    const found = files.baseFor(state, partsOf(documentedSource));
    return found ? paths.join(found.base, ...found.rest) : paths.resolve(directory, documentedSource);
  });
}

/** A file's name where all lie in one directory. */
function plainName({ requirement, service }: RequirementState): string {
  const storage = isStorageOnly({ requirement }) ? '-storage' : '';
  const endings = { 'private-key': '.key', 'token-key': '-private.pem' } as const;
  const ending = requirement.kind in endings ? endings[requirement.kind as keyof typeof endings] : '.crt';
  return `${service.name}${storage}${ending}`;
}

/** So many files of the name are passed one by one; from there on numbers double, so that one is found soon. */
const ONE_BY_ONE = 100;
/** Every name counts as taken in a directory that can't be looked into. */
const MOST_LOOKS = 120;

/**
 * `directory/name`, or with `-2`, `-3`, … before the extension when that is taken; the path is reserved. Where none can
 * be found, it is the first one again: whoever makes the file says what is in the way, and makes nothing.
 */
export async function freePath(directory: string, name: string, context: FixContext): Promise<string> {
  const { paths } = context.around;
  const { name: stem, ext } = paths.parse(name);
  // What follows `key-2.pem` is `key-3.pem`.
  const base = stem.replace(/-([2-9]|[1-9]\d+)$/, '');
  let looks = 0;
  for (let count = 1; looks < MOST_LOOKS; ) {
    const path = paths.join(directory, count === 1 ? name : `${base}-${count}${ext}`);
    const reserved = context.planned.isTaken(path);
    if (!reserved && !(await context.around.exists(path))) {
      context.planned.take(path);
      return path;
    }
    if (!reserved) looks += 1;
    count += reserved || looks < ONE_BY_ONE ? 1 : count;
  }
  return paths.join(directory, name);
}

/** Who has to read a new private key of this requirement. */
export function readerOf({ requirement, service }: RequirementState, { deployment }: FixContext): KeyReader {
  if (requirement.kind !== 'token-key') return 'owner';
  return containerUser(service, deployment.layout)?.uid === 0 ? 'owner' : 'container';
}

/** A host path for messages: relative to the project directory where it lies inside, else whole. */
export function shownPath(hostFile: string, context: FixContext): string {
  const { paths } = context.around;
  const project = context.deployment.stack.projectDirectory;
  const relative = project === undefined ? undefined : relativeWithin(paths, project, hostFile);
  return relative === undefined ? hostFile : `./${relative.replaceAll('\\', '/')}`;
}
