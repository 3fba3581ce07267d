/** Lines out of what a person has typed so far. */

/** What came first in the text, and what follows it. */
export interface Typed {
  /** `end`: no more input, nothing typed; `interrupt`: Ctrl-C. */
  readonly kind: 'line' | 'end' | 'interrupt';
  readonly line: string;
  readonly rest: string;
}

/** The first line as a terminal or a pipe hands it over; undefined where more has to be typed. */
export function plainLine(text: string, ended: boolean): Typed | undefined {
  const at = text.indexOf('\n');
  if (at >= 0) return { kind: 'line', line: text.slice(0, at), rest: text.slice(at + 1) };
  if (!ended) return undefined;
  return { kind: text === '' ? 'end' : 'line', line: text, rest: '' };
}

/** Control characters that a terminal in raw mode hands over instead of acting on them. */
const KEYS = { interrupt: '\u0003', end: '\u0004', clear: '\u0015', backspace: ['\u0008', '\u007f'] };

/** The first line where the terminal leaves the editing to us, since it shows nothing; undefined as above. */
export function rawLine(text: string, ended: boolean): Typed | undefined {
  let line: string[] = [];
  let length = 0;
  for (const character of text) {
    length += character.length;
    const rest = text.slice(length);
    if (character === '\r' || character === '\n') {
      const after = character === '\r' && rest.startsWith('\n') ? rest.slice(1) : rest;
      return { kind: 'line', line: line.join(''), rest: after };
    }
    if (character === KEYS.interrupt) return { kind: 'interrupt', line: '', rest };
    if (character === KEYS.end && line.length === 0) return { kind: 'end', line: '', rest };
    if (KEYS.backspace.includes(character)) line.pop();
    else if (character === KEYS.clear) line = [];
    else if (character >= ' ') line.push(character);
  }
  if (!ended) return undefined;
  return { kind: line.length === 0 ? 'end' : 'line', line: line.join(''), rest: '' };
}
