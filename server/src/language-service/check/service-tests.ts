/** What mender and rules ask of all services of a stack, so that the others need not be kept. */
import type { ServiceTest } from '../../compose/loader/lone-services';
import { getsHostPath } from '../../mender/deployment';
import { hasOtherNames, hasSecureHosts } from '../../mender/hosts/hosts-used-by-clients';
import { hasVote } from '../../mender/recognition/recognise-release';
import { hasSigns } from '../../mender/recognition/recognise-roles';
import { isMinio } from '../../mender/requirements/is-needed';
import { hasTargetOfMender } from '../../rules/misplaced-mount';
import { saysDemo } from '../../rules/support/demo-stack';

export const SERVICE_TESTS: readonly ServiceTest[] = [
  hasSigns,
  hasVote,
  hasTargetOfMender,
  hasSecureHosts,
  hasOtherNames,
  isMinio,
  saysDemo,
  getsHostPath,
];
