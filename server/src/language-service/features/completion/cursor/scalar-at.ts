/** The text that a cursor is in on its line: plain, in quotes, or about to be typed. Columns. */
import type { EntryCursor, Stretch } from './types';

/** The value after a colon: its text, or the place where it will be. */
export function valueAt(
  code: string,
  colon: number,
  character: number,
): Pick<EntryCursor, 'quote' | 'lead' | 'body'> | undefined {
  const rest = code.slice(colon);
  if (rest.trim() === '') {
    const lead = character === colon ? ' ' : '';
    return { lead, quote: '', body: { from: character, to: character, text: '' } };
  }
  const scalar = scalarAt(code, colon + (/^\s*/.exec(rest)?.[0].length ?? 0), character);
  return scalar && { lead: '', ...scalar };
}

/** The plain or quoted text that begins at `start`; undefined where the cursor isn't in it. */
export function scalarAt(
  code: string,
  start: number,
  character: number,
): Pick<EntryCursor, 'quote' | 'body'> | undefined {
  const opening = code[start];
  const quote = opening === '"' || opening === "'" ? opening : '';
  const from = start + quote.length;
  const closing = quote === '' ? -1 : code.indexOf(quote, from);
  const to = closing < 0 ? end(code, character) : closing;
  return character < from || character > to ? undefined : { quote, body: stretch(code, from, to) };
}

/** Blanks at the end of a line belong to what is typed as far as the cursor. */
export function end(code: string, character: number): number {
  return Math.max(code.length, character);
}

export function stretch(text: string, from: number, to: number): Stretch {
  return { from, to, text: text.slice(from, to).padEnd(to - from) };
}
