import type { Rule } from './support/rule';
import { sharedKeyFindings, sharedKeys } from './support/shared-keys';

export const sharedPrivateKey: Rule = {
  code: 'shared-private-key',
  severity: 'warning',
  summary: 'Several services use the same private key',
  shortState: 'shared',
  about: 'private-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'separate-shared-key',
  task: 'split',
  check: (context) =>
    sharedKeyFindings(
      sharedKeys(context, false),
      (state, others) =>
        `Private key of ${state.service.name} is shared with ${others}: whoever breaks into one of them has the key of all. Give each service its own key.`,
    ),
};
