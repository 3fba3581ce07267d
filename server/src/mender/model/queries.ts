/** Questions about a deployment that need nothing but its types. */
import { memo } from '../../cache/memo';
import type { Mount } from '../../compose/types';
import type { Deployment, MenderComponent, RequirementState } from './deployment';
import type { RoleId } from './layout';

/** True where a variable without value is part of the container path. */
export function targetIsUnknown(mount: Mount): boolean {
  const { span } = mount.targetText;
  return mount.unresolved.some(
    (variable) => variable.span.start >= span.start && variable.span.end <= span.end,
  );
}

/** The host path of a mount's source; undefined where it has none, or can't be known. */
export function hostFileOf(mount: Mount): string | undefined {
  if (mount.unresolved.length > 0 || mount.isForeign) return undefined;
  return mount.type === 'bind' || mount.type === 'secret' || mount.type === 'config'
    ? mount.source
    : undefined;
}

/** How all requirements of a deployment stand, in order. */
export const statesOf = memo((deployment: Deployment): readonly RequirementState[] =>
  deployment.services.flatMap(({ states }) => states),
);

/** The services that play a role. */
export function servicesOf(deployment: Deployment, role: RoleId): readonly MenderComponent[] {
  return deployment.services.filter((service) => service.role.id === role);
}
