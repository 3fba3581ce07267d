/** Fix of `shared-token-key` and `shared-private-key`: a key of its own for this service. */
import type { RequirementState } from '../mender/deployment';
import type { RuleFinding } from '../rules/rule';
import { createWorking, type Draft, type FixContext, type Part } from './draft';
import { replaceTlsPair, tlsPairs } from './tls-pair';
import { separateTokenKey } from './token-key';

export async function fixSharedKey(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'shared-key') return [];
  const { state } = finding.data;
  const part = await separateKey(state, { ...context, work: createWorking() });
  if (!part) return [];
  const what = state.requirement.kind === 'token-key' ? 'token signing key' : 'certificate and private key';
  const title = `Generate a separate ${what} for ${state.service.name}, and mount ${state.requirement.kind === 'token-key' ? 'it' : 'both'}`;
  return [{ ...part, title, preferred: true, automatic: false }];
}

/** Gives one service another key than the one it shares. */
export async function separateKey(state: RequirementState, context: FixContext): Promise<Part | undefined> {
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return undefined;
  if (state.requirement.kind === 'token-key') return separateTokenKey(state, mender, context);
  const pair = tlsPairs(mender).find(({ key }) => key === state);
  return pair && replaceTlsPair(pair, mender, context);
}
