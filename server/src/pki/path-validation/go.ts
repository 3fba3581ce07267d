/** Go's Certificate.Verify (crypto/x509, 1.26) for servers: every way up to a trusted certificate is tried. */

import { isKnownToGo } from '../consumers/tls-server';
import type { CertificateBlock } from '../types';
import { signatureBy, weakDigestOf } from '../x509/chain';
import { coverage } from '../x509/host-match';
import { validityAt } from '../x509/validity';
import { forbiddenInGo } from './name-constraints';
import { EXTENSION, type PathFacts } from './path-facts';
import { type Acceptance, type PathInput, type Refusal, refusedFor, UNKNOWN } from './types';

/** maxChainSignatureChecks: Go gives up after these. */
const SIGNATURES_MAX = 100;

const SUPPORTED = new Set<string>(Object.values(EXTENSION));
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_USAGE = '2.5.29.37.0';

interface Search {
  readonly input: PathInput;
  readonly roots: ReadonlyMap<string, readonly PathFacts[]>;
  readonly sent: ReadonlyMap<string, readonly PathFacts[]>;
  signatures: number;
  unknown: boolean;
  /** Why the first way up led nowhere. */
  refusal: Refusal | undefined;
}

export function acceptedByGo(input: PathInput): Acceptance {
  const { leaf, issuers, names, trusted } = input;
  const at = leaf.certificate;
  for (const each of [leaf, ...issuers]) {
    const unreadable = unreadableInGo(each);
    if (unreadable === 'unknown') return UNKNOWN;
    if (unreadable !== undefined) return refusedFor(unreadable);
  }
  const invalid = invalidIn(leaf, [], input, false);
  if (invalid === 'unknown') return UNKNOWN;
  if (invalid !== undefined) return refusedFor(invalid);
  const { subjectAltNames } = at;
  if (subjectAltNames === undefined) return UNKNOWN;
  const name = names.find((each) => !coverage(subjectAltNames, each).go);
  if (name !== undefined) return refusedFor({ kind: 'name', at, name });

  const anyRoot = trusted === 'issuer';
  const readable = anyRoot ? issuers.filter(isSelfIssued) : trusted.filter((each) => !unreadableInGo(each));
  const search: Search = {
    input,
    roots: bySubject(readable),
    sent: bySubject(issuers.filter((each) => !anyRoot || !isSelfIssued(each))),
    signatures: 0,
    unknown: false,
    refusal: undefined,
  };
  const isTrusted = anyRoot
    ? isSelfIssued(leaf)
    : readable.some((each) => each.certificate.certificateFingerprint === at.certificateFingerprint);
  const path = isTrusted ? finished([leaf], search) : climb([leaf], search);
  if (path) return { kind: 'accepted', path: path.map(({ certificate }) => certificate) };
  if (search.unknown) return UNKNOWN;
  return refusedFor(search.refusal ?? { kind: 'untrusted', at, selfSigned: isSelfIssued(leaf) });
}

/** buildChains: the first chain that passes all looks. */
function climb(path: readonly PathFacts[], search: Search): readonly PathFacts[] | undefined {
  const child = path.at(-1);
  const key = child?.certificate.issuerKey;
  if (child === undefined || key === undefined) return undefined;
  const [roots, sent] = [search.roots.get(key) ?? [], search.sent.get(key) ?? []];
  if (roots.length + sent.length === 0) {
    if (search.input.trusted === 'issuer') return finished(path, search);
    search.refusal ??= { kind: 'untrusted', at: child.certificate, selfSigned: isSelfIssued(child) };
    return undefined;
  }
  for (const [isRoot, candidates] of [
    [true, byKeyId(child, roots)],
    [false, byKeyId(child, sent)],
  ] as const) {
    for (const candidate of candidates) {
      search.signatures += 1;
      if (search.signatures > SIGNATURES_MAX) return undefined;
      if (path.some((each) => isRepeated(candidate, each))) continue;
      const problem = signatureProblem(candidate, child) ?? invalidIn(candidate, path, search.input, !isRoot);
      if (problem === 'unknown') search.unknown = true;
      else if (problem !== undefined) search.refusal ??= problem;
      else {
        const longer = [...path, candidate];
        const found = isRoot ? finished(longer, search) : climb(longer, search);
        if (found) return found;
      }
    }
  }
  return undefined;
}

/** findPotentialParents: those whose key identifier fits come first. */
function byKeyId(child: PathFacts, candidates: readonly PathFacts[]): readonly PathFacts[] {
  const wanted = child.authorityKeyId?.keyId ?? '';
  const rank = ({ subjectKeyId = '' }: PathFacts) =>
    subjectKeyId === wanted ? 0 : subjectKeyId === '' || wanted === '' ? 1 : 2;
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}

function isRepeated(candidate: PathFacts, other: PathFacts): boolean {
  return (
    candidate.certificate.subjectKey === other.certificate.subjectKey &&
    candidate.publicKey === other.publicKey &&
    candidate.namesKey === other.namesKey
  );
}

/** CheckSignatureFrom. */
function signatureProblem(issuer: PathFacts, child: PathFacts): Refusal | 'unknown' | undefined {
  const at = issuer.certificate;
  if (issuer.version === 3 && issuer.constraints === undefined) return { kind: 'not-an-authority', at };
  if (issuer.constraints && !issuer.constraints.isCa) return { kind: 'not-an-authority', at };
  if (at.keyUsage?.length && !at.keyUsage.includes('keyCertSign')) return { kind: 'may-not-sign', at };
  const digest = weakDigestOf(child.certificate);
  if (digest !== undefined) return { kind: 'weak-digest', at: child.certificate, digest };
  const signature = signatureBy(at, child.certificate);
  if (signature === 'bad') return { kind: 'signature', at: child.certificate };
  return signature === 'unknown' || !isKnownToGo(at) ? 'unknown' : undefined;
}

/** isValid. */
function invalidIn(
  facts: PathFacts,
  below: readonly PathFacts[],
  { now }: PathInput,
  isIntermediate: boolean,
): Refusal | 'unknown' | undefined {
  const at = facts.certificate;
  const oid = [...facts.extensions].find(([each, critical]) => critical && isUnhandled(each, facts))?.[0];
  if (oid !== undefined) return { kind: 'critical-extension', at, oid };
  const validity = now === undefined ? 'valid' : validityAt(at, now);
  if (validity === 'unknown') return 'unknown';
  if (validity !== 'valid') return { kind: validity, at };
  if (isIntermediate && !facts.constraints?.isCa) return { kind: 'not-an-authority', at };
  const length = facts.constraints?.pathLength;
  if (length !== undefined && below.length - 1 > length) return { kind: 'path-length', at, length };
  return undefined;
}

/** A critical extension that Go doesn't know, or not all of: names and constraints of other kinds. */
function isUnhandled(oid: string, { names, nameConstraints }: PathFacts): boolean {
  const handled = (kind: string) => kind !== 'other' && kind !== 'directory';
  if (oid === EXTENSION.subjectAltName) return !names?.some(({ kind }) => handled(kind));
  if (oid === EXTENSION.nameConstraints) {
    const all = [...(nameConstraints?.permitted ?? []), ...(nameConstraints?.excluded ?? [])];
    return all.some(({ base }) => !handled(base.kind));
  }
  return !SUPPORTED.has(oid);
}

/** What ParseCertificate doesn't let through. */
function unreadableInGo({
  certificate: at,
  extensions,
  nameConstraints,
}: PathFacts): Refusal | 'unknown' | undefined {
  const critical = [EXTENSION.authorityKeyId, EXTENSION.subjectKeyId, EXTENSION.authorityInformation].some(
    (oid) => extensions.get(oid),
  );
  if (critical) return { kind: 'unreadable', at, reason: 'an extension is critical that must not be' };
  if (at.algorithm === 'ec' && !isKnownToGo(at))
    return {
      kind: 'unreadable',
      at,
      reason: 'the curve of its key, or how its point is written, is none of its own',
    };
  const masks = [...(nameConstraints?.permitted ?? []), ...(nameConstraints?.excluded ?? [])].flatMap(
    ({ base }) => (base.kind === 'ip' ? [base.value.slice(base.value.length / 2)] : []),
  );
  const contiguous = (mask: string) => /^1*0*$/.test(bitsOf(mask));
  if (!masks.every(contiguous))
    return { kind: 'unreadable', at, reason: 'a network of its name constraints is none' };
  // It takes a policy to satisfy them, which no other client looks at.
  return extensions.has(EXTENSION.policyConstraints) ? 'unknown' : undefined;
}

function bitsOf(hex: string): string {
  return [...Buffer.from(hex, 'hex')].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

/** A chain up to what is trusted: its usages and name constraints. */
function finished(path: readonly PathFacts[], search: Search): readonly PathFacts[] | undefined {
  const refusal = usageProblem(path) ?? constraintProblem(path);
  if (refusal === undefined) return path;
  search.refusal ??= refusal;
  return undefined;
}

/** checkChainForKeyUsage: whoever lists usages leaves out all others, for all below. */
function usageProblem(path: readonly PathFacts[]): Refusal | undefined {
  const found = path.findLast(
    ({ usages = [] }) => usages.length > 0 && !usages.includes(ANY_USAGE) && !usages.includes(SERVER_AUTH),
  );
  return found && { kind: 'not-for-servers', at: found.certificate };
}

function constraintProblem(path: readonly PathFacts[]): Refusal | undefined {
  for (const [depth, facts] of path.entries()) {
    for (const authority of path.slice(depth + 1)) {
      const name = forbiddenInGo(facts, authority);
      const by = authority.certificate;
      if (name !== undefined) return { kind: 'name-constraints', at: facts.certificate, by, name };
    }
  }
  return undefined;
}

function bySubject(all: readonly PathFacts[]): ReadonlyMap<string, readonly PathFacts[]> {
  const found = new Map<string, PathFacts[]>();
  for (const each of all) {
    const key = subjectOf(each.certificate);
    const others = found.get(key);
    if (others) others.push(each);
    else found.set(key, [each]);
  }
  return found;
}

const subjectOf = ({ subjectKey = '' }: CertificateBlock) => subjectKey;

function isSelfIssued({ certificate }: PathFacts): boolean {
  return certificate.subjectKey !== undefined && certificate.subjectKey === certificate.issuerKey;
}
