/** What `--help` prints. */
import type { Command } from '../commands/command';
import type { OptionSpec } from '../options/parse';

/** The headings that commands have in the help of the whole program, in its order. */
const GROUPS: Readonly<Record<Command['group'], string>> = {
  checking: 'Checking',
  keys: 'Keys and certificates',
  other: 'Other',
};

/** The help of the whole program. */
export function generalHelp(commands: readonly Command[]): string {
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const own = commands.filter((command) => command.group === group);
    return `${title}:\n${own.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}\n`).join('')}\n`;
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
export function commandHelp({ name, usage, summary, details, options }: Command): string {
  const rows = options.map((option): [string, string] => [left(option), option.help]);
  const column = Math.max(...rows.map(([words]) => words.length)) + 2;
  const list = rows.map(([words, help]) => `  ${words.padEnd(column)}${help}\n`).join('');
  return `${summary}\n\nUsage: mender-compose ${name} ${usage}\n\nOptions:\n${list}${details && `\n${details}\n`}`;
}

function left({ name, short, value }: OptionSpec): string {
  return `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
}
