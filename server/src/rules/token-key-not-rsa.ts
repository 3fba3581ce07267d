import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

export const tokenKeyNotRsa: Rule = {
  code: 'token-key-not-rsa',
  severity: 'error',
  summary: 'The token signing key is of a type that this release cannot load',
  shortState: 'of a type that this release cannot load',
  about: 'token-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'not-rsa') return undefined;
      const { layout, recognition } = context.deployment;
      const release = layout.releases ? ` of ${recognition.title}` : '';
      const also = state.requirement.keyFormats?.includes('pkcs8-ed25519') ? ' or Ed25519' : '';
      return `${path} holds ${content.what}, but ${state.service.name}${release} signs tokens with RSA${also} keys only.${consequenceOf(each)} ${state.requirement.accepted ? 'Take it away, or mount the key that is meant.' : 'Generate an RSA key.'}`;
    }),
};
