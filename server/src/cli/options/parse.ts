import { parseArgs } from 'node:util';
import { UsageError } from '../core/context';
import { didYouMean } from './did-you-mean';

/** One option of a command. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly many?: boolean;
  readonly help: string;
}

/** What was on the command line. */
export interface Parsed {
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly paths: readonly string[];
}

/**
 * Reads a command's arguments. `--` ends the options.
 * @throws UsageError for an unknown option, a missing or superfluous value, or an option given twice.
 */
export function parseArguments(
  args: readonly string[],
  command: string,
  specs: readonly OptionSpec[],
): Parsed {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      specs.map((spec) => [
        spec.name,
        {
          type: spec.value ? 'string' : 'boolean',
          multiple: true,
          ...(spec.short && { short: spec.short }),
        } as const,
      ]),
    ),
  });
  const switches = new Set<string>();
  const values = new Map<string, string[]>();
  const paths: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specs.find(({ name }) => name === token.name);
    if (!spec) throw new UsageError(unknownOption(token.rawName, command, specs));
    if (!spec.value) {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
      switches.add(spec.name);
      continue;
    }
    const looksLikeOption = !token.inlineValue && token.value?.startsWith('-');
    if (token.value === undefined || token.value === '' || looksLikeOption) {
      throw new UsageError(`${token.rawName} needs a value: --${spec.name} ${spec.value}`);
    }
    const given = values.get(spec.name) ?? [];
    if (given.length > 0 && !spec.many) throw new UsageError(`Pass ${token.rawName} only once.`);
    values.set(spec.name, [...given, token.value]);
  }
  return { switches, values, paths };
}

function unknownOption(option: string, command: string, specs: readonly OptionSpec[]): string {
  const known = specs.map(({ name }) => `--${name}`);
  return `Unknown option ${option} for ${command}${didYouMean(option, known)}`;
}

/**
 * The value of an option that allows a few words.
 * @throws UsageError naming the words.
 */
export function choice<T extends string>(parsed: Parsed, option: string, words: readonly T[], usual: T): T {
  const given = parsed.values.get(option)?.[0];
  if (given === undefined) return usual;
  const word = words.find((candidate) => candidate === given);
  if (word !== undefined) return word;
  throw new UsageError(`--${option} is one of ${words.join(', ')}, not ${given}${didYouMean(given, words)}`);
}

/** What stands before and after the first separator; no second part where there is none. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
