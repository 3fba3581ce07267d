import { consequenceOf, fileFindings } from './support/mounted-files';
import type { Rule } from './support/rule';

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
      return `${path} is a directory, but ${state.service.name} expects its ${state.requirement.title}, a file, at ${state.target}.${consequenceOf(each)} Docker creates such a directory when the file is missing at the start: remove it if it is empty, and mount the file.`;
    }),
};
