import type { CertificateBlock } from '../pki/types';
import type { Rule } from './support/rule';
import { atCertificate, servedCertificates, shownFile } from './support/served-certificates';

export const certificateWithoutSan: Rule = {
  code: 'certificate-without-san',
  severity: 'error',
  summary:
    'A certificate has only a common name: clients written in Go, the Mender client among them, reject it',
  shortState: 'has only a common name',
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
          ? 'names no host'
          : `names its host, ${leaf.subjectCommonName}, as common name only`;
      return atCertificate(
        served,
        `The certificate ${shownFile(served.state)} of ${served.state.service.name} ${has}: clients written in Go, the Mender client among them, and browsers reject it. Renew it with subject alternative names.`,
      );
    }),
};

/** Whether it is known that a certificate has no subject alternative name of a host. */
export function isWithoutNames({ subjectAltNames }: CertificateBlock): boolean {
  return subjectAltNames !== undefined && subjectAltNames.dns.length + subjectAltNames.ip.length === 0;
}
