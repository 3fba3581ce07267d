import type { Host } from '../../platform/platform';
import type { Output } from './context';

/** Colours a text, or leaves it alone. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly green: (text: string) => string;
}

export const PLAIN: Style = { bold: same, dim: same, red: same, yellow: same, blue: same, green: same };

export const COLOURED: Style = {
  bold: (text) => wrap(1, 22, text),
  dim: (text) => wrap(2, 22, text),
  red: (text) => wrap(31, 39, text),
  yellow: (text) => wrap(33, 39, text),
  blue: (text) => wrap(34, 39, text),
  green: (text) => wrap(32, 39, text),
};

/** Colour goes to terminals only, and not where `NO_COLOR` (https://no-color.org) or the user passes `--no-color`. */
export function styleFor(output: Output, host: Host, asked: 'color' | 'no-color' | undefined): Style {
  if (asked !== undefined) return asked === 'color' ? COLOURED : PLAIN;
  const refused = Boolean(host.environment('NO_COLOR')) || host.environment('TERM') === 'dumb';
  return output.isTTY && !refused ? COLOURED : PLAIN;
}

function wrap(on: number, off: number, text: string): string {
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
}

function same(text: string): string {
  return text;
}

/** Text from a file made safe for a terminal and for a line: what acts is shown, line ends too. */
export { visible as printable } from '../../text/harmless';
