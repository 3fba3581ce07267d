import type { OptionSpec } from '../options/parse';
import { choice, type Parsed } from '../options/parse';
import type { Format } from './format';
import { json } from './json';
import { text } from './text';

/** All formats that a check can be printed in; the first is the default. Help and errors are written from this list. */
export const FORMATS: readonly [Format, ...Format[]] = [text, json];

const NAMES = FORMATS.map(({ name }) => name);

export const FORMAT_OPTION: OptionSpec = {
  name: 'format',
  value: NAMES.join('|'),
  help: `Output format. The default is ${FORMATS[0].name}.`,
};

/**
 * The format that `--format` asks for.
 * @throws UsageError naming the formats
 */
export function readFormat(parsed: Parsed): Format {
  const wanted = choice(parsed, 'format', NAMES, FORMATS[0].name);
  return FORMATS.find(({ name }) => name === wanted) ?? FORMATS[0];
}
