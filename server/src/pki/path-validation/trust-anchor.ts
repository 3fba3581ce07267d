/** The certificate by which a Mender client trusts what a server sends: a root, or a certificate that signs itself. */

import type { CertificateBlock } from '../types';
import { acceptance } from './index';
import { publicAuthorities } from './public-roots';
import type { Refusal } from './types';

export type TrustAnchor =
  /** Devices need it, in the client's `ServerCertificate`. */
  | { readonly kind: 'found'; readonly certificate: CertificateBlock }
  /** A public authority's, which a device's system brings along. */
  | { readonly kind: 'public'; readonly certificate: CertificateBlock }
  /** Nobody at hand issued the last certificate that is sent; `issuer` is the name of who did. */
  | { readonly kind: 'unknown'; readonly issuer: string | undefined }
  /** Unknown here: an algorithm that the platform doesn't know. */
  | { readonly kind: 'open' }
  /** No client accepts it, whatever it trusts. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Looks for the anchor among `candidates`, then among the public authorities, and answers only what was verified as
 * a client does. `sent`: the server's own certificate first. `now`: milliseconds since the epoch.
 */
export function anchorOf(
  sent: readonly CertificateBlock[],
  candidates: readonly CertificateBlock[],
  now: number,
): TrustAnchor {
  const ask = (trusted: readonly CertificateBlock[] | 'issuer') =>
    acceptance({ verifier: 'openssl', sent, trusted, names: [], now });
  const known = ask(candidates.filter(signsItself));
  const root = known.kind === 'accepted' ? known.path.at(-1) : undefined;
  if (root !== undefined) return { kind: 'found', certificate: root };
  // Whatever is trusted, a chain must be in order as far as it is sent.
  const alone = ask('issuer');
  if (alone.kind !== 'accepted' || known.kind === 'unknown') return alone.kind === 'refused' ? alone : OPEN;
  const last = alone.path.at(-1);
  const byPublic = ask(publicAuthorities(last?.issuerKey));
  const publicRoot = byPublic.kind === 'accepted' ? byPublic.path.at(-1) : undefined;
  if (publicRoot !== undefined) return { kind: 'public', certificate: publicRoot };
  if (known.kind === 'refused' && known.refusal.kind !== 'untrusted') return known;
  return { kind: 'unknown', issuer: last?.issuerCommonName };
}

const OPEN = { kind: 'open' } as const;

/** Whether a certificate names itself as its issuer: no other makes OpenSSL trust anything. */
export function signsItself({ subjectKey, issuerKey }: CertificateBlock): boolean {
  return subjectKey !== undefined && subjectKey === issuerKey;
}
