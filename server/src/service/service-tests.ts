/** What mender and rules ask of all services of a stack, so that the others need not be kept. */
import type { ServiceTest } from '../compose/loader/lone-services';
import { getsHostPath } from '../mender/deployment';
import { isMinio } from '../mender/needs';
import { hasOtherNames, hasSecureHosts } from '../mender/reached';
import { hasSigns } from '../mender/recognise-roles';
import { hasVote } from '../mender/release';
import { saysDemo } from '../rules/demo';
import { hasTargetOfMender } from '../rules/misplaced-mount';

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
