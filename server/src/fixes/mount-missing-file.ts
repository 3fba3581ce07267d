/** Fixes of `missing-certificate-mount`, `missing-private-key-mount` and `missing-token-key-mount`. */

import { shownPath } from '../changes/file-paths';
import { candidatePairs, candidatesFor, isHalf, mountTitle } from '../changes/fitting-files';
import { mountOperation } from '../changes/mount-operations';
import { completeTlsPair, tlsPairs } from '../changes/tls-pair';
import { completeTokenKey } from '../changes/token-key';
import { createPlannedState, type Draft, EMPTY, type FixContext } from '../changes/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { isStorageOnly } from '../mender/model/storage-pair';
import type { RuleFinding } from '../rules/support/rule';
import { fixMisplacedMount } from './correct-mount';
import { fixAccepted } from './support/stop-accepting-key';

/** Candidates offered at most: a menu, not a list of the disk. */
const MAX_OFFERED = 3;

export async function fixMissing(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'missing') return [];
  const { state } = finding.data;
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return [];
  const pair = tlsPairs(mender).find(({ certificate, key }) => certificate === state || key === state);
  const { misplaced } = finding.data;
  const isAlone = pair !== undefined && [pair.certificate, pair.key].every(({ how }) => how === 'none');
  const found = isAlone
    ? await mountBoth(pair.certificate, pair.key, mender, context)
    : await mountExisting(state, mender, context);
  const existing = [
    ...(misplaced ? await fixMisplacedMount(misplaced, context) : []),
    ...found.filter(({ demo }) => !demo),
  ];
  const demos = found.filter(({ demo }) => demo);
  // What was signed before can't be accepted by a new key.
  if (state.requirement.accepted)
    return [...existing.map(asked), ...fixAccepted(state, mender, context), ...demos];
  const fresh = { ...context, planned: createPlannedState() };
  const made = pair
    ? await completeTlsPair(pair, mender, fresh)
    : await completeTokenKey(state, mender, fresh);
  if (!made?.jobs.length && !made?.operations.length) return [...existing, ...demos];
  const only = made.jobs.every((job) => job.order.kind === 'certificate');
  const title = pair
    ? only
      ? `Generate a certificate for the private key of ${mender.service.name}, and mount it`
      : isStorageOnly(pair.certificate)
        ? `Generate a certificate and private key for artifact storage, and mount both in ${mender.service.name}`
        : `Generate a certificate and private key for ${mender.service.name}, and mount both`
    : `Generate a token signing key for ${mender.service.name}, and mount it`;
  return [...existing, { ...made, title, preferred: existing.length === 0, automatic: false }, ...demos];
}

/** Which of the keys that lie around was the one before can't be told. */
function asked(draft: Draft): Draft {
  return { ...draft, preferred: false, automatic: false };
}

/** A draft that mounts what is there. */
type Found = Draft & { readonly demo: boolean };

async function mountExisting(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Found[]> {
  if (await isHalf(state, mender, context)) return [];
  return (await candidatesFor(state, context, MAX_OFFERED)).map(({ path, certain, demo }, index) => {
    const fresh = { ...context, planned: createPlannedState() };
    const what = `${shownPath(path, context)} as ${state.requirement.title} of ${mender.service.name}`;
    return {
      ...EMPTY,
      title: mountTitle(what, demo),
      operations: [mountOperation(state, path, mender, fresh)],
      preferred: index === 0 && certain,
      automatic: certain,
      demo,
    };
  });
}

/** Certificates and the keys that belong to them, mounted together. */
async function mountBoth(
  certificate: RequirementState,
  key: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Found[]> {
  const pairs = await candidatePairs(certificate, key, context);
  return pairs.slice(0, MAX_OFFERED).map((pair, index) => {
    const fresh = { ...context, planned: createPlannedState() };
    const demo = pair.certificate.demo || pair.key.demo;
    const names = `${shownPath(pair.certificate.path, context)} and ${shownPath(pair.key.path, context)}`;
    return {
      ...EMPTY,
      title: mountTitle(`${names} in ${mender.service.name}`, demo),
      operations: [
        mountOperation(certificate, pair.certificate.path, mender, fresh),
        mountOperation(key, pair.key.path, mender, fresh),
      ],
      preferred: index === 0 && !demo,
      automatic: pair.certificate.certain,
      demo,
    };
  });
}
