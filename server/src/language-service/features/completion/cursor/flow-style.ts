/** Where a cursor stands in a list or mapping in brackets, on one line or several. */
import { type LineIndex, runAtEnd } from '../../../../compose/syntax/line-index';
import { ancestorsOf, keyOf, type Lines, NESTED } from './lines';
import {
  closingOf,
  endOfText,
  type Frame,
  fieldsAfter,
  missingClosers,
  type Scan,
  scanFlow,
} from './scan-flow';
import { isSection, kindOf } from './sections';
import type { Cursor, EntryCursor, Stretch } from './types';

/** So many lines a bracket may stand above the cursor. */
const MAX_LINES = 100;

interface At {
  readonly line: number;
  readonly character: number;
  readonly eol: string;
}

/** The cursor in brackets; `outside` where it is in none, undefined where nothing of ours can be written in them. */
export function flowCursorAt(
  text: string,
  lines: Lines,
  index: LineIndex,
  at: At,
): Cursor | 'outside' | undefined {
  const offset = index.lineStart(at.line) + at.character;
  const opening = openingAbove(lines, at);
  if (!opening) return 'outside';
  const start = index.lineStart(opening.line) + opening.column;
  if (start >= offset) return 'outside';
  const scan = scanFlow(text, start, offset);
  if (!scan) return undefined;
  const top = scan.frames.at(-1);
  if (!top) return opening.line === at.line && isBehind(text, start, offset) ? undefined : 'outside';
  const flow: Flow = { ...at, text, index, offset, scan, top, opening, lines };
  return cursorIn(flow, [...opening.path, ...pathIn(scan.frames)]);
}

/** Behind the last bracket of its own line nothing can be written. */
function isBehind(text: string, start: number, offset: number): boolean {
  return closingOf(text, start + 1) < offset;
}

interface Opening {
  readonly line: number;
  readonly column: number;
  readonly indent: number;
  /** The keys around, outermost first; `-` for an item of a list. */
  readonly path: readonly string[];
}

interface Flow extends At {
  readonly text: string;
  readonly index: LineIndex;
  readonly offset: number;
  readonly scan: Scan;
  readonly top: Frame;
  readonly opening: Opening;
  readonly lines: Lines;
}

/** The nearest line above, or the same one, whose value begins with a bracket. */
function openingAbove(lines: Lines, at: At): Opening | undefined {
  const { line, character } = at;
  const own = lines.isEmpty(line) ? character : lines.indent(line);
  for (let above = line; above >= 0 && above > line - MAX_LINES; above--) {
    if (lines.isEmpty(above)) continue;
    const indent = lines.indent(above);
    const isDash = lines.isDash(above);
    const content = lines.text(above);
    const gap = isDash ? (/^-\s*/.exec(content.slice(indent))?.[0].length ?? 1) : 0;
    const found = keyOf(content.slice(indent + gap));
    const rest = found ? found.rest : content.slice(indent + gap);
    if (/^\s*[[{]/.test(rest) && (found || isDash)) {
      if (above < line && indent >= own) return undefined;
      const around = ancestorsOf(lines, above, indent, isDash).map(({ key }) => key);
      const keys = [...(isDash ? ['-'] : []), ...(found ? [found.key] : [])];
      return {
        line: above,
        column: content.length - rest.trimStart().length,
        indent,
        path: [...around.reverse(), ...keys],
      };
    }
    // What a block is made of: nothing above it is open. `source:` on the cursor's own line is half an entry.
    const isBlock = found && above < line && NESTED.test(found.rest);
    if (isDash || isBlock) return undefined;
  }
  return undefined;
}

function pathIn(frames: readonly Frame[]): string[] {
  return frames.slice(0, -1).map(({ open, key }) => (open === '[' ? '-' : (key ?? '')));
}

function cursorIn(flow: Flow, path: readonly string[]): Cursor | undefined {
  const [section, name = '', key = '', item] = path;
  const { top } = flow;
  if (isSection(section) && path.length === 2 && top.open === '{' && top.key === 'file') {
    const written = valueIn(flow);
    return (
      written && { ...commonOf(flow, without(flow, written)), kind: 'element', section, name, ...written }
    );
  }
  const kind = section === 'services' ? kindOf(key) : undefined;
  if (!kind || path.length > 4) return undefined;
  const entry = { kind, service: name, flow: true, dash: 0, isLong: false } as const;
  if (path.length === 3)
    return kind === 'environment' && top.open === '{' ? pair(flow, entry) : listItem(flow, entry);
  if (item !== '-' || top.open !== '{' || top.key === undefined || kind === 'environment') return undefined;
  const written = valueIn(flow);
  if (!written) return undefined;
  const fields = new Map([...top.fields, ...fieldsAfter(flow.text, flow.offset + restOf(flow, written))]);
  fields.set(top.key, written.body.text);
  const field = { key: top.key, fields };
  return { ...commonOf(flow, withoutItem(flow)), ...entry, ...written, form: 'list', field };
}

type Kind = Pick<EntryCursor, 'kind' | 'service' | 'flow' | 'dash' | 'isLong'>;
type Written = Pick<EntryCursor, 'quote' | 'lead' | 'body'>;

function listItem(flow: Flow, entry: Kind): EntryCursor | undefined {
  const { top } = flow;
  const written = top.open === '[' ? textAt(flow, top.entry) : undefined;
  if (!written) return undefined;
  return {
    ...commonOf(flow, without(flow, written, true)),
    ...entry,
    isLong: top.hasMappings,
    form: 'list',
    ...written,
  };
}

/** A variable: its name and value are told apart later. */
function pair(flow: Flow, entry: Kind): EntryCursor | undefined {
  const { top, scan, offset, text } = flow;
  const from = startOf(text, top.entry, offset);
  const isQuoted = scan.quote !== '' && top.value !== undefined;
  const end = endOfText(text, offset, isQuoted ? scan.quote : '') + (isQuoted ? 1 : 0);
  const body = stretchOf(flow, from, end);
  if (!body) return undefined;
  const lead = leadOf(text, from, offset);
  const written = { quote: '', lead, body } as const;
  return { ...commonOf(flow, without(flow, written, true)), ...entry, form: 'map', ...written };
}

function valueIn(flow: Flow): Written | undefined {
  return flow.top.value === undefined ? undefined : textAt(flow, flow.top.value);
}

/** The text that the cursor is in, from its first letter, quotes left out. */
function textAt(flow: Flow, start: number): Written | undefined {
  const { scan, offset, text } = flow;
  const { quote } = scan;
  const from = quote === '' ? startOf(text, start, offset) : scan.quoteAt + 1;
  // A cursor behind a closed quote is at the end of a value that is whole.
  if (quote === '' && /^["']/.test(text.slice(from, offset))) return undefined;
  const body = stretchOf(flow, from, endOfText(text, offset, quote));
  return body && { quote, body, lead: quote === '' ? leadOf(text, from, offset) : '' };
}

function startOf(text: string, start: number, offset: number): number {
  return start + (/^\s*/.exec(text.slice(start, offset))?.[0].length ?? 0);
}

/** A blank has to follow a comma and a colon. */
function leadOf(text: string, from: number, offset: number): string {
  return from === offset && /[,:]/.test(text[from - 1] ?? '') ? ' ' : '';
}

/** Columns of the cursor's line; undefined for what begins on another one. */
function stretchOf({ index, line, text }: Flow, from: number, to: number): Stretch | undefined {
  const start = index.lineStart(line);
  return from < start ? undefined : { from: from - start, to: to - start, text: text.slice(from, to) };
}

function commonOf({ line, character, eol }: Flow, repaired: string) {
  return { line, character, eol, repaired };
}

function restOf({ character, text, offset }: Flow, { body, quote }: Written): number {
  const end = body.to - character + (quote !== '' && text[offset + body.to - character] === quote ? 1 : 0);
  return Math.max(0, end);
}

/** The text without what is being typed; of a list or mapping, without the comma that goes with it. */
function without(flow: Flow, written: Written, isEntry = false): string {
  const start = flow.index.lineStart(flow.line) + written.body.from - written.quote.length;
  return cutOut(flow, start, flow.offset + restOf(flow, written), flow.scan.frames, isEntry);
}

/** The text without the mapping that the cursor is in, which is an item of a list. */
function withoutItem(flow: Flow): string {
  const { scan, text, opening, index } = flow;
  const outer = scan.frames.slice(0, -1);
  const closing = closingOf(text, flow.offset);
  const end = text[closing] === '}' ? closing + 1 : closing;
  const parent = outer.at(-1);
  if (parent) return cutOut(flow, startOf(text, parent.entry, flow.offset), end, outer, true);
  const start = index.lineStart(opening.line) + opening.indent;
  return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, '') + text.slice(end);
}

function cutOut(
  { text, opening, lines, index, line }: Flow,
  start: number,
  end: number,
  frames: readonly Frame[],
  isEntry: boolean,
): string {
  let [before, after] = [text.slice(0, start), text.slice(end)];
  // What stands deeper than the bracket's line can be part of it.
  let last = line;
  while (last + 1 < lines.count && (lines.isEmpty(last + 1) || lines.indent(last + 1) > opening.indent))
    last++;
  const closesBelow = last + 1 < lines.count && /^\s*[\]}]/.test(lines.text(last + 1));
  const stop = index.lineEnd(closesBelow ? last + 1 : last);
  const closers = missingClosers(text, end, Math.max(stop, end), frames);
  if (closers !== '') {
    const lineEnd = Math.max(0, index.lineEnd(line) - end);
    after = after.slice(0, lineEnd) + closers + after.slice(lineEnd);
  }
  if (isEntry && /^[ \t]*,/.test(after)) after = after.replace(/^[ \t]*,/, '');
  else if (isEntry) {
    const blanks = runAtEnd(before, /\s/);
    if (before[blanks - 1] === ',') before = before.slice(0, blanks - 1) + before.slice(blanks);
  }
  return before + after;
}
