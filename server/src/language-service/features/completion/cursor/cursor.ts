/** Where a cursor stands in a compose file that is being typed: told by indentation, since the text is seldom whole. */
import { lineEndOf, lineIndex } from '../../../../compose/syntax/line-index';
import { commentStart } from '../../../../rules/support/suppression';
import type { Position } from '../../../api/index';
import { environmentsAreLists, LONG, prefersLong } from './file-style';
import { flowCursorAt } from './flow-style';
import { type Ancestor, ancestorsOf, childrenOf, keyOf, type Lines, lastLineOf, linesOf } from './lines';
import { end, scalarAt, stretch, valueAt } from './scalar-at';
import { unquoted } from './scan-flow';
import { isSection, type Place, placeIn } from './sections';
import type { Cursor, CursorBase, ElementCursor, EntryCursor } from './types';

/** What the cursor is in; undefined where nothing of ours can be written. */
export function cursorAt(text: string, { line, character }: Position): Cursor | undefined {
  const index = lineIndex(text);
  if (line < 0 || line >= index.lineCount || character < 0) return undefined;
  const lines = linesOf(text, index);
  const content = lines.text(line);
  if (character > content.length || /^ *\t/.test(content)) return undefined;
  const blank = (from: number, to: number, column: number) => {
    const start = index.lineStart(from) + column;
    const end = index.lineEnd(to);
    return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, '') + text.slice(end);
  };
  const common = { line, character, eol: lineEndOf(text) };
  const hash = commentStart(content);
  if (hash < content.length) {
    if (character > hash) {
      const body = stretch(content, hash + 1, content.length);
      return {
        ...common,
        kind: 'comment',
        body,
        isAlone: content.slice(0, hash).trim() === '',
        repaired: blank(line, line, hash),
      };
    }
  }
  const inFlow = flowCursorAt(text, lines, index, { line, character, eol: common.eol });
  if (inFlow !== 'outside') return inFlow;
  const code = content.slice(0, hash).trimEnd();
  if (code.trim() === '') return onEmptyLine(lines, { ...common, repaired: text });
  const indent = lines.indent(line);
  if (character < indent) return undefined;
  const isDash = lines.isDash(line);
  const above = ancestorsOf(lines, line, indent, isDash);
  const inItem = above[0]?.key === '-' && !isDash;
  const place = placeIn(inItem ? above.slice(1) : above);
  if (!place) return element(lines, code, above, { ...common, blank });
  const first = inItem ? (above[0]?.line ?? line) : line;
  const dash = inItem ? (above[0]?.column ?? indent) : indent;
  const last = Math.max(line, lastLineOf(lines, first, dash));
  const entry = {
    ...common,
    ...place,
    dash,
    // An entry that is empty says nothing: the text was checked with it.
    repaired: first === last && /^\s*-$/.test(code) ? text : blank(first, last, dash),
    isLong: prefersLong(lines, place.key, first, last),
  };
  if (isDash || inItem) return inList(lines, entry, code, { isDash, first, last });
  if (place.kind !== 'environment') return undefined;
  const siblings = childrenOf(lines, place.key, line, last);
  if (siblings.some((each) => lines.isDash(each))) return undefined;
  return { ...entry, form: 'map', lead: '', quote: '', body: stretch(code, indent, end(code, character)) };
}

type Entry = CursorBase & Place & Pick<EntryCursor, 'dash' | 'isLong'>;

function inList(
  lines: Lines,
  { key: _, ...entry }: Entry,
  code: string,
  { isDash, first, last }: { isDash: boolean; first: number; last: number },
): EntryCursor | undefined {
  const { character, dash } = entry;
  const gap = /^-\s*/.exec(code.slice(dash))?.[0].length ?? 1;
  const start = isDash ? dash + gap : lines.indent(entry.line);
  const tail = code.slice(start);
  if (isDash && tail === '') {
    // Nothing typed yet: a blank right after the dash may be there or not.
    if (character <= dash) return undefined;
    const lead = character === dash + 1 ? ' ' : '';
    const body = { from: character, to: character, text: '' };
    return { ...entry, form: 'list', lead, quote: '', body };
  }
  if (character < start) return undefined;
  if (!isDash || LONG.test(tail)) return inField(lines, entry, code, start, { first, last });
  const scalar = scalarAt(code, start, character);
  return scalar && { ...entry, form: 'list', lead: '', ...scalar };
}

/** On a `key: value` line of an item. */
function inField(
  lines: Lines,
  entry: Omit<Entry, 'key'>,
  code: string,
  start: number,
  { first, last }: { first: number; last: number },
): EntryCursor | undefined {
  const found = keyOf(code.slice(start));
  if (entry.kind === 'environment' || !found) return undefined;
  const colon = code.length - found.rest.length;
  if (entry.character < colon) return undefined;
  const fields = new Map<string, string>();
  for (let line = first; line <= last; line++) {
    const written = keyOf(lines.text(line).trim().replace(/^-\s*/, ''));
    if (written) fields.set(written.key, unquoted(written.rest.replace(/\s#.*$/s, '').trim()));
  }
  const written = valueAt(code, colon, entry.character);
  return written && { ...entry, form: 'list', ...written, field: { key: found.key, fields } };
}

function onEmptyLine(lines: Lines, common: CursorBase): EntryCursor | undefined {
  const { line, character } = common;
  const above = ancestorsOf(lines, line, character, true);
  const place = placeIn(above);
  if (!place) return undefined;
  const siblings = childrenOf(lines, place.key, line, line);
  const column = siblings[0] === undefined ? undefined : lines.indent(siblings[0]);
  // The place of the next key of the service, or of nothing.
  const fits = column === undefined ? character > place.key.column : character === column;
  const isList = siblings.some((each) => lines.isDash(each));
  if (!fits) return undefined;
  const isEnvironmentMap =
    place.kind === 'environment' && (siblings.length > 0 ? !isList : !environmentsAreLists(lines));
  if (place.kind !== 'environment' && siblings.length > 0 && !isList) return undefined;
  const { key, ...rest } = place;
  return {
    ...common,
    ...rest,
    form: isEnvironmentMap ? 'map' : 'list',
    lead: isEnvironmentMap ? '' : '- ',
    quote: '',
    body: { from: character, to: character, text: '' },
    dash: character,
    isLong: prefersLong(lines, key, line, line),
  };
}

/** At the `file` of a top-level secret or config. */
function element(
  lines: Lines,
  code: string,
  above: readonly Ancestor[],
  {
    blank,
    ...common
  }: Omit<CursorBase, 'repaired'> & { blank: (from: number, to: number, column: number) => string },
): ElementCursor | undefined {
  const [name, section, ...rest] = above;
  const { line, character } = common;
  const found = keyOf(code.slice(lines.indent(line)));
  if (!name || !section || rest.length > 0 || !isSection(section.key) || found?.key !== 'file')
    return undefined;
  const colon = code.length - found.rest.length;
  const written = character < colon ? undefined : valueAt(code, colon, character);
  const repaired = blank(line, line, colon);
  return (
    written && { ...common, kind: 'element', section: section.key, name: name.key, repaired, ...written }
  );
}
