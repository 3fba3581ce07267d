import { type Deployment, type RequirementState, statesOf } from '../../mender/deployment';

/** The requirements of a certificate to trust, over all services. */
export function trustStates(deployment: Deployment): readonly RequirementState[] {
  return statesOf(deployment).filter(({ requirement }) => requirement.kind === 'trusted-certificate');
}
