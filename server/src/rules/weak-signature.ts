import { weakDigestOf } from '../pki/x509/chain';
import type { Rule } from './support/rule';
import { atCertificate, nameOf, servedCertificates, shownFile } from './support/served-certificates';

export const weakSignature: Rule = {
  code: 'weak-signature',
  severity: 'warning',
  summary: 'A certificate is signed with MD5 or SHA-1',
  shortState: 'weakly signed',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    servedCertificates(context).flatMap((served) => {
      // An authority that signs itself is trusted for being known, not for its signature; a service's own certificate
      // that does so is told: it was made in a way that nobody should make the next one.
      const weak = served.chain.links.find(
        (each, at) => weakDigestOf(each.certificate) !== undefined && (at === 0 || !each.selfSigned),
      );
      if (!weak) return [];
      const digest = weakDigestOf(weak.certificate);
      const of = `${shownFile(served.state)} of ${served.state.service.name}`;
      const what =
        weak === served.chain.links[0]
          ? `The certificate ${of}`
          : `The issuer's certificate "${nameOf(weak.certificate)}" in ${of}`;
      return atCertificate(
        served,
        `${what} is signed with ${digest}, which can be forged: current clients refuse such signatures. Renew it with SHA-256.`,
      );
    }),
};
