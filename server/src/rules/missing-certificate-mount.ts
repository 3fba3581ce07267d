import { missingMounts } from './support/missing-mounts';
import type { Rule } from './support/rule';

export const missingCertificateMount: Rule = {
  code: 'missing-certificate-mount',
  severity: 'error',
  summary: 'A TLS certificate that the API gateway or the storage proxy needs is not mounted',
  check: (context) => missingMounts(context, 'certificate'),
};
