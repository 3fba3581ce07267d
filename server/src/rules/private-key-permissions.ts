import type { RequirementState } from '../mender/deployment';
import { type ContainerUser, containerUser } from '../mender/requirements/container-user';
import { publishedKey } from '../pki/keys/published-keys';
import { fileFindings, type LookedInto } from './support/mounted-files';
import type { Rule, RuleContext } from './support/rule';

export const privateKeyPermissions: Rule = {
  code: 'private-key-permissions',
  severity: 'warning',
  summary: 'Other users of the host can read the private key, or its own service cannot',
  shortState: 'wrong permissions',
  about: 'private-key',
  isAboutAbsence: false,
  fixAll: 'with-new-keys',
  fix: 'restrict-permissions',
  check: (context) =>
    fileFindings(context, (each) => {
      const { content, file, path, state } = each;
      if (!('block' in content)) return undefined;
      // Who wants a published key has it already; that is told by a rule of its own.
      if (publishedKey(content.block.publicKeyFingerprint)) return undefined;
      const reader = readerOf(state, context);
      const mode = file.access?.mode === undefined ? '' : ` (mode ${octal(file.access.mode)})`;
      if (file.readableInContainer === 'no') {
        const what = state.requirement.accepted ? state.requirement.title : 'private key';
        const end =
          state.requirement.accepted === 'numbered' ? state.requirement.consequence : 'It does not start.';
        return `${state.service.name} runs as user ${reader?.uid ?? 0} and cannot read its ${what} in ${path}${mode}. ${end} ${adviceFor(each, reader)}`;
      }
      if (file.access?.others !== 'yes') return undefined;
      return `Every user of this host can read the private key of ${state.service.name} in ${path}${mode}. ${adviceFor(each, reader)}`;
    }),
};

/** Whom the service runs as; undefined where the compose file doesn't tell. TLS servers start as root. */
function readerOf(
  { requirement, service }: RequirementState,
  context: RuleContext,
): ContainerUser | undefined {
  if (requirement.kind !== 'token-key') return { uid: 0, gids: [0] };
  return containerUser(service, context.deployment.layout);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

/** What to do: where the service runs as another user, the directory keeps the host's users out instead of the file. */
function adviceFor({ path, state, file }: LookedInto, reader: ContainerUser | undefined): string {
  const { realPath } = file.facts;
  // The file's own directory counts, not that of a link to it.
  const at = realPath !== undefined && realPath !== state.hostFile ? realPath : path;
  const { links = 1 } = file.facts.status ?? {};
  if (links > 1) {
    return `Give the service a copy of it and set the permissions of that: the file has ${links} names (hard links), and its own permissions count for all of them.`;
  }
  if (reader?.uid === 0 || (reader !== undefined && file.access?.owner === reader.uid)) {
    return `Let only its owner read it: chmod 600 ${at}.`;
  }
  const who = reader === undefined ? 'another user' : `user ${reader.uid}`;
  if (state.how === 'directory') {
    const give =
      reader === undefined ? '' : `, or give the mounted directory and the file to it: chown ${reader.uid}`;
    return `The service runs as ${who}, and the directory is what is mounted: close the directory above it (chmod 700), and let the service into this one (chmod 755) and read ${at} (chmod 644)${give}.`;
  }
  const slash = at.lastIndexOf('/');
  const directory = at.slice(0, slash);
  const guard =
    directory === '' || directory === '.'
      ? 'move it into a directory of its own with chmod 700, which'
      : `chmod 700 ${directory}, which`;
  return `The service runs as ${who}: ${guard} keeps others out, and chmod 644 the file, so that the service can read it.`;
}
