import { dayOf } from '../pki/x509/validity';
import { datedFindings, statusAt } from './support/certificate-dates';
import type { Rule } from './support/rule';

export const certificateExpired: Rule = {
  code: 'certificate-expired',
  severity: 'error',
  summary: 'A certificate has expired',
  shortState: 'expired',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    datedFindings(
      context,
      (certificate) => statusAt(certificate, context) === 'expired',
      ({ certificate, state, what, file, part }) => {
        const expired = `${what} expired on ${dayOf(certificate.notAfter ?? 0)}: ${file}.`;
        switch (part) {
          case 'leaf':
            return `${expired} Clients refuse to connect. Renew it.`;
          case 'issuer':
            return `${expired} Clients refuse the certificate of ${state.service.name} with it, though that one has not expired. Replace it with the issuer's current certificate.`;
          case 'trusted':
            return `${expired} Uploads and downloads of artifacts fail. Mount the current certificate.`;
        }
      },
    ),
};
