import type { OptionSpec } from './arguments';

const HELP: OptionSpec = { name: 'help', short: 'h', help: 'Show this help.' };
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
const DRY_RUN: OptionSpec = {
  name: 'dry-run',
  help: 'Print a diff and the files that would be created; write nothing.',
};
const YES: OptionSpec = { name: 'yes', short: 'y', help: 'Create keys without asking.' };

export const FIX_OPTIONS: readonly OptionSpec[] = [
  { name: 'generate', help: 'Also create the keys and certificates that are missing.' },
  NAME,
  DRY_RUN,
  YES,
  ...STACK,
  FORMAT,
  ...COMMON,
];

export const GENERATE_OPTIONS: readonly OptionSpec[] = [NAME, DRY_RUN, YES, ...STACK, FORMAT, ...COMMON];

export const MAP_OPTIONS: readonly OptionSpec[] = [
  ...STACK,
  { name: 'format', value: 'svg|mermaid|json', help: 'What to draw. The default is svg.' },
  { name: 'theme', value: 'light|dark', help: 'The colours of svg. The default is light.' },
  { name: 'output', short: 'o', value: 'FILE', help: 'Write here. The default is standard output.' },
  { name: 'force', help: 'Replace the file that --output names. Keys and compose files stay as they are.' },
  ...COMMON.filter(({ name }) => name === 'release' || name === 'rule'),
  HELP,
];

export const LSP_OPTIONS: readonly OptionSpec[] = [
  { name: 'stdio', help: 'Talk over standard input and output. Required.' },
  { name: 'clientProcessId', value: 'PID', help: 'End when this process ends.' },
  HELP,
];

interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
  readonly details: string;
  readonly options: readonly OptionSpec[];
}

export const COMMANDS = {
  check: {
    usage: 'mender-compose check [OPTION…] [PATH… | -f FILE…]',
    summary: 'Say what is wrong with the certificates and keys.',
    details: `PATH is a compose file or a directory, searched with its subdirectories for compose files and for
other YAML files with Mender services. The default is the current directory. Files that belong together
are judged together, and the output says which they are; -f says it instead.

Exit code: 0 nothing at error level, 1 findings at error level, 2 wrong usage or unreadable input.`,
    options: CHECK_OPTIONS,
  },
  fix: {
    usage: 'mender-compose fix [OPTION…] [PATH… | -f FILE…]',
    summary: 'Edit the compose files, and with --generate create keys.',
    details: `Without --generate, only compose files are edited, and no key is created. With it, the plan is shown and
confirmed first, or carried out at once with --yes. Existing keys and certificates are never overwritten.

Exit code: what check would give afterwards, or 2 when something could not be done.`,
    options: FIX_OPTIONS,
  },
  generate: {
    usage: 'mender-compose generate [OPTION…] [PATH… | -f FILE…]',
    summary: 'Create the keys and certificates that are missing, and mount them.',
    details: `Does what fix --generate does, for missing keys and certificates only.

Exit code: what check would give afterwards, or 2 when something could not be done.`,
    options: GENERATE_OPTIONS,
  },
  map: {
    usage: 'mender-compose map [OPTION…] [PATH… | -f FILE…]',
    summary: 'Draw which service uses which certificate and key.',
    details: `Draws each deployment: its services, the files that they mount, how both stand, which private keys are
shared, and how long certificates are valid. No key is shown.

Exit code: 0, or 2 for wrong usage, unreadable input or nothing to draw.`,
    options: MAP_OPTIONS,
  },
  lsp: {
    usage: 'mender-compose lsp --stdio',
    summary: 'Start the language server, for editors.',
    details: '',
    options: LSP_OPTIONS,
  },
} satisfies Record<string, CommandHelp>;

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** The help of the whole program. */
export function generalHelp(): string {
  const commands = COMMAND_NAMES.map((name) => `  ${name.padEnd(10)}${COMMANDS[name].summary}\n`).join('');
  return `Finds and fixes wrong TLS certificate and token key mounts of a Mender server in compose files.

Usage: mender-compose COMMAND [OPTION…] [PATH…]

Commands:
${commands}
Options:
  -h, --help     Show this help, or that of a command.
  -V, --version  Show the version.

Example: mender-compose check docker-compose.yml
`;
}

/** The help of one command. */
export function commandHelp(name: CommandName): string {
  const { usage, summary, details, options } = COMMANDS[name];
  const rows = options.map((option): [string, string] => [left(option), option.help]);
  const column = Math.max(...rows.map(([words]) => words.length)) + 2;
  const list = rows.map(([words, help]) => `  ${words.padEnd(column)}${help}\n`).join('');
  return `${summary}\n\nUsage: ${usage}\n\nOptions:\n${list}${details && `\n${details}\n`}`;
}

function left({ name, short, value }: OptionSpec): string {
  return `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
}
