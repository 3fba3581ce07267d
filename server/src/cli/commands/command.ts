import type { Context } from '../core/context';
import type { OptionSpec, Parsed } from '../options/parse';

/**
 * All that is known of one command. Help, suggestions for mistyped words and the table in docs/cli.md are written from
 * it; it is entered in the list of `index.ts`.
 */
export interface Command {
  /** What it is called on the command line. */
  readonly name: string;
  /** The heading that it has in the help of the whole program. */
  readonly group: 'checking' | 'keys' | 'other';
  /** What follows its name in the line `Usage:`. */
  readonly usage: string;
  /** One sentence, verb first. */
  readonly summary: string;
  /** What its help shows below the options: lines of at most 120 characters; may be empty. */
  readonly details: string;
  readonly options: readonly OptionSpec[];
  /**
   * Carries it out and answers the exit code.
   * @throws UsageError, CommandError, Interrupted
   */
  readonly run: (parsed: Parsed, context: Context) => Promise<number> | number;
}

/** Of the commands that take compose files. */
export const FILES_USAGE = '[OPTION…] [PATH… | -f FILE…]';
