import type { Host } from '../host/host';
import type { Output } from './terminal';

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

/** Colour goes to terminals only, and not where `NO_COLOR` (https://no-color.org) or the user says otherwise. */
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

/** Text from a file made safe for a terminal: control characters are shown, not carried out. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}
