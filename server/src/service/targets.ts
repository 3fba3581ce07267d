/** The TLS pairs and token keys of a deployment as people choose among them. */
import type { Surroundings } from '../fixes/draft';
import { createWorking } from '../fixes/draft';
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
} from '../fixes/tasks/task';
import { isStorageOnly } from '../fixes/tls-pair';
import { dayOf, daysLeft } from '../pki/validity';
import type { Judged } from './judge';
import type { KeyTarget, TaskKind } from './tasks';

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
  if (block?.encrypted) tasks.push('convert');
  return {
    service: mender.service.name,
    requirement: certificate.requirement.id,
    kind: 'tls-pair',
    title: `${what} of ${mender.service.name}`,
    state: leaf ? validityText(leaf.certificate, context.now) : absence(certificate),
    certificate: certificate.hostFile,
    key: key.hostFile,
    names: namesOf(leaf?.certificate),
    reached: reachedBy(mender, context),
    tasks,
    encrypted: block?.encrypted === true,
  };
}

function validityText(certificate: Parameters<typeof daysLeft>[0], now: number): string {
  const { notAfter, notBefore } = certificate;
  const left = daysLeft(certificate, now);
  if (notAfter === undefined || left === undefined) return 'validity unknown';
  if (left < 0) return `expired on ${dayOf(notAfter)}`;
  if (notBefore !== undefined && now < notBefore) return `valid from ${dayOf(notBefore)}`;
  return `valid until ${dayOf(notAfter)} (${left} ${left === 1 ? 'day' : 'days'} left)`;
}

async function describeToken({ mender, state }: TokenTarget, context: TaskContext): Promise<KeyTarget> {
  const block = await keyIn(state.hostFile, context);
  const formats = state.requirement.keyFormats ?? [];
  const unreadable =
    block?.encoding === 'pkcs8' && block.algorithm === 'rsa' && !formats.includes('pkcs8-rsa');
  const shared = sharedWith({ mender, state }, context);
  const tasks: TaskKind[] = block ? ['rotate'] : ['generate'];
  if (shared.length > 0) tasks.push('split');
  if (block?.encrypted || unreadable) tasks.push('convert');
  const size = block?.bits === undefined ? '' : ` ${block.bits}`;
  const what = block?.encrypted
    ? 'protected by a passphrase'
    : block?.algorithm === undefined
      ? absence(state)
      : `${block.algorithm === 'ed25519' ? 'Ed25519' : block.algorithm.toUpperCase()}${size}`;
  return {
    service: mender.service.name,
    requirement: state.requirement.id,
    kind: 'token-key',
    title: `Token signing key of ${mender.service.name}`,
    state: shared.length > 0 ? `${what}, shared with ${shared.join(', ')}` : what,
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

function absence({ mount, hostFile }: TokenTarget['state']): string {
  if (mount === undefined) return 'not mounted';
  return hostFile === undefined ? 'mounted from where it cannot be read here' : 'missing';
}
