import type { Rule } from './support/rule';
import { sharedKeyFindings, sharedKeys } from './support/shared-keys';

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
        `${state.service.name} ${state.requirement.accepted ? 'accepts tokens of' : 'signs tokens with'} the same key as ${others}: whoever gets it from one can forge the tokens of both. Give each service a key of its own.`,
    ),
};
