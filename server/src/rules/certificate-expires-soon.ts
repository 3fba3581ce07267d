import { dayOf, daysLeft } from '../pki/x509/validity';
import { datedFindings, standingAt } from './support/certificate-dates';
import type { Rule } from './support/rule';

export const certificateExpiresSoon: Rule = {
  code: 'certificate-expires-soon',
  severity: 'warning',
  summary: 'A certificate has fewer days left than the setting mender.expiresSoonDays says',
  shortState: 'expires soon',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    datedFindings(
      context,
      (certificate) => standingAt(certificate, context) === 'soon',
      ({ certificate, what }) => {
        const days = daysLeft(certificate, context.now) ?? 0;
        const left = days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
        return `${what} expires on ${dayOf(certificate.notAfter ?? 0)}, in ${left}: from then on clients refuse to connect. Renew it before, and give devices time to learn of the new one.`;
      },
    ),
};
