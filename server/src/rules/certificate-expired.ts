import { dayOf } from '../pki/x509/validity';
import { datedFindings, standingAt } from './support/certificate-dates';
import type { Rule } from './support/rule';

export const certificateExpired: Rule = {
  code: 'certificate-expired',
  severity: 'error',
  summary: "A certificate's last day has passed",
  shortState: 'expired',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    datedFindings(
      context,
      (certificate) => standingAt(certificate, context) === 'expired',
      ({ certificate, state, what, part }) => {
        const expired = `${what} expired on ${dayOf(certificate.notAfter ?? 0)}`;
        switch (part) {
          case 'leaf':
            return `${expired}: clients refuse to connect. Renew it.`;
          case 'issuer':
            return `${expired}: clients refuse the certificate of ${state.service.name} with it, though that one's own dates are good. Put the issuer's current certificate in its place.`;
          case 'trusted':
            return `${expired}: uploads and downloads of artifacts fail. Mount the current one.`;
        }
      },
    ),
};
