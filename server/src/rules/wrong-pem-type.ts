import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const wrongPemType: Rule = {
  code: 'wrong-pem-type',
  severity: 'error',
  summary: 'The file holds something else than the service expects, such as a key in place of a certificate',
  shortState: 'holds something else',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'wrong-type') return undefined;
      return `${state.service.name} cannot use ${path} as its ${state.requirement.title}: ${content.reason}.${consequenceOf(each)} Mount the right file at ${state.target}.`;
    }),
};
