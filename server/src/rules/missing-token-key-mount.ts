import { missingMounts } from './support/missing-mounts';
import type { Rule } from './support/rule';

export const missingTokenKeyMount: Rule = {
  code: 'missing-token-key-mount',
  severity: 'error',
  summary: 'A token signing key that user administration or device authentication needs is not mounted',
  shortState: 'missing',
  about: 'token-key',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'mount-missing-file',
  task: 'generate',
  check: (context) => missingMounts(context, 'token-key'),
};
