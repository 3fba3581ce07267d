import type { Deployment, RequirementState } from '../mender/deployment';

/** The requirements of a certificate to trust, over all services. */
export function trustStates(deployment: Deployment): readonly RequirementState[] {
  return deployment.services
    .flatMap((service) => service.states)
    .filter((state) => state.requirement.kind === 'trusted-certificate');
}
