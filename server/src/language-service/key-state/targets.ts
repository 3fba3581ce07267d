/** The TLS pairs and token keys of a deployment as people choose among them. */
import type { Surroundings } from '../../changes/types';
import { createWorking } from '../../changes/types';
import type { RequirementState } from '../../mender/model/deployment';
import { isStorageOnly } from '../../mender/model/storage-pair';
import type { CertificateBlock, PrivateKeyBlock } from '../../pki/types';
import { dayOf, daysLeft } from '../../pki/x509/validity';
import { standingAt } from '../../rules/support/certificate-dates';
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
import type { KeyTarget, TaskKind } from '../api/tasks';
import type { Judged } from '../check/check-file';

/** How something stands: one line for people, and in a word. */
type Standing = Pick<KeyTarget, 'state' | 'level'>;

/** The targets of all stacks, each once. */
export async function targetsOfAll(
  judged: readonly Judged[],
  around: Surroundings,
): Promise<readonly KeyTarget[]> {
  const found = new Map<string, KeyTarget>();
  for (const { analysis, inside } of judged) {
    const context: TaskContext = {
      deployment: analysis.deployment,
      around,
      work: createWorking(),
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

async function describePair({ mender, pair }: PairTarget, context: TaskContext): Promise<KeyTarget> {
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
  if (block && content && mayBeConverted(content)) tasks.push('convert');
  return {
    service: mender.service.name,
    requirement: certificate.requirement.id,
    kind: 'tls-pair',
    title: `${what} of ${mender.service.name}`,
    ...(await pairStanding(leaf?.certificate, block, pair, context)),
    certificate: certificate.hostFile,
    key: key.hostFile,
    names: namesOf(leaf?.certificate),
    reached: reachedBy(mender, context),
    tasks,
    encrypted: block?.encrypted === true,
  };
}

async function pairStanding(
  leaf: CertificateBlock | undefined,
  key: PrivateKeyBlock | undefined,
  { certificate, key: keyState }: PairTarget['pair'],
  context: TaskContext,
): Promise<Standing> {
  if (!leaf) return absence(certificate, context);
  const standing = validity(leaf, context);
  if (key?.encrypted) return { ...standing, level: 'bad' };
  if (key) return standing;
  const { state, level } = await absence(keyState, context);
  return {
    state: `${standing.state}, private key ${state}`,
    level: standing.level === 'bad' ? 'bad' : level,
  };
}

function validity(certificate: CertificateBlock, context: TaskContext): Standing {
  const { notAfter, notBefore } = certificate;
  const left = daysLeft(certificate, context.now);
  if (notAfter === undefined || left === undefined) return { state: 'validity unknown', level: 'unknown' };
  const standing = standingAt(certificate, context);
  if (standing === 'expired') return { state: `expired on ${dayOf(notAfter)}`, level: 'bad' };
  if (notBefore !== undefined && standing === 'not-yet-valid') {
    return { state: `valid from ${dayOf(notBefore)}`, level: 'bad' };
  }
  const state = `valid until ${dayOf(notAfter)} (${left} ${left === 1 ? 'day' : 'days'} left)`;
  return { state, level: standing === 'soon' ? 'soon' : 'ok' };
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

async function describeToken({ mender, state }: TokenTarget, context: TaskContext): Promise<KeyTarget> {
  const block = await keyIn(state.hostFile, context);
  const content = await contentAt(state, context);
  const unreadable = content !== undefined && content.kind !== 'private-key' && content.kind !== 'unknown';
  const shared = sharedWith({ mender, state }, context);
  const tasks: TaskKind[] = block ? ['rotate'] : ['generate'];
  if (shared.length > 0) tasks.push('split');
  if (block && content && mayBeConverted(content)) tasks.push('convert');
  const size = block?.bits === undefined ? '' : ` ${block.bits}`;
  const alone: Standing = block?.encrypted
    ? { state: 'protected by a passphrase', level: 'bad' }
    : block?.algorithm === undefined
      ? await absence(state, context)
      : { state: `${algorithmName(block.algorithm)}${size}`, level: unreadable ? 'bad' : 'ok' };
  return {
    service: mender.service.name,
    requirement: state.requirement.id,
    kind: 'token-key',
    title: `Token signing key of ${mender.service.name}`,
    state: shared.length > 0 ? `${alone.state}, shared with ${shared.join(', ')}` : alone.state,
    level: shared.length > 0 && alone.level === 'ok' ? 'soon' : alone.level,
    certificate: undefined,
    key: state.hostFile,
    names: [],
    reached: [],
    tasks,
    encrypted: block?.encrypted === true,
  };
}

/** Other services that mount the same file for a private key. */
function sharedWith({ mender, state }: TokenTarget, { deployment }: TaskContext): string[] {
  if (state.hostFile === undefined) return [];
  return deployment.services
    .filter((other) => other !== mender)
    .filter((other) =>
      other.states.some(
        ({ requirement, hostFile }) =>
          (requirement.kind === 'token-key' || requirement.kind === 'private-key') &&
          hostFile === state.hostFile,
      ),
    )
    .map(({ service }) => service.name);
}

/** Why there is no certificate, or no key. */
async function absence(
  { mount, hostFile, requirement }: TokenTarget['state'],
  { around }: TaskContext,
): Promise<Standing> {
  if (mount === undefined) return { state: 'not mounted', level: 'missing' };
  if (hostFile === undefined) return { state: 'mounted from where it cannot be read here', level: 'unknown' };
  const facts = await around.facts(hostFile);
  if (facts === undefined) return { state: 'not looked at in an untrusted workspace', level: 'unknown' };
  if (facts.state === 'missing') return { state: 'missing', level: 'missing' };
  if (facts.state === 'directory') return { state: 'a directory, not a file', level: 'bad' };
  if (facts.state !== 'file') return { state: 'cannot be read here', level: 'unknown' };
  const what = requirement.kind === 'certificate' ? 'certificate' : 'private key';
  return { state: `the file holds no ${what}`, level: 'bad' };
}

function algorithmName(algorithm: string): string {
  return algorithm === 'ed25519' ? 'Ed25519' : algorithm.toUpperCase();
}
