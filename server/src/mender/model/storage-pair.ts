/** The pair of a gateway that serves artifact storage under a certificate of its own. */
import type { RequirementState } from './deployment';

/** True for the second pair of a gateway that has one for the API and one for artifact storage. */
export function isStorageOnly({ requirement }: Pick<RequirementState, 'requirement'>): boolean {
  const { role, serves } = requirement;
  return role === 'api-gateway' && serves.includes('storage') && !serves.includes('api');
}
