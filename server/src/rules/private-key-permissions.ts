import type { RequirementState } from '../mender/model/deployment';
import { type ContainerUser, containerUser } from '../mender/requirements/container-user';
import { publishedKey } from '../pki/keys/published-keys';
import { fileFindings, type LookedInto } from './support/mounted-files';
import type { Rule, RuleContext } from './support/rule';
import { consequence, titleOf } from './support/words';

export const privateKeyPermissions: Rule = {
  code: 'private-key-permissions',
  severity: 'warning',
  summary: 'Every user of the host can read a private key, or its own service cannot',
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
        const what = state.requirement.accepted ? titleOf(state) : `Private key of ${state.service.name}`;
        const end =
          state.requirement.accepted === 'numbered'
            ? consequence(state)
            : `${state.service.name} does not start.`;
        return `${what} cannot be read by its service (user ${reader?.uid ?? 0}): ${path}${mode}. ${end} ${adviceFor(each, reader)}`;
      }
      if (file.access?.others !== 'yes') return undefined;
      return `Private key of ${state.service.name} can be read by every user of this host: ${path}${mode}. ${adviceFor(each, reader)}`;
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
    return `The file has ${links} names (hard links), which share its permissions: give the service a copy, and restrict that.`;
  }
  if (reader?.uid === 0 || (reader !== undefined && file.access?.owner === reader.uid)) {
    return `Restrict it to its owner: chmod 600 ${at}.`;
  }
  const who = reader === undefined ? 'another user' : `user ${reader.uid}`;
  if (state.how === 'directory') {
    const give =
      reader === undefined ? '' : `, or give the mounted directory and the file to it: chown ${reader.uid}`;
    return `The service runs as ${who}, and its directory is mounted: restrict the directory above (chmod 700), open this one (chmod 755) and ${at} (chmod 644)${give}.`;
  }
  const slash = at.lastIndexOf('/');
  const directory = at.slice(0, slash);
  const guard =
    directory === '' || directory === '.'
      ? 'move it into a directory of its own with chmod 700'
      : `restrict its directory (chmod 700 ${directory})`;
  return `The service runs as ${who}: ${guard}, and let the service read the file (chmod 644).`;
}
