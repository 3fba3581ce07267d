import { missingMounts } from './support/missing-mounts';
import type { Rule } from './support/rule';

export const missingPrivateKeyMount: Rule = {
  code: 'missing-private-key-mount',
  severity: 'error',
  summary: 'A TLS private key that the API gateway or the storage proxy needs is not mounted',
  shortState: 'missing',
  about: 'private-key',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'mount-missing-file',
  task: 'generate',
  check: (context) => missingMounts(context, 'private-key'),
};
