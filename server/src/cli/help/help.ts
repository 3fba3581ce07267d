/** What `--help` says. */

import { CHECK_OPTIONS, FIX_OPTIONS, GENERATE_OPTIONS, LSP_OPTIONS, MAP_OPTIONS } from '../options/options';
import type { OptionSpec } from '../options/parse';
import { KEY_COMMANDS } from './key-commands';

/** The headings that commands stand under in the help of the whole program, in its order. */
const GROUPS = { checking: 'Checking', keys: 'Keys and certificates', other: 'Other' } as const;

export interface CommandHelp {
  readonly group: keyof typeof GROUPS;
  readonly usage: string;
  readonly summary: string;
  readonly details: string;
  readonly options: readonly OptionSpec[];
}

export const COMMANDS = {
  check: {
    group: 'checking',
    usage: 'mender-compose check [OPTION…] [PATH… | -f FILE…]',
    summary: 'Say what is wrong with the certificates and keys.',
    details: `PATH is a compose file or a directory, searched with its subdirectories for compose files and for
other YAML files with Mender services. The default is the current directory. Files that belong together
are judged together, and the output says which they are; -f says it instead.

Exit code: 0 nothing at error level, 1 findings at error level, 2 wrong usage or unreadable input.`,
    options: CHECK_OPTIONS,
  },
  fix: {
    group: 'checking',
    usage: 'mender-compose fix [OPTION…] [PATH… | -f FILE…]',
    summary: 'Edit the compose files, and with --generate create keys.',
    details: `Without --generate, only compose files are edited, and no key is created. With it, the plan is shown and
confirmed first, or carried out at once with --yes. Existing keys and certificates are never overwritten.

Exit code: what check would give afterwards, or 2 when something could not be done.`,
    options: FIX_OPTIONS,
  },
  generate: {
    group: 'keys',
    usage: 'mender-compose generate [OPTION…] [PATH… | -f FILE…]',
    summary: 'Create the keys and certificates that are missing, and mount them.',
    details: `Does what fix --generate does, for missing keys and certificates only.

Exit code: what check would give afterwards, or 2 when something could not be done.`,
    options: GENERATE_OPTIONS,
  },
  ...KEY_COMMANDS,
  map: {
    group: 'checking',
    usage: 'mender-compose map [OPTION…] [PATH… | -f FILE…]',
    summary: 'Draw which service uses which certificate and key.',
    details: `Draws each deployment: its services, the files that they mount, how both stand, which private keys are
shared, and how long certificates are valid. No key is shown.

Exit code: 0, or 2 for wrong usage, unreadable input or nothing to draw.`,
    options: MAP_OPTIONS,
  },
  lsp: {
    group: 'other',
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
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const names = COMMAND_NAMES.filter((name) => COMMANDS[name].group === group);
    return `${title}:\n${names.map((name) => `  ${name.padEnd(10)}${COMMANDS[name].summary}\n`).join('')}\n`;
  });
  return `Finds and fixes wrong TLS certificate and token key mounts of a Mender server in compose files,
and looks after the keys.

Usage: mender-compose COMMAND [OPTION…] [PATH…]

${groups.join('')}Options:
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
