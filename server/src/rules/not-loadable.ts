import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { asSentence, titleOf } from './support/words';

export const notLoadable: Rule = {
  code: 'not-loadable',
  severity: 'error',
  summary: 'A token signing key is of the right kind, but this release cannot use it',
  shortState: 'refused by this release',
  about: 'token-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'convert-to-pkcs1',
  task: 'convert',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'not-loadable') return undefined;
      const { layout, recognition } = context.deployment;
      const release = layout.releases ? recognition.title : 'this release';
      const what = content.loads
        ? `${titleOf(state)} fails to sign in ${release}`
        : `${titleOf(state)} cannot be loaded by ${release}`;
      const remedy = content.convertible
        ? 'Convert it with "mender-compose convert", and mount the new file.'
        : 'Generate a new key.';
      return `${what}: ${path}. ${asSentence(content.reason)}${consequenceOf(each)} ${remedy}`;
    }),
};
