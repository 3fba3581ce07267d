import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { titleOf } from './support/words';

export const tokenKeyNotRsa: Rule = {
  code: 'token-key-not-rsa',
  severity: 'error',
  summary: 'A token signing key is of a type that this release cannot load',
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
      const release = layout.releases ? recognition.title : 'This release';
      const also = state.requirement.keyFormats?.includes('pkcs8-ed25519') ? ' or Ed25519' : '';
      return `${titleOf(state)} is ${content.what}: ${path}. ${release} signs tokens only with RSA${also} keys.${consequenceOf(each)} ${state.requirement.accepted ? 'Remove it, or mount the right key.' : 'Generate an RSA key.'}`;
    }),
};
