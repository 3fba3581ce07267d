import type { CertificateBlock } from '../pki/types';
import type { Rule } from './support/rule';
import { atCertificate, servedCertificates, shownFile } from './support/served-certificates';
import { titleOf } from './support/words';

export const certificateWithoutSan: Rule = {
  code: 'certificate-without-san',
  severity: 'error',
  summary:
    'A certificate has no subject alternative names: Go clients, the Mender client among them, reject it',
  shortState: 'no subject alternative names',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    servedCertificates(context).flatMap((served) => {
      const leaf = served.chain.links[0].certificate;
      if (!isWithoutNames(leaf)) return [];
      const has =
        leaf.subjectCommonName === undefined
          ? ' It names no host.'
          : ` It names ${leaf.subjectCommonName} only as common name.`;
      return atCertificate(
        served,
        `${titleOf(served.state)} has no subject alternative names: ${shownFile(served.state)}.${has} Browsers and clients written in Go, the Mender client among them, reject it. Renew it with subject alternative names.`,
      );
    }),
};

/** Whether it is known that a certificate has no subject alternative name of a host. */
export function isWithoutNames({ subjectAltNames }: CertificateBlock): boolean {
  return subjectAltNames !== undefined && subjectAltNames.dns.length + subjectAltNames.ip.length === 0;
}
