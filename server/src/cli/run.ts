import type { Host } from '../platform/platform';
import type { Command } from './commands/command';
import { COMMANDS } from './commands/index';
import { cleanStreams } from './core/clean-output';
import {
  CommandError,
  type Context,
  type Engine,
  EXIT,
  Interrupted,
  type Streams,
  UsageError,
} from './core/context';
import { commandHelp, generalHelp } from './help/help';
import { didYouMean } from './options/did-you-mean';
import { parseArguments } from './options/parse';

/**
 * Runs one command line and answers the exit code: 0 fine, 1 findings at error level, 2 wrong usage or unreadable
 * input, 130 interrupted. Never rejects.
 */
export async function run(
  args: readonly string[],
  streams: Streams,
  host: Host,
  engine: Engine,
): Promise<number> {
  const safe = cleanStreams(streams);
  try {
    return await dispatch(args, { streams: safe, host, engine });
  } catch (error) {
    if (error instanceof Interrupted) {
      safe.stderr.write('mender-compose: interrupted.\n');
      return EXIT.interrupted;
    }
    if (error instanceof UsageError) {
      const command = find(args[0]);
      const help = `mender-compose ${command ? `${command.name} ` : ''}--help`;
      safe.stderr.write(`mender-compose: ${error.message}\nSee ${help}\n`);
      return EXIT.trouble;
    }
    if (error instanceof CommandError) {
      safe.stderr.write(`mender-compose: ${error.message}\n`);
      return EXIT.trouble;
    }
    safe.stderr.write(unexpectedText(error, host));
    return EXIT.trouble;
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<number> {
  const { engine, streams } = context;
  const [first, ...rest] = args;
  if (first === undefined) {
    streams.stderr.write(generalHelp(COMMANDS));
    return EXIT.trouble;
  }
  if (first === '--version' || first === '-V') {
    streams.stdout.write(`${engine.version}\n`);
    return EXIT.clean;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    const command = find(rest[0]);
    if (rest[0] !== undefined && !command) throw new UsageError(unknownCommand(rest[0]));
    streams.stdout.write(command ? commandHelp(command) : generalHelp(COMMANDS));
    return EXIT.clean;
  }
  const command = find(first);
  if (!command) throw new UsageError(unknownCommand(first));
  const optionsEnd = rest.indexOf('--');
  const options = optionsEnd < 0 ? rest : rest.slice(0, optionsEnd);
  if (options.includes('--help') || options.includes('-h')) {
    streams.stdout.write(commandHelp(command));
    return EXIT.clean;
  }
  return command.run(parseArguments(rest, command.name, command.options), context);
}

function find(word: string | undefined): Command | undefined {
  return COMMANDS.find(({ name }) => name === word);
}

function unknownCommand(word: string): string {
  const names = COMMANDS.map(({ name }) => name);
  if (word.startsWith('-')) {
    return `${word}: options follow a command (${names.join(', ')})${didYouMean(word, ['--help', '--version'])}`;
  }
  if (/[./\\]/.test(word))
    return `${word} is not a command. To check this path: mender-compose check ${word}`;
  return `Unknown command ${word}${didYouMean(word, names)}`;
}

/** One line for people; the stack for whoever asks for it. */
function unexpectedText(error: unknown, host: Host): string {
  const message = error instanceof Error ? error.message : String(error);
  if (host.environment('MENDER_COMPOSE_DEBUG') === '1' && error instanceof Error) {
    return `mender-compose: ${error.stack ?? message}\n`;
  }
  const line = message.split('\n')[0];
  return `mender-compose: internal error: ${line}. Please report it with the output of MENDER_COMPOSE_DEBUG=1.\n`;
}
