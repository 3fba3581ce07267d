import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { titleOf } from './support/words';

export const encryptedPrivateKey: Rule = {
  code: 'encrypted-private-key',
  severity: 'error',
  summary: 'A private key has a passphrase, which Mender services cannot ask for',
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
      return `${titleOf(state)} has a passphrase: ${path}. The service cannot ask for it.${consequenceOf(each)} Mount a key without a passphrase, protected by the permissions of its file.`;
    }),
};
