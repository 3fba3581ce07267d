import { dayOf, daysLeft } from '../pki/x509/validity';
import { datedFindings, statusAt } from './support/certificate-dates';
import type { Rule } from './support/rule';

export const certificateExpiresSoon: Rule = {
  code: 'certificate-expires-soon',
  severity: 'warning',
  summary: 'A certificate expires within the days that the setting mender.expiresSoonDays names',
  shortState: 'expires soon',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    datedFindings(
      context,
      (certificate) => statusAt(certificate, context) === 'soon',
      ({ certificate, what, file }) => {
        const days = daysLeft(certificate, context.now) ?? 0;
        const left = days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
        return `${what} expires in ${left}, on ${dayOf(certificate.notAfter ?? 0)}: ${file}. Then clients refuse to connect. Renew it early enough for devices to get the new one.`;
      },
    ),
};
