/** What is asked of the two verifiers of chains, and what they answer. */

import type { CertificateBlock } from '../types';
import type { PathFacts } from './path-facts';

export type Verifier = 'openssl' | 'strict' | 'go';

export interface PathQuestion {
  readonly verifier: Verifier;
  /** As the server sends them, its own first. */
  readonly sent: readonly CertificateBlock[];
  /**
   * What the client trusts. `issuer`: whoever made the last certificate that is sent, so that only what is wrong with
   * the certificates themselves counts.
   */
  readonly trusted: readonly CertificateBlock[] | 'issuer';
  /** Hosts by which the client connects; each has to be covered. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch; undefined: dates don't matter. */
  readonly now: number | undefined;
  /** OpenSSL's security level; 1, its default, without it. */
  readonly securityLevel?: 0 | 1 | 2;
}

/** Why a chain is refused, and the certificate that it is refused for. */
export type Refusal =
  | { readonly kind: 'expired' | 'not-yet-valid'; readonly at: CertificateBlock }
  /** An issuer that is no authority, or whose key usage forbids to sign certificates. */
  | { readonly kind: 'not-an-authority' | 'may-not-sign'; readonly at: CertificateBlock }
  /** Its path length allows fewer authorities below. */
  | { readonly kind: 'path-length'; readonly at: CertificateBlock; readonly length: number }
  /** `name`: for people. `by`: whose constraints. */
  | {
      readonly kind: 'name-constraints';
      readonly at: CertificateBlock;
      readonly by: CertificateBlock;
      readonly name: string;
    }
  /** Its extended key usage leaves out servers; its key usage fits no TLS. */
  | { readonly kind: 'not-for-servers' | 'key-usage'; readonly at: CertificateBlock }
  | { readonly kind: 'critical-extension'; readonly at: CertificateBlock; readonly oid: string }
  /** Its signature isn't its issuer's. */
  | { readonly kind: 'signature'; readonly at: CertificateBlock }
  | { readonly kind: 'weak-digest'; readonly at: CertificateBlock; readonly digest: string }
  | { readonly kind: 'small-key'; readonly at: CertificateBlock }
  /** The client can't read it. `reason`: a clause for people. */
  | { readonly kind: 'unreadable'; readonly at: CertificateBlock; readonly reason: string }
  /** Nobody who is trusted issued it; `selfSigned`: it signs itself. */
  | { readonly kind: 'untrusted'; readonly at: CertificateBlock; readonly selfSigned: boolean }
  | { readonly kind: 'name'; readonly at: CertificateBlock; readonly name: string }
  /** A form that strict clients insist on. `reason`: a clause for people. */
  | { readonly kind: 'form'; readonly at: CertificateBlock; readonly reason: string };

export type Acceptance =
  /** `path`: from the server's own certificate up to the trusted one, as far as these are known. */
  | { readonly kind: 'accepted'; readonly path: readonly CertificateBlock[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Unknown, which is never "refused". */
  | { readonly kind: 'unknown' };

/** Facts instead of certificates; what both verifiers get. */
export interface PathInput extends Omit<PathQuestion, 'sent' | 'trusted'> {
  readonly leaf: PathFacts;
  /** What is sent beside, in its order, each once. */
  readonly issuers: readonly PathFacts[];
  readonly trusted: readonly PathFacts[] | 'issuer';
}

export const UNKNOWN = { kind: 'unknown' } as const;

export const refusedFor = (refusal: Refusal): Acceptance => ({ kind: 'refused', refusal });
