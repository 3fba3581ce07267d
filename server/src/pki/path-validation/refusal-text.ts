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
      return `${it} is valid from ${dayOf(at.notBefore ?? 0)} on only.`;
    case 'not-an-authority':
      return `${it} is none of an authority (it lacks CA:TRUE), and signed another.`;
    case 'may-not-sign':
      return `${it} may not be used to sign certificates, by its key usage.`;
    case 'path-length':
      return refusal.length === 0
        ? `${name} may not have another authority below it (its path length is 0).`
        : `${name} may have no more than ${refusal.length} authorities below it (its path length).`;
    case 'name-constraints':
      return `The name constraints of ${titleOf(refusal.by)} do not allow ${refusal.name}.`;
    case 'not-for-servers':
      return own
        ? 'Its extended key usage leaves out TLS servers.'
        : `The extended key usage of ${name} leaves out TLS servers, for all that it issues.`;
    case 'key-usage':
      return 'Its key usage fits no TLS server.';
    case 'critical-extension':
      return `${it} has a critical extension that clients do not know (${refusal.oid}).`;
    case 'signature':
      return `The signature on ${own ? 'it' : `the certificate of ${name}`} is not that of its issuer.`;
    case 'weak-digest':
      return `${it} is signed with ${refusal.digest}, which can be forged.`;
    case 'small-key':
      return `The key of ${own ? 'it' : name} is too short.`;
    case 'unreadable':
      return `${it} can't be read: ${refusal.reason}.`;
    case 'untrusted':
      if (refusal.selfSigned) return `${own ? 'It' : name} signs itself, and is not the one that is trusted.`;
      return `The certificate of ${at.issuerCommonName === undefined ? 'its issuer' : JSON.stringify(at.issuerCommonName)}, which issued ${own ? 'it' : name}, is missing.`;
    case 'name':
      return `It does not cover ${refusal.name}.`;
    case 'form':
      return `${it} is not as RFC 5280 has it: ${refusal.reason}.`;
  }
}

/** The name of a certificate in quotation marks. */
export function titleOf({ subjectCommonName, subjectAltNames }: CertificateBlock): string {
  const name = subjectCommonName ?? subjectAltNames?.dns[0] ?? subjectAltNames?.ip[0];
  return name === undefined ? 'an authority without a name' : JSON.stringify(name);
}
