/** Lists and mappings in brackets, read up to a cursor: they may not be closed yet. Offsets into the text. */
import { keyOf } from './lines';

/** A list or mapping that is open at the cursor. */
export interface Frame {
  readonly open: '[' | '{';
  /** The first and the last character of the text at the cursor that are no blanks; -1 for none. */
  first: number;
  last: number;
  /** Where the entry at the cursor begins: after the bracket, or the comma before it. */
  entry: number;
  /** In a mapping, the key at the cursor, once its colon is there. */
  key: string | undefined;
  /** After that colon. */
  value: number | undefined;
  /** The keys before, with their values. */
  readonly fields: Map<string, string>;
  /** Whether an entry before is a mapping. */
  hasMappings: boolean;
}

export interface Scan {
  /** Outermost first; empty where all is closed before the cursor. */
  readonly frames: readonly Frame[];
  /** The quote that the cursor is in, and where it stands. */
  readonly quote: '' | '"' | "'";
  readonly quoteAt: number;
}

/** Reads from an opening bracket at `from` to `to`; undefined where the cursor is in a comment or a variable. */
export function scanFlow(text: string, from: number, to: number): Scan | undefined {
  const frames: Frame[] = [];
  let quote: Scan['quote'] = '';
  let quoteAt = 0;
  for (let i = from; i < to; i++) {
    const c = text[i] ?? '';
    const top = frames.at(-1);
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
      if (top) top.last = i;
      continue;
    }
    const isStart = !top || top.first < 0;
    const [first, last] = [top?.first ?? -1, top?.last ?? -1];
    if (top && !/\s/.test(c)) {
      if (isStart) top.first = i;
      top.last = i;
    }
    if ((c === '"' || c === "'") && isStart) {
      quote = c;
      quoteAt = i;
    } else if (c === '#' && /\s/.test(text[i - 1] ?? ' ')) {
      i = endOfLine(text, i) - 1;
      if (i + 1 >= to) return undefined;
    } else if (c === '$' && text[i + 1] === '{') {
      const end = text.indexOf('}', i);
      if (end < 0 || end >= to) return undefined;
      if (top) top.last = end;
      i = end;
    } else if ((c === '[' || c === '{') && isStart) {
      if (top && c === '{') top.hasMappings = true;
      frames.push(frameAt(c, i + 1));
    } else if (c === ']' || c === '}') {
      frames.pop();
      if (frames.length === 0) return { frames, quote, quoteAt };
    } else if (top && c === ',') nextEntry(top, text, i);
    else if (top?.open === '{' && c === ':' && top.key === undefined && isColon(text, first, last, i, to)) {
      top.key = unquoted(text.slice(top.entry, i).trim());
      top.value = i + 1;
      top.first = -1;
    }
  }
  return { frames, quote, quoteAt };
}

function frameAt(open: Frame['open'], entry: number): Frame {
  return {
    open,
    first: -1,
    last: -1,
    entry,
    key: undefined,
    value: undefined,
    fields: new Map(),
    hasMappings: false,
  };
}

function nextEntry(frame: Frame, text: string, comma: number): void {
  if (frame.key !== undefined) frame.fields.set(frame.key, unquoted(text.slice(frame.value, comma).trim()));
  frame.entry = comma + 1;
  frame.first = -1;
  frame.key = undefined;
  frame.value = undefined;
}

function isColon(text: string, first: number, last: number, at: number, to: number): boolean {
  const isQuoted = first < last && /["']/.test(text[first] ?? '') && /["']/.test(text[last] ?? '');
  return isQuoted || at + 1 === to || /[\s,[\]{}]/.test(text[at + 1] ?? ' ');
}

/** Where the text that a cursor at `from` is in ends: on its line, before a comma, a closing bracket or a comment. */
export function endOfText(text: string, from: number, quote: Scan['quote']): number {
  const line = text.slice(from, endOfLine(text, from));
  if (quote !== '') {
    const close = line.indexOf(quote);
    return from + (close < 0 ? line.length : close);
  }
  return from + line.slice(0, endOfPlain(line)).trimEnd().length;
}

/** Where a plain text in brackets ends: what is in the braces of a variable belongs to it. */
function endOfPlain(line: string): number {
  const lastBrace = line.lastIndexOf('}');
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '$' && line[i + 1] === '{' && i < lastBrace) i = line.indexOf('}', i);
    else if (c === ',' || c === ']' || c === '}' || (/\s/.test(c) && line[i + 1] === '#')) return i;
  }
  return line.length;
}

/** The keys and values of a mapping from `from` on, as far as its line and brackets tell. */
export function fieldsAfter(text: string, from: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.slice(from, closingOf(text, from)).split(',')) {
    const found = keyOf(part.trim());
    if (found) fields.set(found.key, unquoted(found.rest.trim()));
  }
  return fields;
}

/** The bracket that closes what is open at `from`; the end of the line where none does. */
export function closingOf(text: string, from: number): number {
  let depth = 0;
  const end = endOfLine(text, from);
  for (let i = from; i < end; i++) {
    const c = text[i] ?? '';
    if (c === '[' || c === '{') depth++;
    else if ((c === ']' || c === '}') && depth-- === 0) return i;
  }
  return end;
}

/** The closing brackets that a text lacks from `from` to `to` for `frames`. */
export function missingClosers(
  text: string,
  from: number,
  to: number,
  frames: readonly Pick<Frame, 'open'>[],
): string {
  const open = frames.map((frame) => frame.open as string);
  let quote = '';
  for (let i = from; i < to && open.length > 0; i++) {
    const c = text[i] ?? '';
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === '[' || c === '{') open.push(c);
    else if (c === ']' || c === '}') open.pop();
  }
  return open
    .reverse()
    .map((c) => (c === '[' ? ']' : '}'))
    .join('');
}

export function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

export function endOfLine(text: string, from: number): number {
  const found = /\r?\n|\r/.exec(text.slice(from));
  return found ? from + found.index : text.length;
}
