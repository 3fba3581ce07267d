import type { Rule } from './support/rule';
import { sharedKeyFindings, sharedKeys } from './support/shared-keys';

export const sharedPrivateKey: Rule = {
  code: 'shared-private-key',
  severity: 'warning',
  summary: 'Two services use the same private key',
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
        `${state.service.name} uses the same private key as ${others}: if one of them is broken into, so is the other. Give each service a key of its own.`,
    ),
};
