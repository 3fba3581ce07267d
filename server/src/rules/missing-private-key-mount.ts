import { missingMounts } from './missing';
import type { Rule } from './rule';

export const missingPrivateKeyMount: Rule = {
  code: 'missing-private-key-mount',
  severity: 'error',
  summary: 'A TLS private key that the API gateway or the storage proxy needs is not mounted',
  check: (context) => missingMounts(context, 'private-key'),
};
