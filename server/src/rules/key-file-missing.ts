import { consequenceOf, fileFindings, type LookedInto } from './support/mounted-files';
import type { Rule } from './support/rule';
import { titleOf } from './support/words';

export const keyFileMissing: Rule = {
  code: 'key-file-missing',
  severity: 'error',
  summary: 'The file of a certificate or key does not exist on the host',
  shortState: 'file not found',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'missing') return undefined;
      if (content.loop) {
        return `${titleOf(state)} not found: ${path} is a symbolic link that leads in a circle.${consequenceOf(each)} Point it to the file, or correct the path.`;
      }
      return `${titleOf(state)} not found: ${path}${meanwhile(each)}.${consequenceOf(each)} Create the file, or correct the path.`;
    }),
};

/** A bind mount makes its own source; whatever else is mounted does not. */
function meanwhile({ state: { how, mount } }: LookedInto): string {
  if (how === 'directory') return ', in a mounted directory';
  return mount?.syntax === 'short' ? '. Docker would create a directory in its place' : '';
}
