/** Taking in what an authority signed: checked against key, names and validity, put in order, and mounted. */
import { type Chain, certificatesOf, chainOf } from '../../pki/chain';
import { uncoveredNames } from '../../pki/host-match';
import type { CertificateBlock, PemBlock } from '../../pki/pem-facts';
import { dayOf } from '../../pki/validity';
import { withTrust } from '../certificate';
import type { FixContext, Part } from '../draft';
import { isBelowProject } from '../key-access';
import { documentedPath, freePath, mountOperation, replaceOperations, shownPath } from '../place';
import {
  chainIn,
  connectionsEnd,
  type Drafted,
  keyIn,
  nothing,
  type PairTarget,
  reachedBy,
  refused,
  type TaskContext,
  targetsOf,
} from './task';

export interface ImportOptions {
  readonly service?: string;
  readonly requirement?: string;
  readonly certificates: readonly string[];
  readonly key?: string;
}

export async function planImport(options: ImportOptions, context: TaskContext): Promise<Drafted> {
  const read = await readAll(options.certificates, context);
  if (typeof read === 'string') return refused(read);
  const pairs = targetsOf(context).flatMap((target) => ('tls' in target ? [target.tls] : []));
  const wanted = pairs.filter(
    ({ mender, pair }) =>
      (options.service === undefined || mender.service.name === options.service) &&
      (options.requirement === undefined || pair.certificate.requirement.id === options.requirement),
  );
  if (wanted.length === 0) {
    return refused(
      options.service === undefined
        ? 'No service of this deployment serves TLS, so a certificate has no place in it.'
        : `${options.service} serves no TLS, so it has no certificate.`,
    );
  }
  const keys = await keysNear(options, wanted, context);
  const owners = certificatesOf(read).filter(
    ({ publicKeyFingerprint }) => publicKeyFingerprint !== undefined && keys.has(publicKeyFingerprint),
  );
  // The authority's own key may lie beside as well.
  const owned = owners.find(({ isCa }) => isCa !== true) ?? owners[0];
  const chain = chainOf(read, { now: context.now, publicKey: owned?.publicKeyFingerprint });
  const keyFile =
    owned?.publicKeyFingerprint === undefined ? undefined : keys.get(owned.publicKeyFingerprint);
  if (!chain || !owned || keyFile === undefined) {
    const looked =
      options.key === undefined ? 'beside the mounted keys' : `in ${shownPath(options.key, context)}`;
    return refused(
      `None of these certificates belongs to a private key ${looked}. Say which file holds the key that the request was made for.`,
    );
  }
  const problem = problemOf(chain, context);
  if (problem !== undefined) return refused(problem);
  const target = wanted.find(({ pair }) => pair.key.hostFile === keyFile) ?? byNames(owned, wanted, context);
  if (!target) {
    const names = wanted.map(({ mender }) => mender.service.name).join(', ');
    return refused(`The certificate could be for more than one service (${names}). Say for which.`);
  }
  return mount(chain, keyFile, target, context);
}

async function readAll(
  paths: readonly string[],
  context: TaskContext,
): Promise<readonly PemBlock[] | string> {
  if (paths.length === 0) return 'Say which file holds the certificate that came from the authority.';
  const blocks: PemBlock[] = [];
  for (const path of paths) {
    const facts = await context.around.facts(path);
    const shown = shownPath(path, context);
    if (facts?.state !== 'file') return `${shown} can't be read.`;
    const found = certificatesOf(facts.pem?.blocks ?? []);
    if (found.length === 0) {
      const request = facts.pem?.blocks.some(({ kind }) => kind === 'request');
      return request
        ? `${shown} is the request, not the certificate that the authority made of it.`
        : `${shown} holds no certificate.`;
    }
    blocks.push(...found);
  }
  return blocks;
}

/** Private keys that the certificate could belong to: file by public key. The mounted ones count first. */
async function keysNear(
  options: ImportOptions,
  pairs: readonly PairTarget[],
  context: TaskContext,
): Promise<ReadonlyMap<string, string>> {
  const { around } = context;
  const mounted = pairs.flatMap(({ pair }) => pair.key.hostFile ?? []);
  const directories = new Set(
    [
      ...mounted,
      ...pairs.flatMap(({ pair }) => documentedPath(pair.key, context) ?? []),
      ...options.certificates,
    ].map((path) => around.paths.dirname(path)),
  );
  const files =
    options.key === undefined ? [...mounted, ...(await around.pemFiles([...directories]))] : [options.key];
  const keys = new Map<string, string>();
  for (const file of files) {
    const block = await keyIn(file, context);
    const print = block?.encrypted ? undefined : block?.publicKeyFingerprint;
    if (print !== undefined && !keys.has(print)) keys.set(print, file);
  }
  return keys;
}

/** Why no client would accept it; undefined when some will. */
function problemOf({ links }: Chain, { now }: TaskContext): string | undefined {
  for (const [index, { certificate, validity, signature }] of links.entries()) {
    const what =
      index === 0
        ? 'The certificate'
        : `The certificate of its issuer ${certificate.subjectCommonName ?? ''}`.trim();
    if (validity === 'expired') return `${what} has expired on ${dayOf(certificate.notAfter ?? now)}.`;
    if (validity === 'not-yet-valid') {
      return `${what} is valid from ${dayOf(certificate.notBefore ?? now)} on only. Import it then.`;
    }
    if (signature === 'bad') return `${what} is damaged: its issuer's signature does not fit.`;
  }
  const [leaf] = links;
  if (leaf.certificate.isCa === true && links.length === 1 && !leaf.selfSigned) {
    return 'The certificate is one of an authority, not one for a server.';
  }
  const { dns = [], ip = [] } = leaf.certificate.subjectAltNames ?? {};
  if (leaf.certificate.subjectAltNames && dns.length + ip.length === 0) {
    return 'The certificate has no subject alternative name, so the Mender client and browsers refuse it for every host. Ask the authority for one that takes over the names of the request.';
  }
  return undefined;
}

/** The one service that is reached by a name of the certificate, or that is the only one. */
function byNames(
  certificate: CertificateBlock,
  pairs: readonly PairTarget[],
  context: TaskContext,
): PairTarget | undefined {
  const fits = pairs.filter(({ mender }) => {
    const reached = reachedBy(mender, context).filter((name) => name !== mender.service.name);
    return reached.length > 0 && uncoveredNames(certificate, reached).length < reached.length;
  });
  const candidates = fits.length > 0 ? fits : pairs;
  return candidates.length === 1 ? candidates[0] : undefined;
}

async function mount(
  chain: Chain,
  keyFile: string,
  { mender, pair }: PairTarget,
  context: TaskContext,
): Promise<Drafted> {
  const { around } = context;
  const [leaf] = chain.links;
  const { name } = mender.service;
  const present = await chainIn(pair.certificate.hostFile, context);
  const same =
    present?.links[0].certificate.certificateFingerprint === leaf.certificate.certificateFingerprint;
  if (same && pair.key.hostFile === keyFile) {
    return nothing(`${name} has this certificate already.`);
  }
  const documented = documentedPath(pair.certificate, context);
  if (documented === undefined)
    return refused('Save the compose file first: the certificate is put beside it.');
  const now = pair.certificate.hostFile;
  const home = now !== undefined && isBelowProject(now, context) ? now : documented;
  const certificatePath = await freePath(around.paths.dirname(home), around.paths.basename(home), context);
  // The root itself is for those who trust it; a server that sends it wastes bytes.
  const sent = chain.links.filter((link, index) => index === 0 || !link.selfSigned);
  const part = await withTrust(context, async (fresh): Promise<Part | undefined> => {
    const certificate = place(pair.certificate, certificatePath, mender, fresh);
    const key = pair.key.hostFile === keyFile ? [] : place(pair.key, keyFile, mender, fresh);
    if (!certificate || !key) return undefined;
    const certificates = sent.map((link) => link.certificate.der);
    return {
      operations: [...certificate, ...key],
      jobs: [{ order: { kind: 'chain', certificatePath, certificates }, mender }],
      reminders: [],
    };
  });
  if (!part) return refused(`The mounts of ${name} can't be changed without changing another service's.`);
  return {
    kind: 'plan',
    title: `Mount the signed certificate in ${name}`,
    part: { ...part, effects: effectsOf(chain, mender, context), reminders: remindersOf(chain) },
  };
}

function place(
  state: PairTarget['pair']['certificate'],
  file: string,
  mender: PairTarget['mender'],
  context: FixContext,
) {
  return context.work.isMounted(state)
    ? replaceOperations(state, file, mender, context)
    : [mountOperation(state, file, mender, context)];
}

function effectsOf({ links }: Chain, mender: PairTarget['mender'], context: TaskContext): string[] {
  const missing = uncoveredNames(links[0].certificate, reachedBy(mender, context));
  const uncovered =
    missing.length === 0
      ? []
      : [`It does not cover ${missing.join(', ')}: who connects by that name is refused.`];
  return [...uncovered, connectionsEnd(mender)];
}

function remindersOf(chain: Chain): string[] {
  const last = chain.links.at(-1)?.certificate;
  if (chain.end === 'self-signed' && chain.links.length === 1) return [];
  const root = chain.end === 'self-signed' ? last?.subjectCommonName : last?.issuerCommonName;
  const authority = root ?? 'its authority';
  const gap = chain.gap
    ? ['An intermediate certificate is missing between the files: ask the authority for the whole chain.']
    : [];
  const soon = chain.links
    .map(({ certificate }) => certificate.notAfter ?? Number.POSITIVE_INFINITY)
    .reduce((a, b) => Math.min(a, b));
  const until = Number.isFinite(soon) ? [`It has to be renewed before ${dayOf(soon)}.`] : [];
  return [
    ...gap,
    `Devices have to trust ${authority}: put its certificate into the Mender client build, unless their system trusts it already.`,
    ...until,
  ];
}
