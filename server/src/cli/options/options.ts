/** Options that several commands have, each described once. */
import { KEY_DEFAULTS } from '../../language-service/info/key-defaults';
import type { OptionSpec } from './parse';

export const HELP: OptionSpec = { name: 'help', short: 'h', help: 'Show this help.' };
/** Of commands that change something. */
const FORMAT: OptionSpec = {
  name: 'format',
  value: 'text|json',
  help: 'Output format. The default is text.',
};
/** As `docker compose` has them, so that its command line can be taken over. */
export const STACK: readonly OptionSpec[] = [
  {
    name: 'file',
    short: 'f',
    value: 'FILE',
    many: true,
    help: 'Check these files together, merged in this order. Repeatable.',
  },
  {
    name: 'project-directory',
    value: 'DIR',
    help: 'Directory that paths are relative to. The default is that of the first file.',
  },
  {
    name: 'env-file',
    value: 'FILE',
    many: true,
    help: 'Read variables from this file instead of .env of the project. Repeatable.',
  },
];
export const COMMON: readonly OptionSpec[] = [
  {
    name: 'release',
    value: 'RELEASE',
    help: 'Check as this release, such as 3.7. The default is detected.',
  },
  {
    name: 'rule',
    value: 'CODE=SEVERITY',
    many: true,
    help: 'Set a severity: error, warning, information, hint or off. Repeatable.',
  },
  { name: 'quiet', short: 'q', help: 'Print only errors, without notes and summary.' },
  { name: 'color', help: 'Use colour even when the output is not a terminal.' },
  { name: 'no-color', help: 'Use no colour, as with the variable NO_COLOR.' },
  HELP,
];

export const NAME: OptionSpec = {
  name: 'name',
  value: '[SERVICE=]HOST[,HOST]',
  many: true,
  help: 'Host names for new certificates, of one service or all. Repeatable.',
};
export const MORE_NAMES: OptionSpec = {
  name: 'name',
  value: 'HOST[,HOST]',
  many: true,
  help: 'Additional host names. Repeatable.',
};
/** What every command that changes something has. */
export const CHANGING: readonly OptionSpec[] = [
  { name: 'dry-run', help: 'Print a diff and the files that would be created; write nothing.' },
  { name: 'yes', short: 'y', help: 'Do not ask for confirmation.' },
  { name: 'write-protected', help: 'Also edit files that are write-protected (mode 0444).' },
  ...STACK,
  FORMAT,
  ...COMMON,
];

export const DIRECTORY: OptionSpec = {
  name: 'directory',
  value: 'DIR',
  help: "Directory for new files, also outside. The default is as in Mender's documentation.",
};

export const DAYS: OptionSpec = {
  name: 'days',
  value: 'DAYS',
  help: `Validity of new certificates. The default is ${KEY_DEFAULTS.days}.`,
};
const { sizes: SIZES } = KEY_DEFAULTS;
/** How new keys are made. */
export const KEYS: readonly OptionSpec[] = [
  {
    name: 'algorithm',
    value: 'rsa|ec',
    help: `Of new TLS keys; ec is P-256. The default is ${KEY_DEFAULTS.algorithm}. Token keys are always RSA.`,
  },
  {
    name: 'bits',
    value: 'BITS',
    help: `Of new RSA keys: ${SIZES.slice(0, -1).join(', ')} or ${SIZES.at(-1)}. The default is ${KEY_DEFAULTS.bits}.`,
  },
];
/** Which pair or key is meant. */
export const TARGET: readonly OptionSpec[] = [
  { name: 'service', value: 'NAME', help: 'Service of the certificate or key.' },
  {
    name: 'requirement',
    value: 'ID',
    help: 'Which one, if the service has several. A message lists them.',
  },
];
/** For the commands that are about everything. */
export const onlyService = (help: string): OptionSpec => ({ name: 'service', value: 'NAME', help });
export const NEW_KEY: OptionSpec = {
  name: 'new-key',
  help: 'Create a new private key although the present one could be used.',
};
export const PASSPHRASE_FILE: OptionSpec = {
  name: 'passphrase-file',
  value: 'FILE',
  help: 'File with the passphrase. The default is the variable MENDER_COMPOSE_PASSPHRASE.',
};

export const ROOT: OptionSpec = {
  name: 'root',
  value: 'FILE',
  help: "The authority's root certificate, for the trust bundle, if it isn't found automatically.",
};
