import { missingMounts } from './support/missing-mounts';
import type { Rule } from './support/rule';

export const missingCertificateMount: Rule = {
  code: 'missing-certificate-mount',
  severity: 'error',
  summary: 'A TLS certificate that the API gateway or the storage proxy needs is not mounted',
  shortState: 'missing',
  about: 'certificate',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'mount-missing-file',
  task: 'generate',
  check: (context) => missingMounts(context, 'certificate'),
};
