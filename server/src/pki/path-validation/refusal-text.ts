/** Why a client refuses a chain, in whole sentences for people. */

import type { CertificateBlock } from '../types';
import { dayOf } from '../x509/validity';
import type { Refusal } from './types';

/**
 * One sentence about a refusal. `leaf` is the server's own certificate, which the sentence calls "it"; the others go by
 * their names.
 */
export function refusalText(refusal: Refusal, leaf: CertificateBlock | undefined): string {
  const { at } = refusal;
  const own = at.certificateFingerprint === leaf?.certificateFingerprint;
  const name = titleOf(at);
  const it = own ? 'It' : `The certificate of ${name}`;
  switch (refusal.kind) {
    case 'expired':
      return `${it} has expired on ${dayOf(at.notAfter ?? 0)}.`;
    case 'not-yet-valid':
      return `${it} is not valid before ${dayOf(at.notBefore ?? 0)}.`;
    case 'not-an-authority':
      return `${it} is not that of an authority (CA:TRUE is missing), but signed another.`;
    case 'may-not-sign':
      return `${it} may not be used to sign certificates, by its key usage.`;
    case 'path-length':
      return refusal.length === 0
        ? `${name} allows no other authority below it (path length 0).`
        : `${name} allows at most ${refusal.length} authorities below it (path length).`;
    case 'name-constraints':
      return `The name constraints of ${titleOf(refusal.by)} do not allow ${refusal.name}.`;
    case 'not-for-servers':
      return own
        ? 'Its extended key usage does not include TLS servers.'
        : `The extended key usage of ${name} does not include TLS servers, for all certificates that it issues.`;
    case 'key-usage':
      return 'Its key usage does not allow TLS servers.';
    case 'critical-extension':
      return `${it} has a critical extension that clients do not know (${refusal.oid}).`;
    case 'signature':
      return `The signature on ${own ? 'it' : `the certificate of ${name}`} is not from its issuer.`;
    case 'weak-digest':
      return `${it} is signed with ${refusal.digest}, which can be forged.`;
    case 'small-key':
      return `The key of ${own ? 'it' : name} is too short.`;
    case 'unreadable':
      return `${it} cannot be read: ${refusal.reason}.`;
    case 'untrusted':
      if (refusal.selfSigned) return `${own ? 'It' : name} is self-signed, but is not the trusted one.`;
      return `The certificate of ${at.issuerCommonName === undefined ? 'its issuer' : JSON.stringify(at.issuerCommonName)}, which issued ${own ? 'it' : name}, is missing.`;
    case 'name':
      return `It does not cover ${refusal.name}.`;
    case 'form':
      return `${it} does not follow RFC 5280: ${refusal.reason}.`;
  }
}

/** The name of a certificate in quotation marks. */
export function titleOf({ subjectCommonName, subjectAltNames }: CertificateBlock): string {
  const name = subjectCommonName ?? subjectAltNames?.dns[0] ?? subjectAltNames?.ip[0];
  return name === undefined ? 'an authority without a name' : JSON.stringify(name);
}
