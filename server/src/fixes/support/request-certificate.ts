/** The first remedy for a certificate that an authority issued: a request, for it to sign again. */

import type { TlsStates } from '../../changes/tls-pair';
import type { Draft, FixContext } from '../../changes/types';
import { createPlannedState } from '../../changes/types';
import { planRequest } from '../../tasks/request';

/** undefined where a request waits for its answer already, or none can be made. */
export async function requestFix(
  { certificate }: TlsStates,
  service: string,
  options: { readonly newKey: boolean; readonly names?: readonly string[] },
  context: FixContext,
): Promise<Draft | undefined> {
  const requirement = certificate.requirement.id;
  const drafted = await planRequest(
    { service, requirement, ...options },
    { ...context, planned: createPlannedState(), now: context.around.now(), expiresSoonDays: 0 },
  );
  if (drafted.kind !== 'plan') return undefined;
  const key = options.newKey ? 'a new key' : 'the same key';
  return {
    ...drafted.part,
    title: `Create a certificate request for ${service} with ${key}, for its authority to sign`,
    preferred: true,
    automatic: false,
  };
}
