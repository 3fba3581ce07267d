import { misplacedMounts } from './support/misplaced-mounts';
import type { Rule } from './support/rule';

export const misplacedMount: Rule = {
  code: 'misplaced-mount',
  severity: 'warning',
  summary: 'A certificate or key is mounted at a path that its service does not read',
  shortState: undefined,
  about: 'mount',
  isAboutAbsence: true,
  fixAll: 'safe',
  fix: 'correct-mount',
  // The path is corrected, so that no second certificate is made.
  task: 'generate',
  check: misplacedMounts,
};
