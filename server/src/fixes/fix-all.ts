/** One plan for a whole deployment: each finding's surest fix, in an order in which later ones build on earlier. */

import { convertKey } from '../changes/convert-key';
import { shownPath } from '../changes/file-paths';
import { clientReminder, completeTlsPair, tlsPairs } from '../changes/tls-pair';
import { completeTokenKey } from '../changes/token-key';
import { rootMissing, trustBundle } from '../changes/trust-bundle';
import { mountAndName, nameMounted, repointTrust, servedCertificate } from '../changes/trust-storage';
import { type Draft, EMPTY, type FixContext, joinParts, type Part, whole } from '../changes/types';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import { hostFileOf } from '../mender/model/queries';
import { isOwnBuild } from '../mender/recognition/own-build';
import { trustMount } from '../mender/requirements/storage-trust';
import { ruleOf } from '../rules/index';
import { missingCertificateMount } from '../rules/missing-certificate-mount';
import { missingPrivateKeyMount } from '../rules/missing-private-key-mount';
import { missingTokenKeyMount } from '../rules/missing-token-key-mount';
import type { FindingData, FixId, Rule, RuleFinding } from '../rules/support/rule';
import { fixMisplacedMount } from './correct-mount';
import { fixes } from './index';
import { fixMissing } from './mount-missing-file';
import { replaceUnusable } from './replace-host-file';
import { fixPermissions } from './restrict-permissions';
import { isIssued, requestInstead, separateKey } from './separate-shared-key';
import { fixStorageTrust } from './trust-storage';

export interface CodedFinding {
  readonly code: string;
  readonly finding: RuleFinding;
}

export interface CompleteOptions {
  /** Makes keys and certificates as well. */
  readonly generate: boolean;
  readonly wanted: (rule: Rule) => boolean;
  /** Gives services that share a certificate's key one of their own, though it works. */
  readonly splits: boolean;
  /** For the service of this name alone. */
  readonly only?: string;
  /** Whether a part may be carried out. What may not is left out as a whole, and nothing builds on it. */
  readonly may: (part: Part) => Promise<boolean>;
}

/** What others build on; every other fix that needs no new key comes after them. */
const IN_ORDER: readonly FixId[] = ['correct-mount', 'mount-missing-file', 'trust-storage'];

/** The part that fixes all of `findings` that can be. */
export async function completeDeployment(
  findings: readonly CodedFinding[],
  context: FixContext,
  { generate, wanted, splits, only, may }: CompleteOptions,
): Promise<Part> {
  const parts: Part[] = [];
  const add = async (draft: () => Part | undefined | Promise<Part | undefined>) => {
    const goBack = context.planned.checkpoint();
    const part = await draft();
    if (part && (await may(part))) parts.push(whole(part));
    else goBack();
  };
  /** The findings that these fixes are for and that a plan for everything may resolve. */
  const fixedBy = (...ids: readonly FixId[]) =>
    findings.flatMap(({ code, finding }) => {
      const { fix, fixAll } = ruleOf(code);
      const may = fixAll === 'safe' || (generate && fixAll === 'with-new-keys');
      return may && fix !== undefined && ids.includes(fix) ? finding : [];
    });

  const corrected = new Set<RequirementState>();
  for (const finding of fixedBy('correct-mount')) {
    await add(async () => {
      const draft = automatic(await fixMisplacedMount(finding, context));
      const met = draft && (await may(draft)) && meetByCorrection(finding, context);
      if (met) corrected.add(met);
      return draft;
    });
  }
  for (const finding of fixedBy('mount-missing-file')) {
    const state = finding.data.kind === 'missing' ? finding.data.state : undefined;
    if (!state || corrected.has(state) || context.planned.isMounted(state)) continue;
    await add(async () => {
      const draft = automatic(await fixMissing(finding, context));
      if (draft) meetByMounts(draft, context);
      return draft;
    });
  }
  if (generate) {
    for (const state of await toSeparate(fixedBy('separate-shared-key'), context, only)) {
      // A certificate that is there is replaced only for who asks for that, and never one of an authority.
      const isToken = state.requirement.kind === 'token-key';
      const file = context.planned.hostFile(state);
      if (!isToken && !splits && file !== undefined && (await context.around.exists(file))) continue;
      if (await isIssued(state, context)) parts.push({ ...EMPTY, reminders: [requestInstead(state)] });
      else await add(() => separateKey(state, context));
    }
    for (const { data } of fixedBy('convert-to-pkcs1')) {
      const mender = context.deployment.services.find(
        ({ service }) => data.kind === 'file' && service === data.state.service,
      );
      if (data.kind !== 'file' || !data.convertible || !mender) continue;
      const { state } = data;
      // An earlier part may have given it another key.
      if (context.planned.hostFile(state) === state.hostFile)
        await add(() => convertKey(state, mender, context));
    }
    for (const { data } of fixedBy('replace-host-file', 'convert-to-pkcs1')) {
      if (data.kind === 'file' && !isUnusable(data)) continue;
      const mender = context.deployment.services.find(
        ({ service }) => data.kind === 'file' && service === data.state.service,
      );
      if (mender && data.kind === 'file') await add(() => replaceUnusable(data.state, mender, context));
    }
    for (const finding of fixedBy('restrict-permissions')) {
      const [draft] = await fixPermissions(finding, context);
      // A key that would have to move is left to a decision of its own.
      if (draft?.jobs.length === 0) await add(() => draft);
    }
    for (const mender of context.deployment.services) {
      if (only !== undefined && mender.service.name !== only) continue;
      if (isOwnBuild(mender.service)) continue;
      for (const pair of tlsPairs(mender)) {
        if (wanted(missingCertificateMount) || wanted(missingPrivateKeyMount)) {
          await add(() => completeTlsPair(pair, mender, context));
        }
      }
      for (const state of mender.states) {
        if (state.requirement.kind !== 'token-key' || !wanted(missingTokenKeyMount)) continue;
        await add(() => completeTokenKey(state, mender, context));
      }
    }
  }
  for (const finding of fixedBy('trust-storage')) {
    await add(() => trustPart(finding, context));
  }
  await add(() => repointTrust(context));
  const before = parts.length;
  await add(() => clientBundle(parts, context));
  const bundled = parts.length > before;
  for (const { code, finding } of findings) {
    const { fix, fixAll } = ruleOf(code);
    if (fix === undefined || fixAll !== 'safe' || IN_ORDER.includes(fix)) continue;
    await add(async () => automatic(await fixes[fix](finding, context)));
  }
  const joined = joinParts(parts);
  if (!bundled) return joined;
  // The bundle holds what each of these would ask for.
  const single = new Set(servedPairs(context).map(([state, file]) => clientReminder(file, state, context)));
  return { ...joined, reminders: joined.reminders.filter((reminder) => !single.has(reminder)) };
}

/** Where a certificate is made and devices meet more than one: the file that their client has to trust. */
async function clientBundle(
  parts: readonly (Part | undefined)[],
  context: FixContext,
): Promise<Part | undefined> {
  const made = new Set(
    parts.flatMap((part) =>
      (part?.jobs ?? []).flatMap(({ order }) => ('certificatePath' in order ? [order.certificatePath] : [])),
    ),
  );
  const sources = [...new Set(servedPairs(context).map(([, file]) => file))];
  const mender = servedPairs(context)[0]?.[2];
  if (made.size === 0 || sources.length < 2 || !mender) return undefined;
  const fresh = sources.filter((file) => made.has(file));
  const existing = sources.filter((file) => !made.has(file));
  const bundle = await trustBundle({ mender, fresh, existing, roots: [] }, context);
  if (bundle?.job === undefined) return undefined;
  const shown = shownPath(bundle.path, context);
  return {
    operations: [],
    jobs: [bundle.job],
    reminders: [
      `Put ${shown} into the Mender client build: devices trust the API gateway and artifact storage by it, and refuse to connect without it.`,
      ...bundle.missing.map(rootMissing),
    ],
  };
}

/** The certificates that devices meet, as they will be: requirement, file and service. */
function servedPairs(context: FixContext): (readonly [RequirementState, string, MenderComponent])[] {
  return context.deployment.services.flatMap((mender) =>
    tlsPairs(mender).flatMap(({ certificate }) => {
      const file = context.planned.hostFile(certificate);
      return file === undefined ? [] : [[certificate, file, mender] as const];
    }),
  );
}

/**
 * Whether no service can load what is there. A key that only has the wrong form or is weak stays: its tokens and
 * clients are out there. What is missing is made with its pair.
 */
function isUnusable({ trouble, convertible }: Extract<FindingData, { kind: 'file' }>): boolean {
  return !convertible && trouble !== 'missing' && trouble !== 'private-key';
}

function automatic(drafts: readonly Draft[]): Draft | undefined {
  return drafts.find((draft) => draft.automatic);
}

/** After its path is corrected, the misplaced mount meets the requirement that it was meant for. */
function meetByCorrection(finding: RuleFinding, context: FixContext): RequirementState | undefined {
  if (finding.data.kind !== 'misplaced') return undefined;
  const { requirement, mount, service, owner, reason } = finding.data;
  const states = context.deployment.services.flatMap((mender) => mender.states);
  const state = states.find(
    (candidate) => candidate.service === (owner ?? service) && candidate.requirement.id === requirement.id,
  );
  const { files } = context.deployment.stack;
  const directory = files.find(({ file }) => file === mount.targetText.span.file)?.directory;
  const swappedSource =
    reason === 'swapped' && directory !== undefined
      ? context.around.paths.resolve(directory, mount.targetText.value)
      : undefined;
  if (state) context.planned.meet(state, swappedSource ?? hostFileOf(mount));
  return state;
}

/** A draft was made with a working state of its own; what it mounts is told to ours. */
function meetByMounts(draft: Draft, context: FixContext): void {
  const { stack } = context.deployment;
  for (const { file, operation } of draft.operations) {
    const directory = stack.files.find((other) => other.file === file)?.directory;
    if (operation.op !== 'add-mount' || directory === undefined) continue;
    const state = context.deployment.services
      .flatMap((mender) => mender.states)
      .find(
        (candidate) =>
          candidate.service.name === operation.service && candidate.target === operation.mount.target,
      );
    if (state) context.planned.meet(state, context.around.paths.resolve(directory, operation.mount.source));
  }
}

/**
 * All but one of the services that share a key get a new one; all where anyone can have it. The one whose name is in the file's name keeps it,
 * then TLS before tokens (a new certificate has to reach every device), then the first of the layout. `only`: that
 * service gets one, whichever it is.
 */
async function toSeparate(
  findings: readonly RuleFinding[],
  { around }: FixContext,
  only?: string,
): Promise<readonly RequirementState[]> {
  const groups: Set<RequirementState>[] = [];
  const lists = new Set(findings.flatMap(({ data }) => (data.kind === 'shared-key' ? [data.users] : [])));
  for (const users of lists) {
    const group = groups.find((known) => users.some((state) => known.has(state)));
    if (group) for (const state of users) group.add(state);
    else groups.push(new Set(users));
  }
  const chosen: RequirementState[] = [];
  for (const group of groups) {
    const all = [...group];
    if (only !== undefined) {
      chosen.push(...all.filter(({ service }) => service.name === only));
      continue;
    }
    // A key that is only accepted can't be made anew: who signs with it gets another one.
    const rank = (state: RequirementState) =>
      (state.requirement.accepted ? -4 : 0) +
      (state.hostFile?.toLowerCase().includes(nameInFile(state)) ? 0 : 2) +
      (state.requirement.kind === 'token-key' ? 1 : 0);
    const file = all[0]?.hostFile;
    const isPublished = file !== undefined && (await around.view(file))?.published === true;
    chosen.push(...all.sort((a, b) => rank(a) - rank(b)).slice(isPublished ? 0 : 1));
  }
  return chosen.filter(({ requirement }) => only !== undefined || !requirement.accepted);
}

function nameInFile(state: RequirementState): string {
  const names: Record<string, string> = {
    'api-gateway': 'gateway',
    'storage-proxy': 'storage',
    deviceauth: 'device',
  };
  return names[state.requirement.role] ?? state.requirement.role;
}

async function trustPart(finding: RuleFinding, context: FixContext): Promise<Part | undefined> {
  const { data } = finding;
  if (data.kind === 'missing') {
    const mender = context.deployment.services.find((candidate) => candidate.service === data.state.service);
    const served = servedCertificate(context);
    if (mender && served !== undefined) {
      return { operations: mountAndName(data.state, served, mender, context), jobs: [], reminders: [] };
    }
  }
  if (data.kind === 'storage-variable-wrong') {
    const mender = context.deployment.services.find((candidate) => candidate.service === data.state.service);
    const mount = trustMount(data.state, context.deployment);
    const served = servedCertificate(context);
    if (mender && mount) return nameMounted(data.state, mount, mender, context);
    if (mender && served !== undefined) {
      return { operations: mountAndName(data.state, served, mender, context), jobs: [], reminders: [] };
    }
  }
  return automatic(await fixStorageTrust(finding, context));
}
