import { consequenceOf, fileFindings, type LookedInto } from './support/mounted-files';
import type { Rule } from './support/rule';

export const keyFileMissing: Rule = {
  code: 'key-file-missing',
  severity: 'error',
  summary: 'The host file of a certificate or key does not exist',
  shortState: 'file does not exist',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'replace-host-file',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, path, state } = each;
      if (content.kind !== 'missing') return undefined;
      const what = `the ${state.requirement.title} of ${state.service.name}`;
      if (content.loop) {
        return `${path}, ${what}, is a symbolic link that leads in a circle.${consequenceOf(each)} Point it to the file, or name another one.`;
      }
      return `${path}, ${what}, does not exist${meanwhile(each)}.${consequenceOf(each)} Create it, or name the file that is meant.`;
    }),
};

/** A bind mount makes its own source; whatever else is mounted does not. */
function meanwhile({ state: { how, mount } }: LookedInto): string {
  if (how === 'directory') return ' in the directory that is mounted';
  return mount?.syntax === 'short' ? ', and Docker would create a directory in its place' : '';
}
