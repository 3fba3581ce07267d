import { weakDigestOf } from '../pki/x509/chain';
import type { Rule } from './support/rule';
import { atCertificate, nameOf, servedCertificates, shownFile } from './support/served-certificates';
import { titleOf } from './support/words';

export const weakSignature: Rule = {
  code: 'weak-signature',
  severity: 'warning',
  summary: 'A certificate is signed with MD5 or SHA-1',
  shortState: 'weak signature',
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
      const what =
        weak === served.chain.links[0]
          ? titleOf(served.state)
          : `Issuer certificate "${nameOf(weak.certificate)}" of ${served.state.service.name}`;
      return atCertificate(
        served,
        `${what} is signed with ${digest}: ${shownFile(served.state)}. Such signatures can be forged, and current clients refuse them. Renew it with SHA-256.`,
      );
    }),
};
