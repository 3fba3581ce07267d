import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { asSentence, titleOf } from './support/words';

export const wrongPemType: Rule = {
  code: 'wrong-pem-type',
  severity: 'error',
  summary: 'A file holds something other than the service expects, such as a key instead of a certificate',
  shortState: 'wrong file',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'wrong-type') return undefined;
      return `${titleOf(state)} is the wrong file: ${path}. ${asSentence(content.reason)}${consequenceOf(each)} Mount the right file at ${state.target}.`;
    }),
};
