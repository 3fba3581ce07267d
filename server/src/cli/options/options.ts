/** The options of all commands, each described once. */
import { KEY_DEFAULTS } from '../../language-service/info/key-defaults';
import type { OptionSpec } from './parse';

export const HELP: OptionSpec = { name: 'help', short: 'h', help: 'Show this help.' };
const FORMAT: OptionSpec = { name: 'format', value: 'text|json', help: 'How to print. The default is text.' };
/** As `docker compose` has them, so that its command line can be taken over. */
const STACK: readonly OptionSpec[] = [
  {
    name: 'file',
    short: 'f',
    value: 'FILE',
    many: true,
    help: 'Judge these files together, merged in this order. Repeatable.',
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
const COMMON: readonly OptionSpec[] = [
  {
    name: 'release',
    value: 'RELEASE',
    help: 'Judge as this release, such as 3.7. The default is what the files tell.',
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

export const CHECK_OPTIONS: readonly OptionSpec[] = [
  ...STACK,
  FORMAT,
  { name: 'list-rules', help: 'List all rules with their default severities instead of checking.' },
  ...COMMON,
];

const NAME: OptionSpec = {
  name: 'name',
  value: '[SERVICE=]HOST[,HOST]',
  many: true,
  help: 'Host names for new certificates, of one service or of all. Repeatable.',
};
const MORE_NAMES: OptionSpec = {
  name: 'name',
  value: 'HOST[,HOST]',
  many: true,
  help: 'Host names besides those that are known. Repeatable.',
};
/** What every command that changes something has. */
const CHANGING: readonly OptionSpec[] = [
  { name: 'dry-run', help: 'Print a diff and the files that would be created; write nothing.' },
  { name: 'yes', short: 'y', help: 'Go ahead without asking.' },
  { name: 'write-protected', help: 'Also edit files that are write-protected (mode 0444).' },
  ...STACK,
  FORMAT,
  ...COMMON,
];

const DIRECTORY: OptionSpec = {
  name: 'directory',
  value: 'DIR',
  help: "Put new files there, also outside. The default is as Mender's documentation has it.",
};

export const FIX_OPTIONS: readonly OptionSpec[] = [
  { name: 'generate', help: 'Also create the keys and certificates that are missing.' },
  NAME,
  DIRECTORY,
  ...CHANGING,
];

const DAYS: OptionSpec = {
  name: 'days',
  value: 'DAYS',
  help: `Validity of new certificates. The default is ${KEY_DEFAULTS.days}.`,
};
const { sizes: SIZES } = KEY_DEFAULTS;
/** How new keys are made. */
const KEYS: readonly OptionSpec[] = [
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
const TARGET: readonly OptionSpec[] = [
  { name: 'service', value: 'NAME', help: 'The service whose certificate or key is meant.' },
  {
    name: 'requirement',
    value: 'ID',
    help: 'Which one, where the service has several. The message that asks for it lists them.',
  },
];
/** For the commands that are about everything. */
const onlyService = (help: string): OptionSpec => ({ name: 'service', value: 'NAME', help });
const NEW_KEY: OptionSpec = {
  name: 'new-key',
  help: 'Make a new private key although there is one that could be used.',
};
const PASSPHRASE_FILE: OptionSpec = {
  name: 'passphrase-file',
  value: 'FILE',
  help: 'A file with the passphrase. Without it: the variable MENDER_COMPOSE_PASSPHRASE.',
};

export const GENERATE_OPTIONS: readonly OptionSpec[] = [
  onlyService('Only what this service is missing. The default is every service.'),
  NAME,
  ...KEYS,
  DAYS,
  DIRECTORY,
  ...CHANGING,
];
export const CSR_OPTIONS: readonly OptionSpec[] = [
  ...TARGET,
  MORE_NAMES,
  NEW_KEY,
  ...KEYS,
  DIRECTORY,
  ...CHANGING,
];
const ROOT: OptionSpec = {
  name: 'root',
  value: 'FILE',
  help: "The authority's root certificate, for the trust bundle, where it isn't found by itself.",
};

export const IMPORT_OPTIONS: readonly OptionSpec[] = [
  ...TARGET,
  { name: 'key', value: 'FILE', help: "The private key, where it isn't found by itself." },
  ROOT,
  { name: 'anyway', help: 'Take it in although clients would refuse it.' },
  DIRECTORY,
  ...CHANGING,
];
export const SIGN_OPTIONS: readonly OptionSpec[] = [
  { name: 'ca-cert', value: 'FILE', help: "The authority's certificate; its issuers may follow. Required." },
  { name: 'ca-key', value: 'FILE', help: "The authority's private key. Required; nothing of it is kept." },
  ROOT,
  PASSPHRASE_FILE,
  ...TARGET,
  MORE_NAMES,
  NEW_KEY,
  ...KEYS,
  DAYS,
  DIRECTORY,
  ...CHANGING,
];
export const RENEW_OPTIONS: readonly OptionSpec[] = [
  ...TARGET,
  MORE_NAMES,
  DAYS,
  { name: 'force', help: 'Renew although nothing is due.' },
  DIRECTORY,
  ...CHANGING,
];
export const ROTATE_OPTIONS: readonly OptionSpec[] = [
  ...TARGET,
  { name: 'again', help: 'Rotate although the key was made less than a day ago.' },
  { name: 'leaked', help: 'Others may have the key: nothing that it signed is accepted any more.' },
  ...KEYS,
  DAYS,
  DIRECTORY,
  ...CHANGING,
];
export const SPLIT_OPTIONS: readonly OptionSpec[] = [
  onlyService('Only this service gets a new key. The default is all but one that share.'),
  NAME,
  ...KEYS,
  DAYS,
  DIRECTORY,
  ...CHANGING,
];
export const CONVERT_OPTIONS: readonly OptionSpec[] = [...TARGET, PASSPHRASE_FILE, DIRECTORY, ...CHANGING];
export const BUNDLE_OPTIONS: readonly OptionSpec[] = [
  onlyService('Only the certificates of this service. The default is all that devices meet.'),
  {
    name: 'output',
    value: 'FILE',
    help: 'The file to write. The default is server.crt beside the certificates.',
  },
  ROOT,
  ...CHANGING,
];

export const MAP_OPTIONS: readonly OptionSpec[] = [
  ...STACK,
  { name: 'format', value: 'svg|mermaid|json', help: 'What to draw. The default is svg.' },
  { name: 'theme', value: 'light|dark', help: 'The colours of svg. The default is light.' },
  { name: 'output', short: 'o', value: 'FILE', help: 'Write here. The default is standard output.' },
  { name: 'force', help: 'Replace the drawing that --output names. Any other file stays as it is.' },
  ...COMMON.filter(({ name }) => name === 'release' || name === 'rule'),
  HELP,
];

export const LSP_OPTIONS: readonly OptionSpec[] = [
  { name: 'stdio', help: 'Talk over standard input and output. Required.' },
  { name: 'clientProcessId', value: 'PID', help: 'End when this process ends.' },
  HELP,
];
