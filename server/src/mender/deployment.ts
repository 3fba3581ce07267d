/** A stack seen through a layout: which service plays which role, and which mount meets which requirement. */
import type { EnvironmentVariable, Mount, Service, Stack } from '../compose/model';
import type { Layout, Requirement, Role, RoleId } from './layout';
import { roles } from './layouts';
import { recogniseRelease } from './release';

/** How a requirement stands in one service. */
export interface RequirementState {
  readonly requirement: Requirement;
  readonly service: Service;
  /** The path in the container where this service looks: the layout's, or the variable's value. */
  readonly target: string;
  /** The mount that puts a file there, itself or by a directory above. */
  readonly mount: Mount | undefined;
  /**
   * The file on the host; undefined where it can't be known (a named volume, a variable without value, an
   * unsaved file). `a/b` below a mounted directory is joined by `join`.
   */
  readonly hostFile: string | undefined;
  readonly how: 'file' | 'directory' | 'unknown' | 'none';
  /** The variable that names the path, where the service sets it. */
  readonly variable: EnvironmentVariable | undefined;
}

export interface MenderService {
  readonly service: Service;
  readonly role: Role;
  readonly states: readonly RequirementState[];
}

/** Which release a stack is seen through, and why. */
export interface Recognition {
  readonly layout: Layout;
  /** `3.7.0`, or a range where only that is known: `3.1`; undefined for the documentation's layout. */
  readonly release: string | undefined;
  /** For people: `Mender 3.7.0`. */
  readonly title: string;
  readonly how: 'setting' | 'images' | 'mounts' | 'fallback';
  /** Why, a sentence for people. */
  readonly why: string;
}

export interface Deployment {
  readonly stack: Stack;
  readonly layout: Layout;
  readonly recognition: Recognition;
  /** Recognised and started by a plain `docker compose up`. */
  readonly services: readonly MenderService[];
  /** True when a Mender service was recognised, started or not. */
  readonly isMender: boolean;
}

export interface DeploymentOptions {
  /** The release to see it through (`3.7`, `3.7.0`, `4.0`, a layout's id); undefined: as recognised. */
  readonly release: string | undefined;
  readonly join: (directory: string, name: string) => string;
}

/** Reads a stack through the layout of its release. Pure. */
export function deploymentOf(stack: Stack, options: DeploymentOptions): Deployment {
  const recognition = recogniseRelease(stack, options.release);
  const { layout } = recognition;
  const recognised = recogniseRoles(stack);
  const services: MenderService[] = [];
  for (const [service, role] of recognised) {
    if (service.inactive) continue;
    const needed = layout.requirements.filter((requirement) => requirement.role === role.id);
    services.push({
      service,
      role,
      states: needed.map((requirement) => stateOf(requirement, service, options)),
    });
  }
  return { stack, layout, recognition, services, isMender: recognised.size > 0 };
}

/** Which services are Mender's. A name that other software uses too counts only beside another sign of Mender. */
export function recogniseRoles(stack: Stack): Map<Service, Role> {
  const result = new Map<Service, Role>();
  const services = [...stack.services.values()];
  const menderStack = services.some(
    (service) => service.name.startsWith('mender-') || menderImage(service) !== undefined,
  );
  for (const service of services) {
    const image = menderImage(service);
    const role =
      roles.find((candidate) => image !== undefined && candidate.images.includes(image)) ??
      roles.find((candidate) => candidate.names.includes(service.name)) ??
      roles.find(
        (candidate) =>
          candidate.commonNames.includes(service.name) &&
          (menderStack || mountsMark(service, candidate) || servesForMender(service)),
      );
    if (role) result.set(service, role);
  }
  return result;
}

/** The last part of a Mender image's repository: `useradm` of `registry.mender.io/mendersoftware/useradm:mender-3.7`. */
export function menderImage(service: Service): string | undefined {
  return /(?:^|\/)(?:mendersoftware|mender-server-enterprise)\/([a-z0-9-]+)(?:[:@]|$)/.exec(
    service.image?.value ?? '',
  )?.[1];
}

function mountsMark(service: Service, role: Role): boolean {
  return service.mounts.some((mount) => role.marks.some((mark) => mount.target.startsWith(mark)));
}

/** Variables that only Mender's services read. */
function servesForMender(service: Service): boolean {
  return [...service.environment.keys()].some((name) =>
    /^(USERADM|DEVICEAUTH|DEPLOYMENTS)_|^STORAGE_BACKEND_CERT$/.test(name),
  );
}

/** True when `path` is `target` or a directory above it. The root directory is nobody's mount of a key. */
export function isAtOrAbove(path: string, target: string): boolean {
  return path === target || (path.length > 1 && target.startsWith(`${path}/`));
}

function stateOf(requirement: Requirement, service: Service, options: DeploymentOptions): RequirementState {
  const variable = requirement.pathVariable ? service.environment.get(requirement.pathVariable) : undefined;
  const moved = variable && variable.unresolved.length === 0 && variable.value ? variable.value : undefined;
  const target = moved ?? requirement.target;
  const base = { requirement, service, target, variable };
  const file = service.mounts.find((mount) => mount.target === target && mount.type !== 'tmpfs');
  if (file) return { ...base, mount: file, hostFile: hostFileOf(file), how: 'file' };
  const above = service.mounts
    .filter((mount) => mount.type !== 'tmpfs' && isAtOrAbove(mount.target, target))
    .sort((a, b) => b.target.length - a.target.length)[0];
  if (above) {
    const directory = hostFileOf(above);
    const hostFile = directory && options.join(directory, target.slice(above.target.length + 1));
    return { ...base, mount: above, hostFile, how: 'directory' };
  }
  // A variable without value in a container path, or in the variable that names it: it might be right.
  const unknown =
    service.partial || (variable?.unresolved.length ?? 0) > 0 || service.mounts.some(targetIsUnknown);
  return { ...base, mount: undefined, hostFile: undefined, how: unknown ? 'unknown' : 'none' };
}

/** True where a variable without value is part of the container path. */
export function targetIsUnknown(mount: Mount): boolean {
  const { span } = mount.targetText;
  return mount.unresolved.some(
    (variable) => variable.span.start >= span.start && variable.span.end <= span.end,
  );
}

/** The host path of a mount's source; undefined where it has none, or can't be known. */
export function hostFileOf(mount: Mount): string | undefined {
  if (mount.unresolved.length > 0) return undefined;
  return mount.type === 'bind' || mount.type === 'secret' || mount.type === 'config'
    ? mount.source
    : undefined;
}

/** The services that play a role. */
export function servicesOf(deployment: Deployment, role: RoleId): readonly MenderService[] {
  return deployment.services.filter((service) => service.role.id === role);
}
