/** Fixes of `missing-certificate-mount`, `missing-private-key-mount` and `missing-token-key-mount`. */
import type { MenderService, RequirementState } from '../mender/deployment';
import { isStorageOnly } from '../mender/storage-pair';
import type { RuleFinding } from '../rules/rule';
import { fixAccepted } from './accepted-key';
import { candidatesFor } from './candidates';
import { createWorking, type Draft, EMPTY, type FixContext } from './draft';
import { fixMisplacedMount } from './misplaced-mount';
import { mountOperation, shownPath } from './place';
import { completeTlsPair, tlsPairs } from './tls-pair';
import { completeTokenKey } from './token-key';

/** Candidates offered at most: a menu, not a list of the disk. */
const MAX_OFFERED = 3;

export async function fixMissing(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'missing') return [];
  const { state } = finding.data;
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return [];
  const pair = tlsPairs(mender).find(({ certificate, key }) => certificate === state || key === state);
  const { misplaced } = finding.data;
  const existing = [
    ...(misplaced ? await fixMisplacedMount(misplaced, context) : []),
    ...(pair && pair.certificate.how === 'none' && pair.key.how === 'none'
      ? await mountBoth(pair.certificate, pair.key, mender, context)
      : []),
    ...(await mountExisting(state, mender, context)),
  ];
  // What was signed before can't be accepted by a new key.
  if (state.requirement.accepted) return [...existing.map(asked), ...fixAccepted(state, mender, context)];
  const fresh = { ...context, work: createWorking() };
  const made = pair
    ? await completeTlsPair(pair, mender, fresh)
    : await completeTokenKey(state, mender, fresh);
  if (!made?.jobs.length && !made?.operations.length) return existing;
  const only = made.jobs.every((job) => job.order.kind === 'certificate');
  const title = pair
    ? only
      ? `Generate a certificate for the private key of ${mender.service.name}, and mount it`
      : isStorageOnly(pair.certificate)
        ? `Generate a certificate and private key for artifact storage, and mount both in ${mender.service.name}`
        : `Generate a certificate and private key for ${mender.service.name}, and mount both`
    : `Generate a token signing key for ${mender.service.name}, and mount it`;
  return [...existing, { ...made, title, preferred: existing.length === 0, automatic: false }];
}

/** Which of the keys that lie around was the one before can't be told. */
function asked(draft: Draft): Draft {
  return { ...draft, preferred: false, automatic: false };
}

async function mountExisting(
  state: RequirementState,
  mender: MenderService,
  context: FixContext,
): Promise<Draft[]> {
  const candidates = await candidatesFor(state, context);
  return candidates.slice(0, MAX_OFFERED).map(({ path, certain }, index) => {
    const fresh = { ...context, work: createWorking() };
    return {
      ...EMPTY,
      title: `Mount ${shownPath(path, context)} as ${state.requirement.title} of ${mender.service.name}`,
      operations: [mountOperation(state, path, mender, fresh)],
      preferred: index === 0 && certain,
      automatic: certain,
    };
  });
}

/** A certificate and the key that belongs to it, mounted together. */
async function mountBoth(
  certificate: RequirementState,
  key: RequirementState,
  mender: MenderService,
  context: FixContext,
): Promise<Draft[]> {
  for (const candidate of await candidatesFor(certificate, context)) {
    const fresh = { ...context, work: createWorking() };
    const first = mountOperation(certificate, candidate.path, mender, fresh);
    const matching = (await candidatesFor(key, fresh, 1))[0];
    if (!matching?.certain) continue;
    const second = mountOperation(key, matching.path, mender, fresh);
    const names = `${shownPath(candidate.path, context)} and ${shownPath(matching.path, context)}`;
    return [
      {
        ...EMPTY,
        title: `Mount ${names} in ${mender.service.name}`,
        operations: [first, second],
        preferred: true,
        automatic: candidate.certain,
      },
    ];
  }
  return [];
}
