import { publishedKey } from '../pki/keys/published-keys';
import { fileFindings, type LookedInto } from './support/mounted-files';
import type { FindingData, Rule } from './support/rule';

export const privateKeyInGit: Rule = {
  code: 'private-key-in-git',
  severity: 'warning',
  summary: 'A private key is in git, or "git add" would add it',
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
  const who = `Private key of ${state.service.name}`;
  switch (file.git?.status) {
    case 'tracked':
      return `${who} is in git: ${path}. Everyone who has the repository or its history has the key. Remove it with "git rm --cached", add it to .gitignore, and generate a new key if the repository was ever shared.`;
    case 'would-be-added':
      return `${who} is not in .gitignore: "git add ." would commit ${path}. Add it to .gitignore.`;
    default:
      return undefined;
  }
}

function dataOf({ state, content, file: { facts, git } }: LookedInto): FindingData {
  return git?.status === 'would-be-added' && facts.realPath !== undefined
    ? { kind: 'key-in-git', state, file: facts.realPath }
    : { kind: 'file', state, trouble: content.kind };
}
