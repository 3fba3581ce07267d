import type { Host } from '../platform/platform';
import { check } from './commands/check';
import { fix } from './commands/fix';
import { keyCommand } from './commands/keys';
import { map } from './commands/map';
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
import { COMMAND_NAMES, type CommandName, commandHelp, generalHelp } from './help/help';
import { didYouMean } from './options/did-you-mean';
import { LSP_OPTIONS } from './options/options';
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
      const command = COMMAND_NAMES.find((name) => name === args[0]);
      const help = `mender-compose ${command ? `${command} ` : ''}--help`;
      safe.stderr.write(`mender-compose: ${error.message}\nSee ${help}\n`);
      return EXIT.trouble;
    }
    if (error instanceof CommandError) {
      safe.stderr.write(`mender-compose: ${error.message}\n`);
      return EXIT.trouble;
    }
    safe.stderr.write(sayUnexpected(error, host));
    return EXIT.trouble;
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<number> {
  const { engine, streams } = context;
  const [first, ...rest] = args;
  if (first === undefined) {
    streams.stderr.write(generalHelp());
    return EXIT.trouble;
  }
  if (first === '--version' || first === '-V') {
    streams.stdout.write(`${engine.version}\n`);
    return EXIT.clean;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    const command = COMMAND_NAMES.find((name) => name === rest[0]);
    if (rest[0] !== undefined && !command) throw new UsageError(unknownCommand(rest[0]));
    streams.stdout.write(command ? commandHelp(command) : generalHelp());
    return EXIT.clean;
  }
  const command = COMMAND_NAMES.find((name) => name === first);
  if (!command) throw new UsageError(unknownCommand(first));
  const optionsEnd = rest.indexOf('--');
  const options = optionsEnd < 0 ? rest : rest.slice(0, optionsEnd);
  if (options.includes('--help') || options.includes('-h')) {
    streams.stdout.write(commandHelp(command));
    return EXIT.clean;
  }
  return RUN[command](rest, context);
}

/** What carries out each command. */
const RUN: Record<CommandName, (args: readonly string[], context: Context) => Promise<number> | number> = {
  check,
  fix,
  generate: (args, context) => keyCommand('generate', args, context),
  csr: (args, context) => keyCommand('csr', args, context),
  import: (args, context) => keyCommand('import', args, context),
  sign: (args, context) => keyCommand('sign', args, context),
  renew: (args, context) => keyCommand('renew', args, context),
  rotate: (args, context) => keyCommand('rotate', args, context),
  split: (args, context) => keyCommand('split', args, context),
  convert: (args, context) => keyCommand('convert', args, context),
  bundle: (args, context) => keyCommand('bundle', args, context),
  map,
  lsp: startServer,
};

function startServer(args: readonly string[], { engine }: Context): number {
  const parsed = parseArguments(args, 'lsp', LSP_OPTIONS);
  if (parsed.paths.length > 0) throw new UsageError('lsp takes no path.');
  if (!parsed.switches.has('stdio'))
    throw new UsageError('Say how to talk to the client: mender-compose lsp --stdio');
  engine.startLanguageServer();
  return EXIT.clean;
}

function unknownCommand(word: string): string {
  if (word.startsWith('-')) {
    return `${word}: options follow a command (${COMMAND_NAMES.join(', ')})${didYouMean(word, ['--help', '--version'])}`;
  }
  if (/[./\\]/.test(word)) return `${word} is no command. To check this path: mender-compose check ${word}`;
  return `Unknown command ${word}${didYouMean(word, COMMAND_NAMES)}`;
}

/** One line for people; the stack for whoever asks for it. */
function sayUnexpected(error: unknown, host: Host): string {
  const message = error instanceof Error ? error.message : String(error);
  if (host.environment('MENDER_COMPOSE_DEBUG') === '1' && error instanceof Error) {
    return `mender-compose: ${error.stack ?? message}\n`;
  }
  const line = message.split('\n')[0];
  return `mender-compose: an error in mender-compose itself: ${line}. Please report it with what MENDER_COMPOSE_DEBUG=1 prints.\n`;
}
