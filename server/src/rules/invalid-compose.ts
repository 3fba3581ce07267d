import type { Rule } from './support/rule';

export const invalidCompose: Rule = {
  code: 'invalid-compose',
  severity: 'error',
  summary: 'A file is not valid YAML, or not a compose file, so that its services cannot be read',
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
