/** Fixes of what is wrong with the host file behind a mount: another file, or a new one. What is there stays as it is. */

import { freePath, shownPath } from '../changes/file-paths';
import {
  type Candidate,
  candidatePairs,
  candidatesFor,
  isHalf,
  isOfKind,
  mountTitle,
  nearness,
} from '../changes/fitting-files';
import { repointOperations } from '../changes/mount-operations';
import {
  clientReminder,
  completeTlsPair,
  replaceTlsPair,
  type TlsStates,
  tlsPairs,
} from '../changes/tls-pair';
import { completeTokenKey, separateTokenKey } from '../changes/token-key';
import { servedCertificate } from '../changes/trust-storage';
import {
  createPlannedState,
  type Draft,
  EMPTY,
  type FileOperation,
  type FixContext,
  type Part,
} from '../changes/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import type { RuleFinding } from '../rules/support/rule';
import { fixAccepted } from './support/stop-accepting-key';

/** Candidates offered at most: a menu, not a list of the disk. */
const MAX_OFFERED = 3;

export async function fixHostFile(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'file') return [];
  const { state, trouble } = finding.data;
  const mender = context.deployment.services.find((candidate) => candidate.service === state.service);
  if (!mender) return [];
  // A weak key does its work: in its place comes a new one, not any that lies around.
  const works = trouble === 'private-key';
  const found = works
    ? []
    : [
        ...(trouble === 'wrong-type' ? await swap(state, mender, context) : []),
        ...(trouble === 'directory' ? await fileInside(state, mender, context) : []),
        ...(await mountExisting(state, mender, context)),
      ];
  const existing = found.filter(({ demo }) => !demo);
  const demos = found.filter(({ demo }) => demo);
  if (state.requirement.accepted) return [...existing, ...fixAccepted(state, mender, context), ...demos];
  const made = await generate(state, mender, context, trouble === 'missing');
  if (!made) return found;
  return [...existing, { ...made, preferred: existing.length === 0, automatic: false }, ...demos];
}

/**
 * For one plan over a whole deployment: puts something usable in the place of what no service can load, the halves of
 * a pair where they belong or a new file. undefined where an earlier part did, or where that can't be done.
 */
export async function replaceUnusable(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Part | undefined> {
  if (context.planned.hostFile(state) !== state.hostFile) return undefined;
  if (state.requirement.kind === 'token-key') return separateTokenKey(state, mender, context);
  const pair = pairOf(state, mender);
  if (!pair) return undefined;
  const swapped = await swapOperations(pair, mender, context);
  if (swapped) return { ...EMPTY, operations: swapped };
  const issued = state === pair.certificate ? await issueAgain(pair, mender, context) : undefined;
  return issued ?? replaceTlsPair(pair, mender, context);
}

/** A draft that mounts what is there. */
type Found = Draft & { readonly demo: boolean };

async function swap(state: RequirementState, mender: MenderComponent, context: FixContext): Promise<Found[]> {
  const pair = pairOf(state, mender);
  const operations =
    pair && (await swapOperations(pair, mender, { ...context, planned: createPlannedState() }));
  if (!operations) return [];
  const title = `Swap the certificate and the private key of ${mender.service.name}`;
  return [{ ...EMPTY, title, operations, preferred: true, automatic: false, demo: false }];
}

/** Where both halves of a pair are there, each in the other's place. */
async function swapOperations(
  { certificate, key }: TlsStates,
  mender: MenderComponent,
  context: FixContext,
): Promise<readonly FileOperation[] | undefined> {
  const [certificateFile, keyFile] = [certificate.hostFile, key.hostFile];
  if (certificateFile === undefined || keyFile === undefined) return undefined;
  const [first, second] = await Promise.all([
    context.around.view(certificateFile),
    context.around.view(keyFile),
  ]);
  if (first?.kind !== 'private-key' || second?.kind !== 'certificate') return undefined;
  const one = repointOperations(certificate, keyFile, mender, context);
  const two = one && repointOperations(key, certificateFile, mender, context);
  return two && [...one, ...two];
}

/** The one file that fits in the directory that is mounted in the place of a file. */
async function fileInside(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Found[]> {
  const { around } = context;
  const fitting: Candidate[] = [];
  for (const path of state.hostFile === undefined ? [] : await around.pemFiles([state.hostFile])) {
    const view = await around.view(path);
    if (view && isOfKind(view, state.requirement))
      fitting.push({ path, certain: true, demo: view.published });
  }
  const [only] = fitting;
  return only && fitting.length === 1 ? mountInstead(state, only, mender, context, !only.demo) : [];
}

async function mountExisting(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
): Promise<Found[]> {
  const served = state.requirement.kind === 'trusted-certificate' ? servedCertificate(context) : undefined;
  if (served !== undefined) {
    const there = served !== state.hostFile && (await context.around.view(served))?.kind === 'certificate';
    return there ? mountInstead(state, { path: served, certain: true, demo: false }, mender, context) : [];
  }
  const pair = pairOf(state, mender);
  if (pair && (await isHalf(state, mender, context))) return mountPairs(pair, mender, context);
  const candidates = (await candidatesFor(state, context)).filter(({ path }) => path !== state.hostFile);
  return candidates
    .slice(0, MAX_OFFERED)
    .flatMap((candidate, index) =>
      mountInstead(state, candidate, mender, context, index === 0 && isSure(candidate, state, context)),
    );
}

/** Whether a file is what was meant: the documented one, the other half of the pair, or the path but for its beginning. */
function isSure(candidate: Candidate, state: RequirementState, context: FixContext): boolean {
  return !candidate.demo && (candidate.certain || nearness(candidate.path, state, context) > 2);
}

/** Where neither half of the pair is there: both from elsewhere, or none. */
async function mountPairs(pair: TlsStates, mender: MenderComponent, context: FixContext): Promise<Found[]> {
  const pairs = await candidatePairs(pair.certificate, pair.key, context);
  return pairs.slice(0, MAX_OFFERED).flatMap(({ certificate, key }, index) => {
    const fresh = { ...context, planned: createPlannedState() };
    const one = repointOperations(pair.certificate, certificate.path, mender, fresh);
    const two = one && repointOperations(pair.key, key.path, mender, fresh);
    if (!two) return [];
    const demo = certificate.demo || key.demo;
    const names = `${shownPath(certificate.path, context)} and ${shownPath(key.path, context)}`;
    return [
      {
        ...EMPTY,
        title: mountTitle(`${names} in ${mender.service.name}`, demo),
        operations: [...one, ...two],
        preferred: index === 0 && isSure(certificate, pair.certificate, context),
        automatic: false,
        demo,
      },
    ];
  });
}

function mountInstead(
  state: RequirementState,
  { path, demo }: Candidate,
  mender: MenderComponent,
  context: FixContext,
  preferred = true,
): Found[] {
  const operations = repointOperations(state, path, mender, { ...context, planned: createPlannedState() });
  if (!operations) return [];
  const what = `${shownPath(path, context)} as ${state.requirement.title} of ${mender.service.name}`;
  return [{ ...EMPTY, title: mountTitle(what, demo), operations, preferred, automatic: false, demo }];
}

type Made = Part & { readonly title: string };

/** A new file where none is, else beside the one that is there. */
async function generate(
  state: RequirementState,
  mender: MenderComponent,
  context: FixContext,
  missing: boolean,
): Promise<Made | undefined> {
  const fresh = () => ({ ...context, planned: createPlannedState() });
  const { name } = mender.service;
  if (state.requirement.kind === 'token-key') {
    const made = missing ? await completeTokenKey(state, mender, fresh()) : undefined;
    if (made?.jobs.length) return { ...made, title: `Generate the token signing key of ${name}` };
    // What lies in a mounted directory is put right there, by hand.
    if (state.how === 'directory') return undefined;
    const beside = await separateTokenKey(state, mender, fresh());
    return beside && { ...beside, title: `Generate a new token signing key for ${name}, and mount it` };
  }
  // A certificate to trust is made with the endpoint that serves it.
  const owner = state.requirement.kind === 'trusted-certificate' ? ownerOf(state, context) : mender;
  const pair = owner && tlsPairs(owner).find((each) => isPartOf(each, state));
  if (!owner || !pair) return undefined;
  const whose = owner.service.name;
  if (missing) {
    const made = await completeTlsPair(pair, owner, fresh());
    const only = made?.jobs.every(({ order }) => order.kind === 'certificate');
    if (made) {
      return {
        ...made,
        title: only
          ? `Generate a certificate for the private key of ${whose}`
          : `Generate the certificate and private key of ${whose}`,
      };
    }
  }
  if (owner !== mender) return undefined;
  const issued = state === pair.certificate ? await issueAgain(pair, owner, fresh()) : undefined;
  if (issued)
    return { ...issued, title: `Generate a certificate for the private key of ${whose}, and mount it` };
  const made = await replaceTlsPair(pair, owner, fresh());
  return (
    made && { ...made, title: `Generate a new certificate and private key for ${whose}, and mount both` }
  );
}

/** A certificate for the key that works, beside the one that doesn't. */
async function issueAgain(
  { certificate, key }: TlsStates,
  mender: MenderComponent,
  context: FixContext,
): Promise<Part | undefined> {
  const { around } = context;
  const [before, keyPath] = [certificate.hostFile, key.hostFile];
  const view = keyPath === undefined ? undefined : await around.view(keyPath);
  if (before === undefined || keyPath === undefined) return undefined;
  if (view?.kind !== 'private-key' || !view.tls || view.encrypted) return undefined;
  const certificatePath = await freePath(
    around.paths.dirname(before),
    around.paths.basename(before),
    context,
  );
  const operations = repointOperations(certificate, certificatePath, mender, context);
  if (!operations) return undefined;
  return {
    operations,
    jobs: [{ order: { kind: 'certificate', keyPath, certificatePath, names: [] }, mender }],
    reminders: [clientReminder(certificatePath, certificate, context)],
  };
}

function pairOf(state: RequirementState, mender: MenderComponent): TlsStates | undefined {
  return tlsPairs(mender).find(({ certificate, key }) => certificate === state || key === state);
}

function isPartOf({ certificate, key }: TlsStates, state: RequirementState): boolean {
  if (state.requirement.kind === 'trusted-certificate') return certificate.hostFile === state.hostFile;
  return certificate === state || key === state;
}

/** The service whose own certificate is the host file that another one trusts. */
function ownerOf(state: RequirementState, { deployment }: FixContext): MenderComponent | undefined {
  if (state.hostFile === undefined) return undefined;
  return deployment.services.find((mender) => tlsPairs(mender).some((pair) => isPartOf(pair, state)));
}
