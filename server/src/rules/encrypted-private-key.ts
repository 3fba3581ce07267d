import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const encryptedPrivateKey: Rule = {
  code: 'encrypted-private-key',
  severity: 'error',
  summary: 'The private key has a passphrase, which no Mender service can ask for',
  shortState: 'has a passphrase',
  about: 'private-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  task: 'convert',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'encrypted') return undefined;
      return `The private key in ${path} has a passphrase, and ${state.service.name} cannot ask for it.${consequenceOf(each)} Mount a key without a passphrase, guarded by the permissions of its file.`;
    }),
};
