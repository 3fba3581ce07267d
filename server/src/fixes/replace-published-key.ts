/** Fix of `published-private-key`: a key that nobody else has. */

import { replaceTlsPair, tlsPairs } from '../changes/tls-pair';
import { separateTokenKey } from '../changes/token-key';
import { withTrust } from '../changes/trust-storage';
import type { Draft, FixContext } from '../changes/types';
import type { RuleFinding } from '../rules/support/rule';
import { fixAccepted } from './support/stop-accepting-key';

export async function fixPublishedKey(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'published-key') return [];
  const { state } = finding.data;
  const mender = context.deployment.services.find(({ service }) => service === state.service);
  if (!mender) return [];
  if (state.requirement.accepted) return fixAccepted(state, mender, context);
  const isToken = state.requirement.kind === 'token-key';
  const pair = tlsPairs(mender).find(({ certificate, key }) => certificate === state || key === state);
  const part = await withTrust(context, async (fresh) => {
    if (isToken) return separateTokenKey(state, mender, fresh);
    return pair && replaceTlsPair(pair, mender, fresh);
  });
  if (!part) return [];
  const what = isToken ? 'token signing key' : 'certificate and private key';
  const title = `Generate a new ${what} for ${mender.service.name}, and mount ${isToken ? 'it' : 'both'}`;
  return [{ ...part, title, preferred: true, automatic: false }];
}
