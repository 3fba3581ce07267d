import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const notPem: Rule = {
  code: 'not-pem',
  severity: 'error',
  summary: 'The file of a certificate or key holds no PEM block, or a damaged one',
  shortState: 'not a PEM file',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'not-pem') return undefined;
      return `${state.service.name} cannot read ${path} as its ${state.requirement.title}: ${content.reason}.${consequenceOf(each)} Mount a PEM file.`;
    }),
};
