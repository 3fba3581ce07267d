import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';
import { titleOf } from './support/words';

export const keyFileIsDirectory: Rule = {
  code: 'key-file-is-directory',
  severity: 'error',
  summary: 'A directory is mounted where a certificate or key file belongs',
  shortState: 'a directory, not a file',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'directory') return undefined;
      return `${titleOf(state)} is a directory, not a file: ${path}.${consequenceOf(each)} Docker creates such a directory when a file is missing at start. Remove it if it is empty, and mount the file at ${state.target}.`;
    }),
};
