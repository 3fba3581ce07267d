import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { asSentence, titleOf } from './support/words';

export const notPem: Rule = {
  code: 'not-pem',
  severity: 'error',
  summary: 'The file of a certificate or key is not valid PEM',
  shortState: 'not a PEM file',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'not-pem') return undefined;
      return `${titleOf(state)} is not a valid PEM file: ${path}. ${asSentence(content.reason)}${consequenceOf(each)} Mount a PEM file.`;
    }),
};
