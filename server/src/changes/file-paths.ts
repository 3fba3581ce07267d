/** Where new key files go, and how their paths are written, so that they look like their neighbours. */
import type { Mount, Service, Span, Stack } from '../compose/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { isStorageOnly } from '../mender/model/storage-pair';
import { containerUser } from '../mender/requirements/container-user';
import { placeOf } from '../mender/requirements/edit-location';
import type { KeyReader } from '../pki/generate/requests';
import { isWithin, relativeWithin } from '../platform/is-within';
import { knownFiles, partsOf } from './mounted-files';
import type { FileOperation, FixContext } from './types';

interface KeyMount {
  readonly service: MenderComponent;
  readonly mount: Mount;
  readonly hostFile: string | undefined;
}

/** The mounts of keys and certificates of a deployment, and what all of them have in common. */
interface KeyMounts {
  readonly byDirectory: ReadonlyMap<string, readonly KeyMount[]>;
  readonly areAbsolute: boolean;
  readonly haveBackslashes: boolean;
  /** None is there, or one is read-only or says how it is mounted. */
  readonly areReadOnly: boolean;
}

const keyMounts = new WeakMap<FixContext['deployment'], KeyMounts>();

/** Looked at once for a deployment: whoever asks for each of a thousand mounts would look at a million. */
function keyMountsOf({ deployment, around: { paths } }: FixContext): KeyMounts {
  const known = keyMounts.get(deployment);
  if (known) return known;
  const all = deployment.services.flatMap((service) =>
    service.states.flatMap(({ mount, hostFile, how }): KeyMount[] =>
      mount && how === 'file' ? [{ service, mount, hostFile }] : [],
    ),
  );
  const byDirectory = new Map<string, KeyMount[]>();
  for (const each of all) {
    if (each.hostFile === undefined) continue;
    const directory = paths.dirname(each.hostFile);
    const others = byDirectory.get(directory);
    if (others) others.push(each);
    else byDirectory.set(directory, [each]);
  }
  const raws = all.flatMap(({ mount }) => (mount.type === 'bind' && mount.sourceText?.raw) || []);
  const found: KeyMounts = {
    byDirectory,
    areAbsolute: raws.length > 0 && raws.every((raw) => paths.isAbsolute(raw)),
    haveBackslashes: raws.some((raw) => raw.includes('\\')),
    areReadOnly: all.length === 0 || all.some(({ mount }) => mount.readOnly || mount.modeSpan !== undefined),
  };
  keyMounts.set(deployment, found);
  return found;
}

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
    const reserved = context.work.isTaken(path);
    if (!reserved && !(await context.around.exists(path))) {
      context.work.take(path);
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

/** How `hostFile` is written in the compose file: in the way of a neighbour in the same directory, else of its kind. */
export function writtenSource(hostFile: string, mender: MenderComponent, context: FixContext): string {
  const { paths } = context.around;
  const { byDirectory, areAbsolute, haveBackslashes } = keyMountsOf(context);
  const project = directoryOfFile(fileOf(mender, context), context);
  const isLike = ({ mount }: KeyMount) => {
    const raw = mount.syntax === 'short' || mount.syntax === 'long' ? mount.sourceText?.raw : undefined;
    // Another file's relative paths may start elsewhere.
    return (
      raw !== undefined &&
      (directoryOfFile(mount.span.file, context) === project || paths.isAbsolute(raw)) &&
      /.[\\/]/s.test(raw)
    );
  };
  const beside = byDirectory.get(paths.dirname(hostFile)) ?? [];
  const neighbour =
    beside.find((each) => each.service === mender && isLike(each)) ?? beside.find((each) => isLike(each));
  if (neighbour) {
    const raw = neighbour.mount.sourceText?.raw ?? '';
    const cut = Math.max(raw.lastIndexOf('/'), raw.lastIndexOf('\\'));
    return raw.slice(0, cut + 1) + paths.basename(hostFile);
  }
  const separators = (path: string) =>
    haveBackslashes ? path.replaceAll('/', '\\') : path.replaceAll('\\', '/');
  if (areAbsolute || project === undefined)
    return context.around.platform === 'windows' ? separators(hostFile) : hostFile;
  const relative = paths.relative(project, hostFile);
  if (paths.isAbsolute(relative)) return separators(hostFile);
  return separators(isWithin(paths, project, hostFile) ? `./${relative}` : relative);
}

/**
 * A new mount is read-only. Only where Mender's own text mounts read-write and all those that are there are written
 * that way, it is as they are: the rule about writable mounts says nothing of those.
 */
function readOnlyLikeNeighbours(context: FixContext): boolean {
  return context.deployment.layout.documentedMode !== 'read-write' || keyMountsOf(context).areReadOnly;
}

/** The compose file where a new entry of this service belongs. */
export function fileOf(mender: MenderComponent, context: FixContext): string {
  return placeOf(mender.service, context.deployment)?.file ?? '';
}

/** The directory that the relative host paths of a compose file start at. */
function directoryOfFile(file: string, { deployment: { stack } }: FixContext): string | undefined {
  const known = stack.files.find((other) => other.file === file);
  return known ? known.directory : stack.projectDirectory;
}

/** Mounts `hostFile` where the requirement wants it. */
export function mountOperation(
  state: RequirementState,
  hostFile: string,
  mender: MenderComponent,
  context: FixContext,
): FileOperation {
  context.work.meet(state, hostFile);
  const mount = {
    source: writtenSource(hostFile, mender, context),
    target: state.target,
    readOnly: readOnlyLikeNeighbours(context),
  };
  return {
    file: fileOf(mender, context),
    operation: { op: 'add-mount', service: mender.service.name, mount },
  };
}

/** By place of a mount's source, and of the whole entry: the services that have it from there. */
interface MountPlaces {
  readonly sources: ReadonlyMap<string, ReadonlySet<Service>>;
  readonly entries: ReadonlyMap<string, ReadonlySet<Service>>;
}

const mountPlaces = new WeakMap<Stack, MountPlaces>();

const keyOf = ({ file, start }: { readonly file: string; readonly start: number }) => `${start} ${file}`;

function mountPlacesOf(stack: Stack): MountPlaces {
  const known = mountPlaces.get(stack);
  if (known) return known;
  const sources = new Map<string, Set<Service>>();
  const entries = new Map<string, Set<Service>>();
  const add = (to: Map<string, Set<Service>>, span: Span | undefined, service: Service) => {
    if (!span) return;
    const key = keyOf(span);
    to.set(key, (to.get(key) ?? new Set()).add(service));
  };
  for (const service of stack.services.values()) {
    for (const { sourceText, span } of service.mounts) {
      add(sources, sourceText?.span, service);
      add(entries, span, service);
    }
  }
  const found = { sources, entries };
  mountPlaces.set(stack, found);
  return found;
}

/** Points an existing mount to another host file; undefined where that would change another service's mount too. */
export function repointOperations(
  state: RequirementState,
  hostFile: string,
  mender: MenderComponent,
  context: FixContext,
): readonly FileOperation[] | undefined {
  const { mount } = state;
  const span = mount?.sourceText?.span;
  if (!mount || !span || state.how !== 'file' || (mount.syntax !== 'short' && mount.syntax !== 'long'))
    return undefined;
  const { sources, entries } = mountPlacesOf(context.deployment.stack);
  const isOthers = (services: ReadonlySet<Service> = new Set()) =>
    services.size > (services.has(mender.service) ? 1 : 0);
  // `type: volume` beside a path is refused by Compose.
  const isWrittenVolume = mount.syntax === 'long' && mount.type !== 'bind';
  if (!isWrittenVolume && !isOthers(sources.get(keyOf(span)))) {
    context.work.meet(state, hostFile);
    const text = writtenSource(hostFile, mender, context);
    return [
      {
        file: span.file,
        operation: {
          op: 'replace',
          service: mender.service.name,
          start: span.start,
          end: span.end,
          text,
          was: mount.sourceText.raw,
        },
      },
    ];
  }
  // Shared through an anchor, or of another type: this service gets an entry of its own.
  const add = mountOperation(state, hostFile, mender, context);
  if (isOthers(entries.get(keyOf(mount.span)))) return [add];
  const { file, start, end } = mount.span;
  const service = mender.service.name;
  const together = `replace ${service} ${file} ${start}`;
  return [
    { file, operation: { op: 'remove-mount', service, start, end }, together },
    { ...add, together },
  ];
}

/**
 * Puts another host file where a mount has one: points the entry to it, or mounts it over its name in a mounted
 * directory. undefined where that would change another service's mount too.
 */
export function replaceOperations(
  state: RequirementState,
  hostFile: string,
  mender: MenderComponent,
  context: FixContext,
): readonly FileOperation[] | undefined {
  if (state.how === 'directory') return [mountOperation(state, hostFile, mender, context)];
  return repointOperations(state, hostFile, mender, context);
}

/** Why another file can't be mounted in the place of one, a whole sentence. */
export function whyNotMounted(
  { mount, service, requirement }: RequirementState,
  context: FixContext,
): string {
  const what = `the ${requirement.title} of ${service.name}`;
  if (context.deployment.stack.projectDirectory === undefined) {
    return `Save the file first: a new ${requirement.title} needs the path of the file.`;
  }
  if (mount?.syntax === 'secret' || mount?.syntax === 'config') {
    return `${capital(what)} is the ${mount.syntax} at ${mount.target}, which other services may use too. Create a new file, and name it under \`${mount.syntax}s\` by hand.`;
  }
  return `Change the mount of ${what} by hand: it cannot be edited safely as it is written.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A host path for messages: relative to the project directory where it lies inside, else whole. */
export function shownPath(hostFile: string, context: FixContext): string {
  const { paths } = context.around;
  const project = context.deployment.stack.projectDirectory;
  const relative = project === undefined ? undefined : relativeWithin(paths, project, hostFile);
  return relative === undefined ? hostFile : `./${relative.replaceAll('\\', '/')}`;
}
