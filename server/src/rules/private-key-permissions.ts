import { publishedKey } from '../pki/published-keys';
import { fileFindings, type LookedInto } from './mounted-files';
import type { Rule } from './rule';

export const privateKeyPermissions: Rule = {
  code: 'private-key-permissions',
  severity: 'warning',
  summary: 'Other users of the host can read the private key, or its own service cannot',
  check: (context) => {
    const { containerUid } = context.deployment.layout;
    return fileFindings(context, (each) => {
      const { content, file, path, state } = each;
      if (!('block' in content)) return undefined;
      // Who wants a published key has it already; that is told by a rule of its own.
      if (publishedKey(content.block.publicKeyFingerprint)) return undefined;
      const uid = state.requirement.kind === 'token-key' ? containerUid : undefined;
      const mode = file.access?.mode === undefined ? '' : ` (mode ${octal(file.access.mode)})`;
      if (file.readableInContainer === 'no') {
        return `${state.service.name} runs as user ${uid ?? 0} and cannot read its private key in ${path}${mode}: it does not start. ${adviceFor(each, uid)}`;
      }
      if (file.access?.others !== 'yes') return undefined;
      return `Every user of this host can read the private key of ${state.service.name} in ${path}${mode}. ${adviceFor(each, uid)}`;
    });
  },
};

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

/** What to do: where the service runs as another user, the directory keeps the host's users out instead of the file. */
function adviceFor({ path, state, file }: LookedInto, uid: number | undefined): string {
  const { realPath } = file.facts;
  // The file's own directory counts, not that of a link to it.
  const at = realPath !== undefined && realPath !== state.hostFile ? realPath : path;
  if (uid === undefined || uid === 0 || file.access?.owner === uid) {
    return `Let only its owner read it: chmod 600 ${at}.`;
  }
  if (state.how === 'directory') {
    return `Give the mounted directory and the file to the user of the service: chown ${uid}, then chmod 700 the directory and chmod 600 ${at}.`;
  }
  const slash = at.lastIndexOf('/');
  const directory = at.slice(0, slash);
  const guard =
    directory === '' || directory === '.'
      ? 'move it into a directory of its own with chmod 700, which'
      : `chmod 700 ${directory}, which`;
  return `The service runs as user ${uid}: ${guard} keeps others out, and chmod 644 the file, so that the service can read it.`;
}
