/** A certificate signed here, by an authority whose certificate and key are at hand. */
import { uncoveredNames } from '../../pki/host-match';
import { DEFAULT_DAYS } from '../../pki/orders';
import { dayOf, daysLeft } from '../../pki/validity';
import { withTrust } from '../certificate';
import type { FixContext, KeyJob, Part } from '../draft';
import { documentedPath, freePath, mountOperation, replaceOperations } from '../place';
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
  readonly authority: { readonly certificate: string; readonly key: string; readonly passphrase?: string };
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
  const { certificate, key, passphrase } = options.authority;
  const files = { certificatePath: certificate, keyPath: key, ...(passphrase ? { passphrase } : {}) };
  const authority = await around.authority(files);
  if ('message' in authority) {
    const { message } = authority;
    return authority.passphrase === undefined
      ? refused(message)
      : { kind: 'refused', message, passphrase: authority.passphrase };
  }
  const keyFile = pair.key.hostFile;
  const view = keyFile === undefined ? undefined : await around.view(keyFile);
  const usable = keyFile !== undefined && view?.kind === 'private-key' && view.tls && !view.encrypted;
  const own = await keyIn(keyFile, context);
  const chain = await chainIn(pair.certificate.hostFile, context, own?.publicKeyFingerprint);
  const leaf = chain?.links[0].certificate;
  if (
    leaf &&
    !options.newKey &&
    leaf.issuerKey === authority.subjectKey &&
    leaf.publicKeyFingerprint === own?.publicKeyFingerprint &&
    (daysLeft(leaf, context.now) ?? 0) > context.expiresSoonDays &&
    uncoveredNames(leaf, [...(options.names ?? []), ...reachedBy(mender, context)]).length === 0
  ) {
    return nothing(
      `${name} has a certificate of ${authority.commonName ?? 'this authority'} that is valid and covers all names.`,
    );
  }
  const keepNames = [...new Set([...namesOf(leaf), ...(options.names ?? [])])];
  const part = await withTrust(context, (fresh) =>
    signedPart(found, usable && !options.newKey ? keyFile : undefined, options, files, keepNames, fresh),
  );
  if (!part) {
    return refused(
      `The mounts of ${name} can't be changed without changing another service's, or the file is not saved.`,
    );
  }
  const wished = context.now + (options.days ?? DEFAULT_DAYS) * DAY_MS;
  const cut =
    authority.notAfter < wished
      ? [`It ends on ${dayOf(authority.notAfter)}, when the certificate of the authority does.`]
      : [];
  return {
    kind: 'plan',
    title: `Sign a certificate for ${name} with ${authority.commonName ?? 'your authority'}`,
    part: {
      ...part,
      effects: [connectionsEnd(mender), ...cut],
      reminders: [
        `Devices have to trust ${authority.commonName ?? 'the authority'}: put its certificate into the Mender client build, unless their system trusts it already.`,
      ],
    },
  };
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
    const change = context.work.isMounted(state)
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
