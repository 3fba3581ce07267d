/** How the certificates of one file hang together: which one a server presents, who issued it, what is missing. */

import { memo } from '../../cache/memo';
import { attempt, isSignedBy, PLATFORM_IS_OPENSSL } from '../keys/node-crypto';
import type { CertificateBlock, PemBlock } from '../types';
import { readCertificateBody } from './read-certificate';
import { type Validity, validityAt } from './validity';

export interface ChainLink {
  readonly certificate: CertificateBlock;
  /** Index among the file's certificates, from 0. */
  readonly index: number;
  readonly validity: Validity;
  readonly selfSigned: boolean;
  /**
   * Whether its issuer's key, taken from the next link or from itself, made its signature. `unknown`: the issuer
   * is not in the file, or the platform doesn't know.
   */
  readonly signature: 'good' | 'bad' | 'unknown';
  /**
   * The digest that makes its signature weak. Not reported of self-signed certificates: clients have them in their own
   * trust store, and don't look at the signature.
   */
  readonly weakDigest: WeakDigest | undefined;
}

export interface Chain {
  /** From the leaf to the last issuer that the file holds. */
  readonly links: readonly [ChainLink, ...ChainLink[]];
  /**
   * Whether the leaf is the file's first certificate. Every TLS server presents the first one, and refuses to start
   * when its key is another.
   */
  readonly leafFirst: boolean;
  /** The links come in the file in this order, with nothing in between. TLS clients before 1.3 may insist on it. */
  readonly ordered: boolean;
  /** `self-signed`: the last link signs itself. `issuer-elsewhere`: its issuer is not in the file, as is usual. */
  readonly end: 'self-signed' | 'issuer-elsewhere' | 'unknown';
  /** The links end before a certificate of the file that others of it don't lead to: an intermediate is missing. */
  readonly gap: boolean;
  /** Certificates that are no part of the chain, in the order of the file. */
  readonly others: readonly CertificateBlock[];
}

export type WeakDigest = 'MD2' | 'MD5' | 'SHA-1';

const WEAK: Readonly<Record<string, WeakDigest>> = { md2: 'MD2', md5: 'MD5', sha1: 'SHA-1' };

/** The digest of a certificate's signature, where forging it is within reach. */
export function weakDigestOf(certificate: Pick<CertificateBlock, 'signatureDigest'>): WeakDigest | undefined {
  return certificate.signatureDigest === undefined ? undefined : WEAK[certificate.signatureDigest];
}

/** The certificates of a file that can be read, in their order. */
export function certificatesOf(blocks: readonly PemBlock[]): readonly CertificateBlock[] {
  return blocks.filter((block): block is CertificateBlock => block.kind === 'certificate' && !block.damaged);
}

/**
 * The chain of a certificate file; undefined when it holds no certificate that can be read. The leaf is the
 * certificate of `publicKey` (a fingerprint) where the file has it, else the one that issues no other. `now` is in
 * milliseconds since the epoch.
 */
export function chainOf(
  blocks: readonly PemBlock[],
  { now, publicKey }: { readonly now: number; readonly publicKey?: string | undefined },
): Chain | undefined {
  const all = distinct(certificatesOf(blocks));
  const leaf = leafOf(all, publicKey);
  if (leaf === undefined) return undefined;

  const path = [leaf];
  const tries = { left: MAX_TRIES };
  let end: Chain['end'] = 'issuer-elsewhere';
  while (true) {
    const last = path.at(-1) ?? leaf;
    if (last.issuerKey === undefined) {
      end = 'unknown';
      break;
    }
    if (isSelfIssued(last)) {
      end = 'self-signed';
      break;
    }
    const issuer = issuerOf(last, all, now, tries);
    if (issuer === undefined || path.includes(issuer)) break;
    path.push(issuer);
  }

  const links = path.map((certificate, at) => linkOf(certificate, path[at + 1], all, now));
  const others = all.filter((each) => !path.includes(each));
  const [first, ...rest] = links;
  if (first === undefined) return undefined;
  return {
    links: [first, ...rest],
    leafFirst: first.index === 0,
    ordered: links.every((link, at) => link.index === at),
    end,
    // A second leaf beside the first is no gap; an authority that nothing here leads to is one.
    gap: end === 'issuer-elsewhere' && others.some((each) => each.isCa !== false && !issuesAny(each, path)),
    others,
  };
}

/** A file may repeat a certificate; the first one counts. */
function distinct(certificates: readonly CertificateBlock[]): readonly CertificateBlock[] {
  const seen = new Map<string, CertificateBlock>();
  for (const each of certificates) {
    if (!seen.has(each.certificateFingerprint)) seen.set(each.certificateFingerprint, each);
  }
  return [...seen.values()];
}

function leafOf(
  all: readonly CertificateBlock[],
  publicKey: string | undefined,
): CertificateBlock | undefined {
  const own = publicKey && all.find((each) => each.publicKeyFingerprint === publicKey);
  if (own) return own;
  const ends = all.filter((each) => !all.some((other) => other !== each && issued(each, other)));
  return ends.find((each) => each.isCa !== true) ?? ends[0] ?? all[0];
}

/** Whether `issuer` issued `certificate`, by name. */
function issued(issuer: CertificateBlock, certificate: CertificateBlock): boolean {
  return issuer.subjectKey !== undefined && issuer.subjectKey === certificate.issuerKey;
}

function issuesAny(issuer: CertificateBlock, certificates: readonly CertificateBlock[]): boolean {
  return certificates.some((each) => issued(issuer, each));
}

function isSelfIssued(certificate: CertificateBlock): boolean {
  return issued(certificate, certificate) && signatureBy(certificate, certificate) !== 'bad';
}

/**
 * Signatures that are verified in one file to distinguish authorities of one name; behind that, the name alone counts.
 * Go gives up after 100.
 */
const MAX_TRIES = 200;

/** Of several authorities of one name the one whose key made the signature, and of those one that is valid. */
function issuerOf(
  certificate: CertificateBlock,
  all: readonly CertificateBlock[],
  now: number,
  tries: { left: number },
): CertificateBlock | undefined {
  let best: { readonly issuer: CertificateBlock; readonly rank: number } | undefined;
  for (const issuer of all) {
    if (issuer === certificate || !issued(issuer, certificate)) continue;
    const isBad = tries.left-- > 0 && signatureBy(issuer, certificate) === 'bad';
    const rank = (isBad ? 2 : 0) + (validityAt(issuer, now) === 'valid' ? 0 : 1);
    if (best === undefined || rank < best.rank) best = { issuer, rank };
    if (rank === 0) break;
  }
  return best?.issuer;
}

function linkOf(
  certificate: CertificateBlock,
  issuer: CertificateBlock | undefined,
  all: readonly CertificateBlock[],
  now: number,
): ChainLink {
  const selfSigned = isSelfIssued(certificate);
  const signer = issuer ?? (issued(certificate, certificate) ? certificate : undefined);
  return {
    certificate,
    index: all.indexOf(certificate),
    validity: validityAt(certificate, now),
    selfSigned,
    signature: signer === undefined ? 'unknown' : signatureBy(signer, certificate),
    weakDigest: selfSigned ? undefined : weakDigestOf(certificate),
  };
}

/** Digests whose signatures every OpenSSL verifies; others may be switched off, which is no bad signature. */
const VERIFIED: readonly string[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

type Signature = 'good' | 'bad' | 'unknown';

/** What was found out, for as long as the two certificates are kept: a look takes half a millisecond. */
const signatures = memo((issuer: CertificateBlock) =>
  memo((certificate: CertificateBlock) => verified(issuer, certificate)),
);

/** Whether `issuer`'s key made the signature on `certificate`. */
export function signatureBy(issuer: CertificateBlock, certificate: CertificateBlock): Signature {
  return signatures(issuer)(certificate);
}

function verified(issuer: CertificateBlock, certificate: CertificateBlock): Signature {
  const body = attempt(() => readCertificateBody(issuer.der));
  const good = body && isSignedBy(certificate.der, body.publicKeyInfo);
  if (good === true) return 'good';
  const digest = certificate.signatureDigest;
  const isVerifiable = PLATFORM_IS_OPENSSL && digest !== undefined && VERIFIED.includes(digest);
  return good === false && isVerifiable ? 'bad' : 'unknown';
}
