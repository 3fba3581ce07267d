import { datedFindings, statusAt } from './support/certificate-dates';
import type { Rule } from './support/rule';

export const certificateNotYetValid: Rule = {
  code: 'certificate-not-yet-valid',
  severity: 'error',
  summary: 'A certificate is not valid yet',
  shortState: 'not valid yet',
  about: 'certificate',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    datedFindings(
      context,
      (certificate) => statusAt(certificate, context) === 'not-yet-valid',
      ({ certificate, what, file }) => {
        const time = new Date(certificate.notBefore ?? 0).toISOString().slice(0, 16).replace('T', ' ');
        return `${what} is not valid before ${time} UTC: ${file}. Until then clients refuse it. Check the clocks of this machine and of the one that made it, or issue it again.`;
      },
    ),
};
