/**
 * Whether a client accepts the certificates that a server sends: one answer for what is signed, imported and bundled
 * here, for the rules, and for reminders.
 *
 * `openssl` stands for Mender's clients (2.4 and later, which use OpenSSL without partial chains) and curl. `strict`
 * is OpenSSL with X509_STRICT, as Python 3.13 has it. `go` stands for Mender's services and tools.
 */

import type { CertificateBlock } from '../types';
import { acceptedByGo } from './go';
import { acceptedByOpenssl } from './openssl';
import { type PathFacts, pathFactsOf } from './path-facts';
import { type Acceptance, type PathInput, type PathQuestion, UNKNOWN } from './types';

/** Whether a client accepts what is sent. Takes a signature check, half a millisecond, for each certificate. */
export function acceptance(question: PathQuestion): Acceptance {
  const [leaf, ...issuers] = distinct(question.sent);
  const trusted = question.trusted === 'issuer' ? [] : distinct(question.trusted);
  if (leaf === undefined) return UNKNOWN;
  const facts = [leaf, ...issuers, ...trusted].map(pathFactsOf);
  if (!facts.every((each) => each !== undefined)) return UNKNOWN;
  const [own, ...others] = facts;
  if (own === undefined || takesTooLong(facts)) return UNKNOWN;
  const input: PathInput = {
    ...question,
    leaf: own,
    issuers: others.slice(0, issuers.length),
    trusted: question.trusted === 'issuer' ? 'issuer' : others.slice(issuers.length),
  };
  return question.verifier === 'go' ? acceptedByGo(input) : acceptedByOpenssl(input);
}

/** Every name may have to be compared with every constraint; no real chain comes near. */
const COMPARISONS_MAX = 1 << 20;

function takesTooLong(facts: readonly PathFacts[]): boolean {
  const sum = (count: (each: PathFacts) => number) => facts.reduce((total, each) => total + count(each), 0);
  const names = sum((each) => (each.names?.length ?? 0) + each.attributes.length);
  const constraints = sum(({ nameConstraints }) =>
    nameConstraints === undefined ? 0 : nameConstraints.permitted.length + nameConstraints.excluded.length,
  );
  return names * constraints > COMPARISONS_MAX;
}

function distinct(certificates: readonly CertificateBlock[]): readonly CertificateBlock[] {
  return [...new Map(certificates.map((each) => [each.certificateFingerprint, each])).values()];
}

export type { Acceptance, PathQuestion, Refusal, Verifier } from './types';
