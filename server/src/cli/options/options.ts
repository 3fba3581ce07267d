/** Options that several commands have, each described once. */
import { KEY_DEFAULTS } from '../../language-service/info/key-defaults';
import type { OptionSpec } from './parse';

export const HELP: OptionSpec = { name: 'help', short: 'h', help: 'Show this help.' };
/** Of commands that change something. */
const FORMAT: OptionSpec = { name: 'format', value: 'text|json', help: 'How to print. The default is text.' };
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
    help: 'Where paths count from. The default is the directory of the first file.',
  },
  {
    name: 'env-file',
    value: 'FILE',
    many: true,
    help: 'Read variables from here, not from the .env of the project. Repeatable.',
  },
];
export const COMMON: readonly OptionSpec[] = [
  {
    name: 'release',
    value: 'RELEASE',
    help: 'Check as this release, such as 3.7. The default is what the files show.',
  },
  {
    name: 'rule',
    value: 'CODE=SEVERITY',
    many: true,
    help: 'Set a severity: error, warning, information, hint or off. Repeatable.',
  },
  { name: 'quiet', short: 'q', help: 'Print findings at error level only, without notes and summary.' },
  { name: 'color', help: 'Use colour even when the output is no terminal.' },
  { name: 'no-color', help: 'Use no colour. So does the variable NO_COLOR.' },
  HELP,
];

export const NAME: OptionSpec = {
  name: 'name',
  value: '[SERVICE=]HOST[,HOST]',
  many: true,
  help: 'Host names for new certificates, of one service or of all. Repeatable.',
};
export const MORE_NAMES: OptionSpec = {
  name: 'name',
  value: 'HOST[,HOST]',
  many: true,
  help: 'Host names besides those that are known. Repeatable.',
};
/** What every command that changes something has. */
export const CHANGING: readonly OptionSpec[] = [
  { name: 'dry-run', help: 'Print a diff and the files that would be created; write nothing.' },
  { name: 'yes', short: 'y', help: 'Go ahead without asking.' },
  { name: 'write-protected', help: 'Also edit files that are write-protected (mode 0444).' },
  ...STACK,
  FORMAT,
  ...COMMON,
];

export const DIRECTORY: OptionSpec = {
  name: 'directory',
  value: 'DIR',
  help: "Put new files there, also outside. The default is as Mender's documentation has it.",
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
  { name: 'service', value: 'NAME', help: 'The service whose certificate or key is meant.' },
  {
    name: 'requirement',
    value: 'ID',
    help: 'Which one, where the service has several. The message that asks for it lists them.',
  },
];
/** For the commands that are about everything. */
export const onlyService = (help: string): OptionSpec => ({ name: 'service', value: 'NAME', help });
export const NEW_KEY: OptionSpec = {
  name: 'new-key',
  help: 'Make a new private key although there is one that could be used.',
};
export const PASSPHRASE_FILE: OptionSpec = {
  name: 'passphrase-file',
  value: 'FILE',
  help: 'A file with the passphrase. Without it: the variable MENDER_COMPOSE_PASSPHRASE.',
};

export const ROOT: OptionSpec = {
  name: 'root',
  value: 'FILE',
  help: "The authority's root certificate, for the trust bundle, where it isn't found by itself.",
};
