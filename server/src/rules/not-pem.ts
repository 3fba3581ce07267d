import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const notPem: Rule = {
  code: 'not-pem',
  severity: 'error',
  summary: 'The file of a certificate or key holds no PEM block, or a damaged one',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'not-pem') return undefined;
      return `${state.service.name} cannot read ${path} as its ${state.requirement.title}: ${content.reason}.${consequenceOf(each)} Mount a PEM file.`;
    }),
};
