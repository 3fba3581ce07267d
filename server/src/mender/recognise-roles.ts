/** Which services of a stack are Mender's. */
import type { Service, Stack } from '../compose/model';
import { menderImage } from './image';
import type { Role } from './layout';
import { roles } from './roles';

/** Which services are Mender's. A name that other software uses too counts only beside another sign of Mender. */
export function recogniseRoles(stack: Stack): Map<Service, Role> {
  const result = new Map<Service, Role>();
  const services = [...stack.services.values()];
  const menderStack = services.some(
    (service) => /^mender-(?!client)/.test(service.name) || menderImage(service) !== undefined,
  );
  for (const service of services) {
    const image = menderImage(service)?.component;
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

function mountsMark(service: Service, role: Role): boolean {
  return service.mounts.some((mount) => role.marks.some((mark) => mount.target.startsWith(mark)));
}

/** Variables that only Mender's services read. */
function servesForMender(service: Service): boolean {
  return [...service.environment.keys()].some((name) =>
    /^(USERADM|DEVICEAUTH|DEPLOYMENTS|TENANTADM)_|^STORAGE_BACKEND_CERT$/.test(name),
  );
}
