/** Which services of a stack are Mender's. */
import { memo } from '../../cache/memo';
import { ofService } from '../../compose/loader/located-service';
import type { Service, Stack } from '../../compose/types';
import type { Role } from '../model/layout';
import { roles } from '../releases/roles';
import { menderImage } from './image';

/** Which services are Mender's. A name that other software uses too counts only beside another sign of Mender. */
export const recogniseRoles = memo((stack: Stack): ReadonlyMap<Service, Role> => {
  const result = new Map<Service, Role>();
  const services = [...stack.services.values()];
  const menderStack = services.some((service) => signsOf(service).isOfMender);
  for (const service of services) {
    const { byItself, inMenderStack } = signsOf(service);
    const role = byItself ?? (menderStack ? inMenderStack : undefined);
    if (role) result.set(service, role);
  }
  return result;
});

interface RoleSigns {
  /** Its name or its image says that the stack is Mender's. */
  readonly isOfMender: boolean;
  /** Its role, whatever the stack is. */
  readonly byItself: Role | undefined;
  /** Its role in a stack that is Mender's. */
  readonly inMenderStack: Role | undefined;
}

const signsOf = ofService((service): RoleSigns => {
  const image = menderImage(service)?.component;
  const common = roles.filter((candidate) => candidate.commonNames.includes(service.name));
  return {
    isOfMender: /^mender-(?!client)/.test(service.name) || image !== undefined,
    byItself:
      roles.find((candidate) => image !== undefined && candidate.images.includes(image)) ??
      roles.find((candidate) => candidate.names.includes(service.name)) ??
      common.find((candidate) => mountsMark(service, candidate) || servesForMender(service)),
    inMenderStack: isOthersProxy(service) ? undefined : common[0],
  };
});

/**
 * A proxy that finds what it serves by Docker's socket, and has no file from which it could learn of a certificate: it is
 * there for other software as well.
 */
function isOthersProxy({ mounts, command }: Service): boolean {
  return (
    mounts.some(({ target }) => /\/docker\.sock$/.test(target)) &&
    !mounts.some(({ target }) => target.startsWith('/etc/traefik/')) &&
    !command.some((part) => /--providers\.file\b/i.test(part))
  );
}

function mountsMark(service: Service, role: Role): boolean {
  return service.mounts.some((mount) => role.marks.some((mark) => mount.target.startsWith(mark)));
}

/** Variables that only Mender's services read. */
function servesForMender(service: Service): boolean {
  return [...service.environment.keys()].some((name) =>
    /^(USERADM|DEVICEAUTH|DEPLOYMENTS|TENANTADM)_|^STORAGE_BACKEND_CERT$/.test(name),
  );
}
