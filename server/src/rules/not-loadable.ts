import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const notLoadable: Rule = {
  code: 'not-loadable',
  severity: 'error',
  summary: 'The token signing key is of the right kind, and this release refuses it all the same',
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
      const release = layout.releases ? ` of ${recognition.title}` : '';
      const what = content.loads
        ? `${state.service.name}${release} loads the key in ${path}, and each signature fails`
        : `${state.service.name}${release} does not load the key in ${path}`;
      const remedy = content.convertible
        ? 'Write the same key anew with "mender-compose convert", and mount that.'
        : 'Generate another key.';
      return `${what}: ${content.reason}.${consequenceOf(each)} ${remedy}`;
    }),
};
