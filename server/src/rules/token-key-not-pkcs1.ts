import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const tokenKeyNotPkcs1: Rule = {
  code: 'token-key-not-pkcs1',
  severity: 'error',
  summary: 'The token signing key is in PKCS#8, and this release reads PKCS#1 only',
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
      const release = layout.releases ? ` of ${recognition.title}` : '';
      return `${path} holds an RSA key in PKCS#8 (BEGIN PRIVATE KEY), but ${state.service.name}${release} reads PKCS#1 only (BEGIN RSA PRIVATE KEY) and stops ("unknown server private key type; got: PRIVATE KEY, want: RSA PRIVATE KEY"; 1.0: "not an rsa private key").${consequenceOf(each)} Write the same key as PKCS#1 to a new file, "openssl rsa -traditional -in OLD -out NEW", and mount that.`;
    }),
};
