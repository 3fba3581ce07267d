/** Fix of `shared-token-key` and `shared-private-key`: a key of its own for this service. */

import { replaceTlsPair, type TlsStates, tlsPairs } from '../changes/tls-pair';
import { separateTokenKey } from '../changes/token-key';
import { createPlannedState, type Draft, type FixContext, type Part } from '../changes/types';
import type { RequirementState } from '../mender/model/deployment';
import { chainOf } from '../pki/x509/chain';
import type { RuleFinding } from '../rules/support/rule';
import { requestFix } from './support/request-certificate';

export async function fixSharedKey(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'shared-key') return [];
  const { state } = finding.data;
  const part = await separateKey(state, { ...context, planned: createPlannedState() });
  if (!part) return [];
  const what = state.requirement.kind === 'token-key' ? 'token signing key' : 'certificate and private key';
  const title = `Generate a separate ${what} for ${state.service.name}, and mount ${state.requirement.kind === 'token-key' ? 'it' : 'both'}`;
  const { service } = state;
  const pair = tlsPairsOf(state, context).find(({ key }) => key === state);
  const request =
    pair && (await isIssued(state, context))
      ? await requestFix(pair, service.name, { newKey: true }, context)
      : undefined;
  return [
    ...(request ? [request] : []),
    { ...part, title, preferred: request === undefined, automatic: false },
  ];
}

function tlsPairsOf({ service }: RequirementState, { deployment }: FixContext): readonly TlsStates[] {
  const mender = deployment.services.find((candidate) => candidate.service === service);
  return mender ? tlsPairs(mender) : [];
}

/** Whether the key's certificate was issued by an authority: those who connect trust that, and no self-signed one. */
export async function isIssued(state: RequirementState, context: FixContext): Promise<boolean> {
  const pair = tlsPairsOf(state, context).find(
    ({ certificate, key }) => key === state || certificate === state,
  );
  const file = pair?.certificate.hostFile;
  const facts = file === undefined ? undefined : await context.around.facts(file);
  const blocks = facts?.pem?.form === 'pem' ? facts.pem.blocks : [];
  const chain = chainOf(blocks, { now: context.around.now() });
  return chain?.links[0].selfSigned === false;
}

/** What is to be done where an authority issued the certificate that two services share. */
export function requestInstead({ service }: RequirementState): string {
  return `Request a new certificate for ${service.name} from its authority (mender-compose csr --service ${service.name} --new-key), and import what it signs.`;
}

/** Gives one service another key than the one it shares. */
export async function separateKey(state: RequirementState, context: FixContext): Promise<Part | undefined> {
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return undefined;
  if (state.requirement.kind === 'token-key') return separateTokenKey(state, mender, context);
  const pair = tlsPairs(mender).find(({ key }) => key === state);
  return pair && replaceTlsPair(pair, mender, context);
}
