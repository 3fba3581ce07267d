/** The TLS pairs and token keys of a deployment as people choose among them. */
import type { HostFiles } from '../../changes/types';
import { createPlannedState } from '../../changes/types';
import type { RequirementState } from '../../mender/model/deployment';
import { isStorageOnly } from '../../mender/model/storage-pair';
import type { CertificateBlock, PrivateKeyBlock } from '../../pki/types';
import { dayOf, daysLeft } from '../../pki/x509/validity';
import { certificateExpired } from '../../rules/certificate-expired';
import { certificateExpiresSoon } from '../../rules/certificate-expires-soon';
import { certificateNotYetValid } from '../../rules/certificate-not-yet-valid';
import { statusAt } from '../../rules/support/certificate-dates';
import { type Content, contentOf } from '../../rules/support/file-content';
import {
  chainIn,
  idOf,
  keyIn,
  namesOf,
  type PairTarget,
  reachedBy,
  type TaskContext,
  type TokenTarget,
  targetsOf,
} from '../../tasks/task';
import type { Settings } from '../api/index';
import type { KeyTarget, TaskKind } from '../api/tasks';
import type { CheckedStack } from '../check/check-file';
import { otherUsers, statusOf, worstLevel } from './key-status';
import { keyWords, wordsOf } from './short-state';

const DATED: readonly string[] = [certificateExpired, certificateExpiresSoon, certificateNotYetValid].map(
  ({ code }) => code,
);

/** With the stack whose last check tells how things stand. */
interface TargetContext extends TaskContext {
  readonly stack: CheckedStack;
  readonly settings: Settings;
}

/** The targets of all stacks, each once. */
export async function targetsOfAll(
  checked: readonly CheckedStack[],
  around: HostFiles,
  settings: Settings,
): Promise<readonly KeyTarget[]> {
  const found = new Map<string, KeyTarget>();
  for (const stack of checked) {
    const { analysis, inside } = stack;
    const context: TargetContext = {
      stack,
      settings,
      deployment: analysis.deployment,
      around,
      planned: createPlannedState(),
      now: inside.now,
      expiresSoonDays: inside.expiresSoonDays,
    };
    for (const target of targetsOf(context)) {
      const described =
        'tls' in target
          ? await describePair(target.tls, context)
          : await describeToken(target.token, context);
      const key = JSON.stringify([described.service, idOf(target), described.certificate, described.key]);
      if (!found.has(key)) found.set(key, described);
    }
  }
  return [...found.values()];
}

async function describePair({ mender, pair }: PairTarget, context: TargetContext): Promise<KeyTarget> {
  const { certificate, key } = pair;
  const block = await keyIn(key.hostFile, context);
  const chain = await chainIn(certificate.hostFile, context, block?.publicKeyFingerprint);
  const leaf = chain?.links[0];
  const what = isStorageOnly(certificate) ? 'Certificate for artifact storage' : 'TLS certificate';
  const tasks: TaskKind[] = [];
  if (!leaf || !block) tasks.push('generate');
  tasks.push('request', 'import', 'sign');
  if (leaf?.selfSigned && block && !block.encrypted) tasks.push('renew');
  if (leaf && block) tasks.push('rotate', 'bundle');
  const content = await contentAt(key, context);
  const levels = [certificate, key].map((state) => statusOf(state, context.stack, context.settings).level);
  const [certificateLevel = 'unknown', keyLevel = 'unknown'] = levels;
  const level = worstLevel(certificateLevel, keyLevel);
  const state = await pairState(leaf?.certificate, block, pair, context);
  if (block && content && mayBeConverted(content)) tasks.push('convert');
  return {
    service: mender.service.name,
    requirement: certificate.requirement.id,
    kind: 'tls-pair',
    title: `${what} of ${mender.service.name}`,
    state,
    shortState: level === 'ok' || level === 'soon' ? shortened(leaf?.certificate, state, context) : state,
    level,
    certificateLevel,
    keyLevel,
    certificate: certificate.hostFile,
    key: key.hostFile,
    names: namesOf(leaf?.certificate),
    reached: reachedBy(mender, context),
    tasks,
    encrypted: block?.encrypted === true,
  };
}

/** One line for people: what is there, then what is reported of it and can't be seen from that. */
async function pairState(
  leaf: CertificateBlock | undefined,
  block: PrivateKeyBlock | undefined,
  { certificate, key }: PairTarget['pair'],
  context: TargetContext,
): Promise<string> {
  if (!leaf) return absence(certificate, context);
  const own = reported(certificate, context);
  // Of a chain, it may be another certificate that has expired.
  const isSaid = own?.isDated && statusAt(leaf, context) !== 'valid';
  const parts = [validity(leaf, context), ...(own && !isSaid ? [own.words] : [])];
  if (!block) return [...parts, `private key ${await absence(key, context)}`].join(', ');
  const ofKey = reported(key, context)?.words;
  // A mismatch is told of both halves: once is enough.
  return [...parts, ...(ofKey && ofKey !== own?.words ? [`private key ${ofKey}`] : [])].join(', ');
}

function reported(state: RequirementState, { stack, settings }: TargetContext) {
  const words = wordsOf(state, stack, settings);
  const [worst] = words?.findings ?? [];
  return words && worst && { words: words.words, isDated: DATED.includes(worst.code) };
}

function validity(certificate: CertificateBlock, context: TaskContext): string {
  const { notAfter, notBefore } = certificate;
  const left = daysLeft(certificate, context.now);
  if (notAfter === undefined || left === undefined) return 'validity unknown';
  const standing = statusAt(certificate, context);
  if (standing === 'expired') return `expired on ${dayOf(notAfter)}`;
  if (notBefore !== undefined && standing === 'not-yet-valid') return `valid from ${dayOf(notBefore)}`;
  return `valid until ${dayOf(notAfter)} (${daysText(left)})`;
}

function daysText(left: number): string {
  return `${left} ${left === 1 ? 'day' : 'days'} left`;
}

/** The days that a certificate has left instead of a line that says more; what is reported besides stays in the line. */
function shortened(certificate: CertificateBlock | undefined, line: string, context: TaskContext): string {
  const left = certificate && daysLeft(certificate, context.now);
  return certificate && left !== undefined && line === validity(certificate, context) ? daysText(left) : line;
}

/** What its service makes of a file; undefined where there is none that may be read. */
async function contentAt(state: RequirementState, context: TaskContext): Promise<Content | undefined> {
  const facts = state.hostFile === undefined ? undefined : await context.around.facts(state.hostFile);
  return facts && contentOf(state, facts, context.deployment);
}

/** Whether the key in a file, which there has to be, might do in another form. */
function mayBeConverted(content: Content): boolean {
  if (content.kind === 'not-loadable') return content.convertible;
  return ['encrypted', 'not-pkcs1', 'not-pem', 'wrong-type'].includes(content.kind);
}

async function describeToken({ mender, state }: TokenTarget, context: TargetContext): Promise<KeyTarget> {
  const block = await keyIn(state.hostFile, context);
  const content = await contentAt(state, context);
  const tasks: TaskKind[] = block ? ['rotate'] : ['generate'];
  if (otherUsers(state, context.stack).length > 0) tasks.push('split');
  if (block && content && mayBeConverted(content)) tasks.push('convert');
  const facts = block?.encrypted ? 'has a passphrase' : block && keyWords(block);
  const words = block?.encrypted ? undefined : reported(state, context)?.words;
  const { level } = statusOf(state, context.stack, context.settings);
  const line = facts ? [facts, ...(words ? [words] : [])].join(', ') : await absence(state, context);
  return {
    service: mender.service.name,
    requirement: state.requirement.id,
    kind: 'token-key',
    title: `Token signing key of ${mender.service.name}`,
    state: line,
    shortState: line,
    level,
    certificateLevel: undefined,
    keyLevel: level,
    certificate: undefined,
    key: state.hostFile,
    names: [],
    reached: [],
    tasks,
    encrypted: block?.encrypted === true,
  };
}

/** Why there is no certificate, or no key. */
async function absence(
  { mount, hostFile, requirement }: RequirementState,
  { around }: TaskContext,
): Promise<string> {
  if (mount === undefined) return 'not mounted';
  if (hostFile === undefined) return 'mounted from a path that cannot be read here';
  const facts = await around.facts(hostFile);
  if (facts === undefined) return 'not checked in an untrusted workspace';
  if (facts.state === 'missing') return 'missing';
  if (facts.state === 'directory') return 'a directory, not a file';
  if (facts.state !== 'file') return 'cannot be read here';
  return `the file holds no ${requirement.kind === 'certificate' ? 'certificate' : 'private key'}`;
}
