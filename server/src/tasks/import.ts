/** Taking in what an authority signed: checked against key, names and validity, put in order, and mounted. */

import { documentedPath, freePath, shownPath } from '../changes/file-paths';
import { isBelowProject } from '../changes/key-access';
import { mountOperation, replaceOperations } from '../changes/mount-operations';
import { rootsBeside } from '../changes/trust-bundle';
import { withTrust } from '../changes/trust-storage';
import { type FixContext, joinParts, type Part } from '../changes/types';
import { storageCertificates } from '../mender/requirements/storage-trust';
import { acceptance } from '../pki/path-validation/index';
import { refusalText } from '../pki/path-validation/refusal-text';
import { anchorOf, signsItself, type TrustAnchor } from '../pki/path-validation/trust-anchor';
import type { Refusal } from '../pki/path-validation/types';
import type { CertificateBlock, PemBlock } from '../pki/types';
import { type Chain, certificatesOf, chainOf } from '../pki/x509/chain';
import { uncoveredNames } from '../pki/x509/host-match';
import { dayOf } from '../pki/x509/validity';
import { rootsIn, rootWanted, trustPart } from './bundle';
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
  /** A file with the authority's root certificate. */
  readonly root?: string;
  /** Takes it in although clients would refuse it. */
  readonly anyway?: boolean;
}

export async function planImport(options: ImportOptions, context: TaskContext): Promise<Drafted> {
  const read = await readAll(options.certificates, context);
  if (typeof read === 'string') return refused(read);
  const given = options.root === undefined ? [] : await rootsIn(options.root, context);
  if (typeof given === 'string') return refused(given);
  const pairs = targetsOf(context).flatMap((target) => ('tls' in target ? [target.tls] : []));
  const wanted = pairs.filter(
    ({ mender, pair }) =>
      (options.service === undefined || mender.service.name === options.service) &&
      (options.requirement === undefined || pair.certificate.requirement.id === options.requirement),
  );
  if (wanted.length === 0) {
    return refused(
      options.service === undefined
        ? 'No service of this deployment serves TLS, so it needs no certificate.'
        : `${options.service} does not serve TLS, so it has no certificate.`,
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
      options.key === undefined ? 'next to the mounted keys' : `in ${shownPath(options.key, context)}`;
    return refused(
      `None of these certificates belongs to a private key ${looked}. Name the key file that the request was created with.`,
    );
  }
  const beside = await rootsBeside(options.certificates, context);
  const roots = [...given, ...certificatesOf(read).filter(signsItself), ...beside];
  const verdict = verdictOn(chain, roots, options, context);
  if (verdict.problem !== undefined && !options.anyway) {
    return { kind: 'refused', anyway: true, message: `Clients refuse this certificate. ${verdict.problem}` };
  }
  const target = wanted.find(({ pair }) => pair.key.hostFile === keyFile) ?? byNames(owned, wanted, context);
  if (!target) {
    const names = wanted.map(({ mender }) => mender.service.name).join(', ');
    return refused(`The certificate fits several services (${names}). Name the service.`);
  }
  const go = refusedByGo(chain, verdict.anchor, context);
  const forStorage = storageCertificates(context.deployment).includes(target.pair.certificate);
  if (go !== undefined && forStorage && !options.anyway) {
    const message = `The deployments service refuses this certificate. ${go} Ask the authority for another one.`;
    return { kind: 'refused', anyway: true, message };
  }
  return mount(chain, keyFile, target, { ...verdict, go }, context);
}

async function readAll(
  paths: readonly string[],
  context: TaskContext,
): Promise<readonly PemBlock[] | string> {
  if (paths.length === 0) return 'Name the file with the certificate that came from the authority.';
  const blocks: PemBlock[] = [];
  for (const path of paths) {
    const facts = await context.around.facts(path);
    const shown = shownPath(path, context);
    if (facts?.state !== 'file') return `Cannot read ${shown}.`;
    const found = certificatesOf(facts.pem?.blocks ?? []);
    if (found.length === 0) {
      const request = facts.pem?.blocks.some(({ kind }) => kind === 'request');
      return request
        ? `${shown} is the certificate request, not the certificate that the authority signed.`
        : `${shown} contains no certificate.`;
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

interface Verdict {
  /** Why no client would accept it, and what to do; undefined when some will. */
  readonly problem: string | undefined;
  readonly anchor: TrustAnchor;
  /** Why programs written in Go refuse it; undefined where they don't, or clients in general do. */
  readonly go?: string | undefined;
}

/** What clients say of it, as a server would send it. */
function verdictOn(
  chain: Chain,
  roots: readonly CertificateBlock[],
  { root }: ImportOptions,
  context: TaskContext,
): Verdict {
  const [leaf] = chain.links;
  const anchor = anchorOf(sentOf(chain), roots, context.now);
  const problem = (text: string): Verdict => ({ problem: text, anchor });
  const { dns = [], ip = [] } = leaf.certificate.subjectAltNames ?? {};
  if (leaf.certificate.isCa === true && chain.links.length === 1 && !leaf.selfSigned) {
    return problem('It is the certificate of an authority, not of a server.');
  }
  if (anchor.kind === 'refused') {
    return problem(`${refusalText(anchor.refusal, leaf.certificate)} ${remedyFor(anchor.refusal)}`);
  }
  if (chain.gap) {
    const last = chain.links.at(-1)?.certificate;
    return problem(
      `The certificate of ${last?.issuerCommonName ?? 'an authority'} between it and the others is missing. Ask the authority for the whole chain.`,
    );
  }
  if (anchor.kind === 'unknown' && root !== undefined) {
    return problem(
      `The certificate of ${anchor.issuer ?? 'an authority'} between it and ${shownPath(root, context)} is missing. Ask the authority for the whole chain.`,
    );
  }
  if (leaf.certificate.subjectAltNames && dns.length + ip.length === 0) {
    return problem(
      'It has no subject alternative name, so browsers and programs written in Go refuse it for every host. Ask the authority for one with the names of the request.',
    );
  }
  return { problem: undefined, anchor };
}

/** Why programs written in Go refuse what the Mender client accepts; undefined where they don't. */
function refusedByGo(chain: Chain, anchor: TrustAnchor, { now }: TaskContext): string | undefined {
  if (anchor.kind === 'refused' || anchor.kind === 'open') return undefined;
  const trusted = anchor.kind === 'unknown' ? 'issuer' : [anchor.certificate];
  const answer = acceptance({ verifier: 'go', sent: sentOf(chain), trusted, names: [], now });
  return answer.kind === 'refused' ? refusalText(answer.refusal, chain.links[0].certificate) : undefined;
}

function remedyFor(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'expired':
      return 'Ask the authority for a new one.';
    case 'not-yet-valid':
      return 'Import it then.';
    case 'signature':
      return 'It is damaged, or another issuer of that name made it: ask the authority for the whole chain.';
    default:
      return 'Ask the authority for one for TLS servers, under an issuer that may sign it.';
  }
}

/** The root itself is for those who trust it; a server that sends it wastes bytes. */
function sentOf({ links }: Chain): readonly CertificateBlock[] {
  return links.filter((link, index) => index === 0 || !link.selfSigned).map(({ certificate }) => certificate);
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
  target: PairTarget,
  verdict: Verdict,
  context: TaskContext,
): Promise<Drafted> {
  const { mender, pair } = target;
  const { around } = context;
  const [leaf] = chain.links;
  const { name } = mender.service;
  const present = await chainIn(pair.certificate.hostFile, context);
  const same =
    present?.links[0].certificate.certificateFingerprint === leaf.certificate.certificateFingerprint;
  if (same && pair.key.hostFile === keyFile) {
    return nothing(`${name} already has this certificate.`);
  }
  const documented = documentedPath(pair.certificate, context);
  if (documented === undefined)
    return refused('Save the compose file first: the certificate is created in its directory.');
  const now = pair.certificate.hostFile;
  const beside = now !== undefined && isBelowProject(now, context) && context.directory === undefined;
  const home = beside ? now : documented;
  const certificatePath = await freePath(around.paths.dirname(home), around.paths.basename(home), context);
  const part = await withTrust(context, async (fresh): Promise<Part | undefined> => {
    const certificate = place(pair.certificate, certificatePath, mender, fresh);
    const key = pair.key.hostFile === keyFile ? [] : place(pair.key, keyFile, mender, fresh);
    if (!certificate || !key) return undefined;
    const certificates = sentOf(chain).map(({ der }) => der);
    return {
      operations: [...certificate, ...key],
      jobs: [{ order: { kind: 'chain', certificatePath, certificates }, mender }],
      reminders: [],
    };
  });
  if (!part) return refused(`The mounts of ${name} cannot be changed without changing another service's.`);
  const issuer = leaf.certificate.issuerCommonName ?? 'its authority';
  // Nothing is claimed of what clients refuse.
  const trust =
    verdict.problem === undefined
      ? await trustPart(verdict.anchor, issuer, target, certificatePath, context)
      : undefined;
  return {
    kind: 'plan',
    title: `Mount the signed certificate in ${name}`,
    part: {
      ...joinParts([part, trust]),
      effects: [
        ...(verdict.problem === undefined ? [] : [`Clients refuse it. ${verdict.problem}`]),
        ...effectsOf(chain, mender, context),
        ...(verdict.go === undefined
          ? []
          : [`Programs written in Go, such as mender-cli, refuse it. ${verdict.go}`]),
      ],
      reminders: [...(trust?.reminders ?? []), ...renewalDay(chain)],
    },
    rootWanted: verdict.problem === undefined ? rootWanted(verdict.anchor, issuer) : undefined,
  };
}

function place(
  state: PairTarget['pair']['certificate'],
  file: string,
  mender: PairTarget['mender'],
  context: FixContext,
) {
  return context.planned.isMounted(state)
    ? replaceOperations(state, file, mender, context)
    : [mountOperation(state, file, mender, context)];
}

function effectsOf({ links }: Chain, mender: PairTarget['mender'], context: TaskContext): string[] {
  const missing = uncoveredNames(links[0].certificate, reachedBy(mender, context));
  const uncovered =
    missing.length === 0
      ? []
      : [`It does not cover ${missing.join(', ')}: clients that use that name refuse to connect.`];
  return [...uncovered, connectionsEnd(mender)];
}

function renewalDay({ links, end }: Chain): string[] {
  if (end === 'self-signed' && links.length === 1) return [];
  const soon = links
    .map(({ certificate }) => certificate.notAfter ?? Number.POSITIVE_INFINITY)
    .reduce((a, b) => Math.min(a, b));
  return Number.isFinite(soon) ? [`Renew it before ${dayOf(soon)}.`] : [];
}
