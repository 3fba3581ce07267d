import { publishedKey } from '../pki/keys/published-keys';
import { fileFindings, type LookedInto } from './support/mounted-files';
import type { FindingData, Rule } from './support/rule';

export const privateKeyInGit: Rule = {
  code: 'private-key-in-git',
  severity: 'warning',
  summary: 'git tracks the private key, or would with the next git add',
  shortState: 'in git',
  about: 'private-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'add-to-gitignore',
  check: (context) => fileFindings(context, messageOf, dataOf),
};

function messageOf({ content, file, path, state }: LookedInto): string | undefined {
  if (!('block' in content)) return undefined;
  // Anyone has it already; that is told by a rule of its own.
  if (publishedKey(content.block.publicKeyFingerprint)) return undefined;
  const who = `the private key of ${state.service.name}`;
  switch (file.git?.standing) {
    case 'tracked':
      return `git tracks ${path}, ${who}: everyone with the repository has the key, its history included. Take it out with "git rm --cached", add it to .gitignore, and generate a new key if the repository was ever shared.`;
    case 'would-be-added':
      return `The next "git add ." takes up ${path}, ${who}: nothing ignores it. Add it to .gitignore.`;
    default:
      return undefined;
  }
}

function dataOf({ state, content, file: { facts, git } }: LookedInto): FindingData {
  return git?.standing === 'would-be-added' && facts.realPath !== undefined
    ? { kind: 'key-in-git', state, file: facts.realPath }
    : { kind: 'file', state, trouble: content.kind };
}
