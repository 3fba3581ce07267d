/** What clients refuse of a served certificate and the chain above it, whatever they trust. */
import { storageCertificates } from '../../mender/requirements/storage-trust';
import { acceptance, type Refusal, type Verifier } from '../../pki/path-validation/index';
import { isPublicAuthority } from '../../pki/path-validation/public-roots';
import type { CertificateBlock } from '../../pki/types';
import type { RuleContext } from './rule';
import { type ServedCertificate, servedCertificates } from './served-certificates';

export interface RefusedChain {
  readonly served: ServedCertificate;
  readonly refusal: Refusal;
  /** `leaf`: the service's own certificate is at fault. */
  readonly part: 'leaf' | 'issuer';
  /** Who refuses: the Mender client, or the deployments service, which is written in Go. */
  readonly by: 'openssl' | 'go';
}

/**
 * Told elsewhere: dates, weak digests and short keys. Never told: what is amiss only where a client has no other
 * certificate of that issuer, such as a signature that isn't its key's.
 */
const TOLD: readonly Refusal['kind'][] = [
  'not-an-authority',
  'may-not-sign',
  'path-length',
  'name-constraints',
  'not-for-servers',
  'key-usage',
  'critical-extension',
];

export function refusedChains(context: RuleContext): readonly RefusedChain[] {
  return context.once?.(lookForRefused) ?? lookForRefused(context);
}

function lookForRefused(context: RuleContext): readonly RefusedChain[] {
  const storage = storageCertificates(context.deployment);
  return servedCertificates(context).flatMap((served): RefusedChain[] => {
    // What doesn't belong to the key isn't served at all.
    if (served.chain.links[0].certificate !== served.presented) return [];
    const ask = (verifier: Verifier) =>
      acceptance({
        verifier,
        sent: served.sent,
        trusted: 'issuer',
        names: [],
        now: undefined,
        securityLevel: 0,
      });
    const verifiers = storage.includes(served.state) ? (['openssl', 'go'] as const) : (['openssl'] as const);
    for (const by of verifiers) {
      const answer = ask(by);
      if (answer.kind !== 'refused' || !TOLD.includes(answer.refusal.kind)) continue;
      const { refusal } = answer;
      // Clients have a public authority's certificate of their own, perhaps another one.
      const issuers = refusal.kind === 'name-constraints' ? [refusal.by] : [refusal.at];
      const own = issuers.every((each) => each === served.presented);
      if (!own && !issuers.every((each) => isAbove(each, served))) continue;
      if (!own && issuers.some(({ subjectKey }) => isPublicAuthority(subjectKey))) continue;
      return [{ served, refusal, part: own ? 'leaf' : 'issuer', by }];
    }
    return [];
  });
}

/** Whether a certificate's key signed those below it down to the served one, and not only its name is the issuer's. */
function isAbove(issuer: CertificateBlock, { chain }: ServedCertificate): boolean {
  const at = chain.links.findIndex(({ certificate }) => certificate === issuer);
  return at >= 0 && chain.links.slice(0, at).every(({ signature }) => signature === 'good');
}

/** Who it is that refuses, a sentence. */
export function whoRefuses({ by }: RefusedChain): string {
  return by === 'go' ? 'The deployments service refuses it.' : 'Devices refuse to connect.';
}
