/** What the commands tell people. Pure text, so that it can be tested without VS Code. */
import type { Applied, FilePreview, PlanPreview } from '../../server/src/lsp/protocol';

export const TITLE = 'Generate Mender keys';

// A notification without buttons shows one line of about 55 characters and folds the rest away.
export const OPEN_A_COMPOSE_FILE = 'Open the compose file of your Mender server first.';
export const NO_MENDER_SERVICE = 'There is no Mender service in this file.';
export const NOTHING_MISSING = 'Nothing is missing: all keys are mounted.';
export const SAVE_FIRST = 'Save this file first: the keys are put beside it.';

export const STACK_TITLE = 'Files judged together';
export const STACK_PLACEHOLDER = 'Tick the files that are merged, in this order';
export const JUDGE_AUTOMATICALLY = 'Judge automatically again';
export const RELEASE_TITLE = 'Mender release';
export const RELEASE_PLACEHOLDER = 'As which release are compose files judged?';
export const SAVE_TO_CHOOSE = 'Save this file first: files are judged together by their paths.';
export const OPEN_A_FOLDER = 'Open the folder of this file first: its settings keep the choice.';
export const UNTRUSTED_SETTINGS =
  'This workspace is not trusted, so its settings stay as they are. Trust it to choose.';
export const FAILED = 'The command could not be carried out.';
export const NOT_WRITTEN = 'The setting could not be written.';

export const UNTRUSTED =
  'This workspace is not trusted, so no keys are written to it. Trust it to generate the keys.';
export const NOT_RUNNING = 'The language server of Mender Compose is not running.';
export const STOPPED =
  'The language server of Mender Compose stopped several times and was not started again.';

export const MANAGE_TRUST = 'Manage Workspace Trust';
export const OPEN_FOLDER = 'Open folder';
export const COPY_PATHS = 'Copy paths';
export const MOUNT_AGAIN = 'Mount them now';
export const RESTART = 'Restart';
export const SHOW_OUTPUT = 'Show output';

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The last part of a URI's or a host's path, decoded: what people call the file. */
export function fileName(path: string): string {
  const last = path.split(/[\\/]/).pop() ?? path;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The first entry of the preview: what happens when it is chosen. */
export function goAhead(plan: PlanPreview): string {
  const files = count(plan.create.length, 'file');
  if (plan.create.length === 0) return `Mount the existing files in ${editedNames(plan.edited)}`;
  if (plan.edited.length === 0) return `Create ${files}`;
  return `Create ${files} and mount ${plan.create.length === 1 ? 'it' : 'them'}`;
}

function editedNames(uris: readonly string[]): string {
  return uris.length === 0 ? 'the compose file' : uris.map(fileName).join(', ');
}

const KINDS: Readonly<Record<FilePreview['kind'], string>> = {
  'private-key': 'private key',
  certificate: 'certificate',
  'token-key': 'token signing key',
  request: 'certificate request',
  bundle: 'certificates for the Mender client',
};

export interface Entry {
  readonly label: string;
  readonly description: string;
  readonly detail: string | undefined;
}

/** One file of the preview. Under it stand a certificate's names, where they are known, else what the file puts right. */
export function entryOf(file: FilePreview, names: PlanPreview['names'] = []): Entry {
  const icon = file.kind === 'certificate' ? 'verified' : 'key';
  const known = names.find((entry) => entry.service === file.service)?.names ?? [];
  return {
    label: `$(${icon}) ${file.relative}`,
    description: `${KINDS[file.kind]} of ${file.service}`,
    detail:
      file.kind === 'certificate' && known.length > 0
        ? `For ${known.join(', ')}`
        : reason(file.service, file.fixes[0]),
  };
}

/** The first clause of a finding's message: the list shows one line, and cuts off the rest. */
function reason(service: string, message: string | undefined): string | undefined {
  const clause = message?.split(/[:.] /, 1)[0];
  return clause?.startsWith(`${service} `) ? `It ${clause.slice(service.length + 1)}` : clause;
}

/** What asks for the names of one certificate; `fallback` is what the box holds at first. */
export function namesPrompt(service: string, fallback: readonly string[]): string {
  const said = `Names in the certificate of ${service}, separated by commas: the host names and IP addresses under which devices and services reach it.`;
  return fallback.length > 0
    ? `${said} The compose file does not tell; the service's own names are filled in.`
    : `${said} The compose file does not tell.`;
}

/** What was made, and what is left to do. */
export function done(result: Applied): string {
  const mounted = result.edited.length > 0;
  const made = count(result.created.length, 'file');
  const edited = editedNames(result.edited);
  const sentences: string[] = [];
  if (result.created.length > 0) {
    const them = result.created.length === 1 ? 'it' : 'them';
    sentences.push(mounted ? `Created ${made} and mounted ${them} in ${edited}.` : `Created ${made}.`);
  } else if (mounted) sentences.push(`Mounted the existing files in ${edited}.`);
  return [...sentences, ...result.reminders].join(' ');
}

/** When the files are there and the compose file could not be edited. */
export function notMounted(result: Applied): string {
  const made =
    result.created.length === 0 ? 'Nothing was created.' : `Created ${count(result.created.length, 'file')}.`;
  return `${made} The compose file changed in the meantime, so nothing is mounted yet.`;
}

export interface ReleaseItem {
  readonly label: string;
  readonly description: string;
  /** What `mender.release` is set to; undefined takes the setting away. */
  readonly release: string | undefined;
}

/** What the pick of releases shows; `today` is the setting's value, which may be one that isn't an example. */
export function releaseItems(releases: readonly string[], today: string): ReleaseItem[] {
  const automatic = today === '' || today === 'auto';
  const known = automatic || releases.includes(today) ? releases : [today, ...releases];
  return [
    {
      label: 'Automatic',
      description: automatic ? 'what the images and mounts tell (chosen)' : 'what the images and mounts tell',
      release: undefined,
    },
    ...known.map((release) => ({
      label: release,
      description: release === today ? 'chosen' : '',
      release,
    })),
  ];
}
