/**
 * OpenSSL's X509_verify_cert (3.0) with the purpose "TLS server": trusted certificates before those that were sent, the
 * first fitting issuer without going back, and no partial chains.
 */

import type { CertificateBlock } from '../types';
import { signatureBy, weakDigestOf } from '../x509/chain';
import { coverage, coversByCommonName } from '../x509/host-match';
import { forbiddenInOpenssl } from './name-constraints';
import { type CanonicalName, EXTENSION, type PathFacts, sameName } from './path-facts';
import { type Acceptance, type PathInput, type Refusal, refusedFor, UNKNOWN } from './types';

/** As OpenSSL's own bound on a chain. */
const DEPTH_MAX = 100;

/** Critical extensions that it knows (X509_supported_extension). */
const SUPPORTED = new Set<string>([
  EXTENSION.subjectKeyId,
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.authorityKeyId,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
  '2.16.840.1.113730.1.1', // nsCertType
  '1.3.6.1.5.5.7.1.7', // sbgp-ipAddrBlock
  '1.3.6.1.5.5.7.1.8', // sbgp-autonomousSysNum
  '1.3.6.1.5.5.7.48.1.5', // id-pkix-ocsp-nocheck
]);

/** serverAuth, and the two server-gated cryptographies of the nineties. */
const SERVER_USAGES = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.4.1.311.10.3.3', '2.16.840.1.113730.4.1'];
const TLS_KEY_USAGES = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];

/** A chain as far as it is known: the last one is trusted itself, or who issued it is. */
interface Path {
  readonly path: readonly PathFacts[];
  readonly anchored: boolean;
}

export function acceptedByOpenssl(input: PathInput): Acceptance {
  // The server's own key comes first of all.
  if (isSmall(input.leaf.certificate, input.securityLevel)) {
    return refusedFor({ kind: 'small-key', at: input.leaf.certificate });
  }
  const built = build(input);
  if ('kind' in built) return built;
  const checks = [checkExtensions, checkStrength, checkNames, checkSignatures, checkConstraints];
  let unknown = false;
  for (const check of checks) {
    const found = check(built, input);
    if (found === 'unknown') unknown = true;
    else if (found !== undefined) return refusedFor(found);
  }
  return unknown ? UNKNOWN : { kind: 'accepted', path: built.path.map(({ certificate }) => certificate) };
}

/** build_chain. */
function build(input: PathInput): Path | Exclude<Acceptance, { readonly kind: 'accepted' }> {
  const { leaf, now } = input;
  const anyRoot = input.trusted === 'issuer';
  const trusted = bySubject(input.trusted === 'issuer' ? [] : input.trusted);
  const sent = bySubject(input.issuers);
  const used = new Set<PathFacts>();
  const path: PathFacts[] = [leaf];
  let fromStore = false;
  while (path.length <= DEPTH_MAX) {
    const last = path.at(-1) ?? leaf;
    const selfSigned = isSelfSigned(last);
    if (selfSigned === undefined) return UNKNOWN;
    const anchor = fitting(last, trusted.get(keyOf(last.issuer)) ?? [], now);
    if (anchor === 'unknown') return UNKNOWN;
    if (anchor !== undefined && !fromStore && selfSigned) {
      // The very one that is trusted, and not one that looks like it.
      if (same(anchor, last)) return { path, anchored: true };
    } else if (anchor !== undefined && !selfSigned) {
      path.push(anchor);
      fromStore = true;
      if (isSelfSigned(anchor)) return { path, anchored: true };
      continue;
    }
    if (selfSigned || fromStore) break;
    const issuer = fitting(
      last,
      (sent.get(keyOf(last.issuer)) ?? []).filter((each) => !used.has(each)),
      now,
    );
    if (issuer === 'unknown') return UNKNOWN;
    if (issuer === undefined) break;
    used.add(issuer);
    path.push(issuer);
  }
  const last = path.at(-1) ?? leaf;
  const selfSigned = isSelfSigned(last) === true;
  if (anyRoot) return path.length > DEPTH_MAX ? UNKNOWN : { path, anchored: selfSigned };
  return { kind: 'refused', refusal: { kind: 'untrusted', at: last.certificate, selfSigned } };
}

function bySubject(all: readonly PathFacts[]): ReadonlyMap<string, readonly PathFacts[]> {
  const found = new Map<string, PathFacts[]>();
  for (const each of all) {
    const key = keyOf(each.subject);
    const others = found.get(key);
    if (others) others.push(each);
    else found.set(key, [each]);
  }
  return found;
}

const keyOf = (name: CanonicalName) => name.join('/');

/** The first issuer that is valid, else the one that ends last. */
function fitting(
  subject: PathFacts,
  candidates: readonly PathFacts[],
  now: number | undefined,
): PathFacts | 'unknown' | undefined {
  let best: PathFacts | undefined;
  for (const issuer of candidates) {
    const issued = likelyIssued(issuer, subject);
    if (issued === undefined) return 'unknown';
    if (!issued) continue;
    if (datesOf(issuer.certificate, now) === 'valid') return issuer;
    if (best === undefined || (issuer.certificate.notAfter ?? 0) > (best.certificate.notAfter ?? 0))
      best = issuer;
  }
  return best;
}

/** ossl_x509_likely_issued: by names, key identifiers and the kind of key; no signature yet. */
function likelyIssued(issuer: PathFacts, subject: PathFacts): boolean | undefined {
  if (!sameName(issuer.subject, subject.issuer)) return false;
  const { authorityKeyId } = subject;
  if (authorityKeyId !== undefined) {
    const { keyId, serial, issuer: name } = authorityKeyId;
    if (keyId !== undefined && issuer.subjectKeyId !== undefined && keyId !== issuer.subjectKeyId)
      return false;
    if (serial !== undefined && serial !== issuer.serial) return false;
    if (name !== undefined && !sameName(name, issuer.issuer)) return false;
  }
  return signsLike(issuer.certificate, subject.certificate);
}

/** Whether a key of the issuer's kind makes signatures of the subject's. */
function signsLike(
  { algorithm }: CertificateBlock,
  { signatureAlgorithm }: CertificateBlock,
): boolean | undefined {
  if (algorithm === undefined || algorithm === 'other' || signatureAlgorithm === undefined) return undefined;
  if (signatureAlgorithm === 'rsassaPss') return algorithm === 'rsa' || algorithm === 'rsa-pss';
  if (/WithRSAEncryption$/.test(signatureAlgorithm)) return algorithm === 'rsa';
  if (signatureAlgorithm.startsWith('ecdsa')) return algorithm === 'ec';
  if (signatureAlgorithm.startsWith('dsa')) return algorithm === 'dsa';
  if (/^ED\d+$/.test(signatureAlgorithm)) return algorithm === signatureAlgorithm.toLowerCase();
  return undefined;
}

function isSelfIssued(facts: PathFacts): boolean {
  return sameName(facts.subject, facts.issuer);
}

function isSelfSigned(facts: PathFacts): boolean | undefined {
  return likelyIssued(facts, facts);
}

function same(one: PathFacts, other: PathFacts): boolean {
  return one.certificate.certificateFingerprint === other.certificate.certificateFingerprint;
}

/** Both ends in whole seconds; the last one doesn't count any more. */
function datesOf({ notBefore, notAfter }: CertificateBlock, now: number | undefined) {
  if (now === undefined) return 'valid';
  const second = Math.floor(now / 1000) * 1000;
  if (notBefore !== undefined && notBefore > second) return 'not-yet-valid';
  if (notAfter !== undefined && notAfter <= second) return 'expired';
  return notBefore === undefined || notAfter === undefined ? 'unknown' : 'valid';
}

type Check = (path: Path, input: PathInput) => Refusal | 'unknown' | undefined;

/** check_extensions: what an issuer may do, and what servers may. */
const checkExtensions: Check = ({ path, anchored }, { verifier }) => {
  const strict = verifier === 'strict';
  const count = anchored ? path.length : path.length + 1;
  let below = 0;
  for (const [depth, facts] of path.entries()) {
    const at = facts.certificate;
    const oid = [...facts.extensions].find(([each, critical]) => critical && !SUPPORTED.has(each))?.[0];
    if (oid !== undefined) return { kind: 'critical-extension', at, oid };
    if (at.keyUsage?.length === 0) return 'unknown';
    const ca = authority(facts);
    if (depth > 0 && (ca === 'no' || (ca === 'maybe' && (depth + 1 < count || strict)))) {
      return { kind: facts.constraints?.isCa ? 'may-not-sign' : 'not-an-authority', at };
    }
    if (depth === 0 && strict && ca === 'maybe') return { kind: 'not-an-authority', at };
    if (count > 1 && at.explicitCurve) {
      return { kind: 'unreadable', at, reason: 'the curve of its key is not given by name' };
    }
    const form = strict && count > 1 ? strictForm(facts, depth + 1 < count) : undefined;
    if (form !== undefined) return { kind: 'form', at, reason: form };
    if (facts.usages && !facts.usages.some((usage) => SERVER_USAGES.includes(usage)))
      return { kind: 'not-for-servers', at };
    if (depth === 0 && at.keyUsage && !at.keyUsage.some((usage) => TLS_KEY_USAGES.includes(usage)))
      return { kind: 'key-usage', at };
    const length = facts.constraints?.pathLength;
    if (depth > 1 && length !== undefined && below > length) return { kind: 'path-length', at, length };
    if (depth > 0 && !isSelfIssued(facts)) below += 1;
  }
  return undefined;
};

/** check_ca; `maybe`: an old certificate that only a trust store may hold. */
function authority(facts: PathFacts): 'yes' | 'no' | 'maybe' {
  const { keyUsage } = facts.certificate;
  if (keyUsage && !keyUsage.includes('keyCertSign')) return 'no';
  if (facts.constraints !== undefined) return facts.constraints.isCa ? 'yes' : 'no';
  if (facts.version === 1 && isSelfSigned(facts) === true) return 'maybe';
  return keyUsage === undefined ? 'no' : 'maybe';
}

/** What X509_V_FLAG_X509_STRICT adds, as a clause for people. */
function strictForm(facts: PathFacts, hasIssuer: boolean): string | undefined {
  const { constraints, extensions, subject, issuer, names, version } = facts;
  const { keyUsage } = facts.certificate;
  const isCa = constraints?.isCa === true;
  const signs = keyUsage === undefined || keyUsage.includes('keyCertSign');
  if (constraints?.pathLength !== undefined && !isCa) return 'it has a path length, and is no authority';
  if (constraints?.pathLength !== undefined && !signs)
    return 'it has a path length, and may not sign certificates';
  if (isCa && extensions.get(EXTENSION.basicConstraints) === false)
    return 'its basic constraints are not critical';
  if (isCa && keyUsage === undefined) return 'it is an authority without a key usage';
  if (!isCa && keyUsage?.includes('keyCertSign')) return 'it may sign certificates, and is no authority';
  if (issuer.length === 0) return 'it does not name its issuer';
  const unnamed = subject.length === 0;
  if (unnamed && (isCa || names === undefined || keyUsage?.includes('cRLSign'))) return 'it has no name';
  if (unnamed && extensions.get(EXTENSION.subjectAltName) === false)
    return 'it has no name, and its alternative names are not critical';
  if (names?.length === 0) return 'its list of alternative names is empty';
  if (extensions.get(EXTENSION.authorityKeyId)) return "its issuer's key identifier is critical";
  if (extensions.get(EXTENSION.subjectKeyId)) return 'its key identifier is critical';
  if (version < 3) return extensions.size > 0 ? 'it has extensions, and is of version 1' : undefined;
  if (hasIssuer && facts.authorityKeyId?.keyId === undefined) return "it lacks its issuer's key identifier";
  if (isCa && facts.subjectKeyId === undefined) return 'it is an authority without a key identifier';
  return undefined;
}

/** check_auth_level: digests and keys that are too weak for the level. */
const checkStrength: Check = ({ path, anchored }, { securityLevel = 1 }) => {
  if (securityLevel === 0) return undefined;
  for (const [depth, { certificate: at }] of path.entries()) {
    if (at.bits === undefined && (at.algorithm === 'rsa' || at.algorithm === 'ec')) return 'unknown';
    if (isSmall(at, securityLevel)) return { kind: 'small-key', at };
    const digest = weakDigestOf(at);
    const isAnchor = anchored && depth === path.length - 1;
    if (digest !== undefined && !isAnchor) return { kind: 'weak-digest', at, digest };
  }
  return undefined;
};

function isSmall({ algorithm, bits }: CertificateBlock, level: 0 | 1 | 2 = 1): boolean {
  const least = algorithm === 'ec' ? [0, 160, 224][level] : [0, 1024, 2048][level];
  return bits !== undefined && bits < (least ?? 0);
}

/** check_id: X509_check_host and X509_check_ip. */
const checkNames: Check = ({ path: [leaf] }, { names }) => {
  if (leaf === undefined) return undefined;
  const at = leaf.certificate;
  const { subjectAltNames } = at;
  if (subjectAltNames === undefined) return names.length > 0 ? 'unknown' : undefined;
  const name = names.find(
    (each) => !coverage(subjectAltNames, each).openssl && !coversByCommonName(at, each),
  );
  return name === undefined ? undefined : { kind: 'name', at, name };
};

/** internal_verify: from the top down, signatures and dates. */
const checkSignatures: Check = ({ path }, { now }) => {
  let unknown = false;
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const [facts, issuer] = [path[depth], path[depth + 1]];
    if (facts === undefined) break;
    const at = facts.certificate;
    if (issuer !== undefined) {
      const { keyUsage } = issuer.certificate;
      if (keyUsage && !keyUsage.includes('keyCertSign'))
        return { kind: 'may-not-sign', at: issuer.certificate };
      const signature = signatureBy(issuer.certificate, at);
      if (signature === 'bad') return { kind: 'signature', at };
      if (signature === 'unknown') unknown = true;
    }
    const dates = datesOf(at, now);
    if (dates === 'unknown') unknown = true;
    else if (dates !== 'valid') return { kind: dates, at };
  }
  return unknown ? 'unknown' : undefined;
};

/** check_name_constraints: self-issued certificates between the two ends don't count. */
const checkConstraints: Check = ({ path }) => {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const facts = path[depth];
    if (facts === undefined || (depth > 0 && isSelfIssued(facts))) continue;
    for (let above = path.length - 1; above > depth; above -= 1) {
      const authority = path[above];
      const name = authority && forbiddenInOpenssl(facts, authority, depth === 0);
      if (name !== undefined && authority !== undefined) {
        const by = authority.certificate;
        return { kind: 'name-constraints', at: facts.certificate, by, name };
      }
    }
  }
  return undefined;
};
