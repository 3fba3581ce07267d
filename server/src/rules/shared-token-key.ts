import type { Rule } from './support/rule';
import { sharedKeyFindings, sharedKeys } from './support/shared-keys';
import { titleOf } from './support/words';

export const sharedTokenKey: Rule = {
  code: 'shared-token-key',
  severity: 'warning',
  summary: 'User administration and device authentication sign tokens with the same key',
  shortState: 'shared',
  about: 'token-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'separate-shared-key',
  task: 'split',
  check: (context) =>
    sharedKeyFindings(
      sharedKeys(context, true),
      (state, others) =>
        `${titleOf(state)} is shared with ${others}: whoever gets it from one of them can forge the tokens of all. Give each service its own key.`,
    ),
};
