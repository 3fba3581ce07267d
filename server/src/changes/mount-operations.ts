/** Operations on mounts: how a new entry is written, and how one is pointed to another file. */
import { memo } from '../cache/memo';
import type { Mount, Service, Span, Stack } from '../compose/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { placeOf } from '../mender/requirements/edit-location';
import { isWithin } from '../platform/is-within';
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

const keyMounts = memo((_: FixContext['deployment']): { found?: KeyMounts } => ({}));

/** Looked at once for a deployment: whoever asks for each of a thousand mounts would look at a million. */
function keyMountsOf({ deployment, around: { paths } }: FixContext): KeyMounts {
  const known = keyMounts(deployment);
  if (known.found) return known.found;
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
  known.found = found;
  return found;
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
  context.planned.meet(state, hostFile);
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

const keyOf = ({ file, start }: { readonly file: string; readonly start: number }) => `${start} ${file}`;

const mountPlacesOf = memo((stack: Stack): MountPlaces => {
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
  return { sources, entries };
});

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
    context.planned.meet(state, hostFile);
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
