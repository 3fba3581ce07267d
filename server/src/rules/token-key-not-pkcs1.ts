import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { titleOf } from './support/words';

export const tokenKeyNotPkcs1: Rule = {
  code: 'token-key-not-pkcs1',
  severity: 'error',
  summary: 'A token signing key is in PKCS#8, but this release reads only PKCS#1',
  shortState: 'in PKCS#8, which this release does not read',
  about: 'token-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'convert-to-pkcs1',
  task: 'convert',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'not-pkcs1') return undefined;
      const { layout, recognition } = context.deployment;
      const release = layout.releases ? recognition.title : 'This release';
      return `${titleOf(state)} is in PKCS#8 (BEGIN PRIVATE KEY): ${path}. ${release} reads only PKCS#1 (BEGIN RSA PRIVATE KEY) and stops ("unknown server private key type; got: PRIVATE KEY, want: RSA PRIVATE KEY"; 1.0: "not an rsa private key").${consequenceOf(each)} Convert it with "openssl rsa -traditional -in OLD -out NEW", and mount the new file.`;
    }),
};
