/** What the commands show people. Pure text, so that it can be tested without VS Code. */
import type { Applied, FilePreview, PlanPreview } from '../../../server/src/language-server/protocol/index';
import { t } from '../l10n/translate';

export const TITLE = t('Generate Mender Keys');

// A notification without buttons shows one line of about 55 characters and folds the rest away.
export const OPEN_A_COMPOSE_FILE = t('Open the compose file of your Mender server first.');
export const NO_MENDER_SERVICE = t('No Mender service in this file.');
export const NOTHING_MISSING = t('All keys are mounted.');
export const SAVE_FIRST = t('Save this file first: keys are created in its folder.');
export const NO_DISK = t('Keys can only be created for files on disk.');

export const STACK_TITLE = t('Files checked together');
export const STACK_PLACEHOLDER = t('Select the files to merge, in this order');
export const JUDGE_AUTOMATICALLY = t('Detect automatically');
export const RELEASE_TITLE = t('Mender Release');
export const RELEASE_PLACEHOLDER = t('Check as which Mender release?');
export const SAVE_TO_CHOOSE = t('Save this file first: files are selected by their paths.');
export const JUDGED_ALONE = t('This file is not on disk, so it is checked alone.');
export const OPEN_A_FOLDER = t("Open this file's folder first: its settings store the selection.");
export const UNTRUSTED_SETTINGS = t('This workspace is not trusted, so its settings cannot be changed.');
export const COMMAND = t('Mender Compose');
export const NOT_WRITTEN = t('Could not write the setting.');

export const UNTRUSTED = t('This workspace is not trusted, so no keys can be created.');
export const NOT_RUNNING = t('The language server of Mender Compose is not running.');
export const STOPPED = t(
  'The language server of Mender Compose stopped several times and was not restarted.',
);

export const MAP_UNTRUSTED = t('This workspace is not trusted, so certificates and keys are not checked.');
export const MAP_NOT_ON_DISK = t('This file is not on disk, so its certificates and keys cannot be checked.');
export const KEY_MAP = t('The key map');
export const SAVE_MAP = t('Save Key Map');
export const MAP_COPIED = t('Copied the key map as Mermaid.');
export const MANAGE_TRUST = t('Manage Workspace Trust');
export const OPEN_FOLDER = t('Open Folder');
export const COPY_PATHS = t('Copy Paths');
export const OPEN_REQUEST = t('Open Request');
export const COPY_REQUEST = t('Copy Request');
export const MOUNT_AGAIN = t('Mount Now');
export const ALLOW = t('Allow');
export const RESTART = t('Restart');
export const SHOW_OUTPUT = t('Show Output');

/** What is counted, one and many: languages differ in more than an ending. */
const NOUNS = {
  file: (n: number) => (n === 1 ? t('1 file') : t('{0} files', n)),
  stack: (n: number) => (n === 1 ? t('1 stack') : t('{0} stacks', n)),
  service: (n: number) => (n === 1 ? t('1 service') : t('{0} services', n)),
  error: (n: number) => (n === 1 ? t('1 error') : t('{0} errors', n)),
  warning: (n: number) => (n === 1 ? t('1 warning') : t('{0} warnings', n)),
  information: (n: number) => t('{0} information', n),
  hint: (n: number) => (n === 1 ? t('1 hint') : t('{0} hints', n)),
};

export function count(number: number, noun: keyof typeof NOUNS): string {
  return NOUNS[noun](number);
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

/** Why no key can be put beside a document that isn't on the disk. */
export function noDisk(uri: string): string {
  return uri.startsWith('untitled:') ? SAVE_FIRST : NO_DISK;
}

/** The first entry of the preview: what happens when it is chosen. */
export function goAhead({ create, edited, modes }: PlanPreview): string {
  const files = create.length;
  const mounts = composeFiles(edited);
  if (files > 0 && mounts.length > 0)
    return files === 1 ? t('Create 1 file and mount it') : t('Create {0} files and mount them', files);
  if (files > 0) return files === 1 ? t('Create 1 file') : t('Create {0} files', files);
  if (mounts.length > 0) return t('Mount existing files in {0}', mounts.join(', '));
  if (edited.length > 0) return t('Change {0}', edited.map(fileName).join(', '));
  return modes.length === 1
    ? t('Change the permissions of 1 file')
    : t('Change the permissions of {0} files', modes.length);
}

/** Asks for directories that the user neither opened nor named. */
export function outside(directories: readonly string[]): string {
  return t('Allow creating or changing files in {0}, outside of the open folders?', directories.join(', '));
}

/** Names of the files that mount something: a plan may add to `.env` and `.gitignore` too. */
function composeFiles(uris: readonly string[]): string[] {
  return uris.map(fileName).filter((name) => /\.ya?ml$/i.test(name));
}

function kindOf({ kind, service }: FilePreview): string {
  switch (kind) {
    case 'private-key':
      return t('private key of {0}', service);
    case 'certificate':
      return t('certificate of {0}', service);
    case 'token-key':
      return t('token signing key of {0}', service);
    case 'request':
      return t('certificate request of {0}', service);
    case 'bundle':
      return t('trust bundle for Mender clients');
  }
}

const ICONS: Readonly<Record<FilePreview['kind'], string>> = {
  'private-key': 'key',
  certificate: 'verified',
  'token-key': 'key',
  request: 'mail',
  bundle: 'verified',
};

export interface Entry {
  /** Name of an icon in front of the label. */
  readonly icon: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string | undefined;
}

/** One file of the preview. Under it stand a certificate's names, where they are known, else what the file puts right. */
export function entryOf(file: FilePreview, names: PlanPreview['names'] = []): Entry {
  const known = names.find((entry) => entry.service === file.service)?.names ?? [];
  return {
    icon: ICONS[file.kind],
    label: file.relative,
    description: kindOf(file),
    detail:
      file.kind === 'certificate' && known.length > 0
        ? t('For {0}', known.join(', '))
        : (stateIn(file.fixes[0], file.service) ?? whatFor(file)),
  };
}

/** Of a file that puts nothing right by itself. */
function whatFor({ kind }: FilePreview): string | undefined {
  return kind === 'private-key' ? t('Private key of the certificate') : undefined;
}

/** What a finding's first clause says of the file, its name left out: the list shows one line, and cuts off the rest. */
function stateIn(message: string | undefined, service: string): string | undefined {
  const clause = message?.split(/[:.] |, where /, 1)[0];
  const state = clause?.split(` of ${service} `)[1]?.replace(/^is /, '') ?? clause;
  return state && `${state.charAt(0).toUpperCase()}${state.slice(1)}`;
}

/** What asks for the names of one certificate; `fallback` is what the box holds at first. */
export function namesPrompt(service: string, fallback: readonly string[]): string {
  return fallback.length > 0
    ? t(
        "Names in the certificate of {0}, separated by commas: the host names and IP addresses that devices and services connect to. The compose file names none, so the service's own names are filled in.",
        service,
      )
    : t(
        'Names in the certificate of {0}, separated by commas: the host names and IP addresses that devices and services connect to. The compose file names none.',
        service,
      );
}

/** What was made, and what is left to do. */
export function done(result: Applied): string {
  const sentence = doneSentence(result.created.length, result.edited);
  return [...(sentence === undefined ? [] : [sentence]), ...result.reminders].join(' ');
}

function doneSentence(files: number, edited: readonly string[]): string | undefined {
  const mounts = composeFiles(edited);
  const where = mounts.join(', ');
  if (files === 1 && mounts.length > 0) return t('Created 1 file and mounted it in {0}.', where);
  if (files > 0 && mounts.length > 0) return t('Created {0} files and mounted them in {1}.', files, where);
  if (files > 0) return created(files);
  if (mounts.length > 0) return t('Mounted existing files in {0}.', where);
  return edited.length > 0 ? t('Changed {0}.', edited.map(fileName).join(', ')) : undefined;
}

function created(files: number): string {
  if (files === 0) return t('Nothing was created.');
  return files === 1 ? t('Created 1 file.') : t('Created {0} files.', files);
}

/** When the files are there and the compose file could not be edited. */
export function notMounted(result: Applied): string {
  return t(
    '{0} The compose file has changed meanwhile, so nothing is mounted yet.',
    created(result.created.length),
  );
}

/** The same where mounting can't be tried again. */
export function notMountedByTask(result: Applied): string {
  return t(
    '{0} The compose file has changed meanwhile, so the new files are not mounted: mount them by hand, or delete them and start again.',
    created(result.created.length),
  );
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
      label: t('Automatic'),
      description: automatic ? t('from images and mounts (selected)') : t('from images and mounts'),
      release: undefined,
    },
    ...known.map((release) => ({
      label: release,
      description: release === today ? t('selected') : '',
      release,
    })),
  ];
}

/** Of something that nobody foresaw: what was done, and the reason. */
export function failed(what: string, reason: string): string {
  return t('{0} failed: {1}.', what, reason.replace(/\.$/, ''));
}
