import type { Rule } from './support/rule';

export const invalidCompose: Rule = {
  code: 'invalid-compose',
  severity: 'error',
  summary: 'The file is not YAML, or not a compose file, so far that services cannot be read',
  shortState: undefined,
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: undefined,
  check: ({ problems }) =>
    problems.map(({ message, span }) => ({
      message,
      span,
      service: undefined,
      target: undefined,
      related: [],
      data: { kind: 'none' },
    })),
};
