/** A certificate signed here, by an authority whose certificate and key are at hand. */

import { documentedPath, freePath, shownPath } from '../changes/file-paths';
import { mountOperation, replaceOperations } from '../changes/mount-operations';
import { withTrust } from '../changes/trust-storage';
import { type FixContext, joinParts, type KeyJob, type Part } from '../changes/types';
import { storageCertificates } from '../mender/requirements/storage-trust';
import { DEFAULT_DAYS } from '../pki/generate/requests';
import type { SigningCheck } from '../pki/generate/signing-check';
import { refusalText } from '../pki/path-validation/refusal-text';
import type { Refusal } from '../pki/path-validation/types';
import { uncoveredNames } from '../pki/x509/host-match';
import { dayOf, daysLeft } from '../pki/x509/validity';
import { rootsIn, rootWanted, trustPart } from './bundle';
import {
  chainIn,
  connectionsEnd,
  type Drafted,
  findPair,
  keyIn,
  namesOf,
  nothing,
  type PairTarget,
  reachedBy,
  refused,
  type TaskContext,
} from './task';

export interface SignOptions {
  readonly service: string;
  readonly requirement?: string;
  readonly authority: {
    readonly certificate: string;
    readonly key: string;
    readonly passphrase?: string;
    readonly root?: string;
  };
  readonly newKey?: boolean;
  readonly algorithm?: 'rsa' | 'ec';
  readonly bits?: number;
  readonly days?: number;
  readonly names?: readonly string[];
}

const DAY_MS = 86_400_000;

export async function planSigning(options: SignOptions, context: TaskContext): Promise<Drafted> {
  const found = findPair(context, options);
  if (typeof found === 'string') return refused(found);
  const { mender, pair } = found;
  const { around } = context;
  const { name } = mender.service;
  const { certificate, key, passphrase, root } = options.authority;
  const above = root === undefined ? [] : await rootsIn(root, context);
  if (typeof above === 'string') return refused(above);
  const files = {
    certificatePath: certificate,
    keyPath: key,
    ...(passphrase ? { passphrase } : {}),
    ...(root ? { rootPath: root } : {}),
  };
  const keyFile = pair.key.hostFile;
  const view = keyFile === undefined ? undefined : await around.view(keyFile);
  const usable = keyFile !== undefined && view?.kind === 'private-key' && view.tls && !view.encrypted;
  const own = await keyIn(keyFile, context);
  const chain = await chainIn(pair.certificate.hostFile, context, own?.publicKeyFingerprint);
  const leaf = chain?.links[0].certificate;
  const keepNames = [...new Set([...namesOf(leaf), ...(options.names ?? [])])];
  const authority = await around.authority(files, [...keepNames, ...reachedBy(mender, context)]);
  if ('message' in authority) {
    const { message } = authority;
    return authority.passphrase === undefined
      ? refused(message)
      : { kind: 'refused', message, passphrase: authority.passphrase };
  }
  const problem = problemOf(authority, pair, context);
  if (problem !== undefined) return refused(problem);
  if (root !== undefined && authority.anchor?.kind === 'unknown') {
    return refused(
      `${shownPath(root, context)} does not contain the root certificate of ${authority.commonName ?? 'this authority'}, or one between them is missing: the certificate of ${authority.anchor.issuer ?? 'its issuer'}.`,
    );
  }
  if (
    leaf &&
    !options.newKey &&
    leaf.issuerKey === authority.subjectKey &&
    leaf.publicKeyFingerprint === own?.publicKeyFingerprint &&
    (daysLeft(leaf, context.now) ?? 0) > context.expiresSoonDays &&
    uncoveredNames(leaf, [...(options.names ?? []), ...reachedBy(mender, context)]).length === 0
  ) {
    return nothing(
      `${name} already has a valid certificate of ${authority.commonName ?? 'this authority'} that covers all names.`,
    );
  }
  const part = await withTrust(context, (fresh) =>
    signedPart(found, usable && !options.newKey ? keyFile : undefined, options, files, keepNames, fresh),
  );
  if (!part) {
    return refused(
      `The mounts of ${name} cannot be changed without changing another service's, or the file is not saved.`,
    );
  }
  const wished = context.now + (options.days ?? DEFAULT_DAYS) * DAY_MS;
  const cut =
    authority.notAfter < wished
      ? [`It expires on ${dayOf(authority.notAfter)}, with the certificate of the authority.`]
      : [];
  const trust = await trustOf(authority, found, part, context);
  return {
    kind: 'plan',
    title: `Sign a certificate for ${name} with ${authority.commonName ?? 'your authority'}`,
    part: {
      ...joinParts([part, trust]),
      effects: [connectionsEnd(mender), ...cut, ...goRefuses(authority)],
    },
    rootWanted: rootWanted(authority.anchor, authority.commonName ?? 'the authority'),
  };
}

/** Why the certificate would be of no use; undefined when it is of some. */
function problemOf(
  authority: SigningCheck,
  pair: PairTarget['pair'],
  context: TaskContext,
): string | undefined {
  const refuse = (who: string, refusal: Refusal) =>
    `${who} would refuse certificates of ${authority.commonName ?? 'this authority'}. ${refusalText(refusal, authority.leaf)} Sign with another authority.`;
  if (authority.openssl) return refuse('Clients', authority.openssl);
  // The deployments service, which reaches storage, is written in Go.
  const isStorage = storageCertificates(context.deployment).includes(pair.certificate);
  return isStorage && authority.go ? refuse('The deployments service', authority.go) : undefined;
}

function goRefuses({ go, leaf }: SigningCheck): readonly string[] {
  return go ? [`Programs written in Go, such as mender-cli, refuse it. ${refusalText(go, leaf)}`] : [];
}

/** What makes devices trust it: a bundle with its root, or what to do to get there. */
async function trustOf(
  { anchor, commonName }: SigningCheck,
  target: PairTarget,
  part: Part,
  context: TaskContext,
): Promise<Part | undefined> {
  const order = part.jobs[0]?.order;
  if (order === undefined || !('certificatePath' in order)) return undefined;
  return trustPart(anchor, commonName ?? 'the authority', target, order.certificatePath, context);
}

async function signedPart(
  { mender, pair }: PairTarget,
  keyFile: string | undefined,
  options: SignOptions,
  authority: { readonly certificatePath: string; readonly keyPath: string; readonly passphrase?: string },
  keepNames: readonly string[],
  context: FixContext,
): Promise<Part | undefined> {
  const { paths } = context.around;
  const documented = [documentedPath(pair.certificate, context), documentedPath(pair.key, context)] as const;
  if (documented[0] === undefined || documented[1] === undefined) return undefined;
  const beside = (file: string | undefined, usual: string) =>
    freePath(context.directory ?? paths.dirname(file ?? usual), paths.basename(file ?? usual), context);
  const certificatePath = await beside(pair.certificate.hostFile, documented[0]);
  const keyPath = keyFile ?? (await beside(pair.key.hostFile, documented[1]));
  const changes = [
    [pair.certificate, certificatePath],
    [pair.key, keyPath],
  ] as const;
  const operations = [];
  for (const [state, path] of changes) {
    if (state.hostFile === path) continue;
    const change = context.planned.isMounted(state)
      ? replaceOperations(state, path, mender, context)
      : [mountOperation(state, path, mender, context)];
    if (!change) return undefined;
    operations.push(...change);
  }
  const { algorithm, bits, days } = options;
  const content = { names: [], authority, days, certificatePath, keyPath };
  const job: KeyJob = {
    order:
      keyFile === undefined
        ? { kind: 'tls-pair', ...content, algorithm, bits }
        : { kind: 'certificate', ...content },
    mender,
    keepNames,
  };
  return { operations, jobs: [job], reminders: [] };
}
