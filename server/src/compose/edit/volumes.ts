/** Mounts as YAML text in the style of their neighbours, and changes to single volume entries. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLSeq } from 'yaml';
import type { TextChange } from '../syntax/line-index';
import { type Editing, endOfContent, insertIntoFlow, insertLines } from './insert-lines';
import type { NewMount } from './operations';
import {
  columnOf,
  type FileStyle,
  literal,
  mostCommon,
  pairOf,
  type Quote,
  quoteOf,
  quotesOf,
  scalarText,
} from './style';

export interface MountStyle {
  readonly syntax: 'short' | 'long';
  readonly quote: Quote;
  /** Spaces between the dash and a mapping's keys. */
  readonly gap: number;
}

export function fileMountStyle(style: FileStyle): MountStyle {
  return {
    syntax: style.volumeSyntax,
    quote: style.volumeSyntax === 'short' ? style.volumeQuote : '',
    gap: 2,
  };
}

/** The style of a list's own entries; the last one decides between short and long. */
export function mountStyle(list: YAMLSeq, editing: Editing): MountStyle {
  const last = list.items.at(-1);
  if (last === undefined) return fileMountStyle(editing.style);
  if (!isMap(last)) return { syntax: 'short', quote: mostCommon(quotesOf(list)) ?? '', gap: 2 };
  const quotes = (last.items as Pair[])
    .filter((pair) => /^(source|src|target)$/.test(String((pair.key as { value?: unknown } | null)?.value)))
    .flatMap(({ value }) => (isScalar(value) ? [quoteOf(value.type)] : []));
  const gap =
    last.range && list.range
      ? columnOf(last.range[0], editing.lines) - columnOf(list.range[0], editing.lines)
      : 2;
  return { syntax: 'long', quote: mostCommon(quotes) ?? '', gap: gap > 0 && !last.flow ? gap : 2 };
}

export function mountLines(mount: NewMount, column: number, style: MountStyle): string[] {
  const indent = ' '.repeat(column);
  if (style.syntax === 'short') return [`${indent}- ${shortMount(mount, style.quote, false)}`];
  const inner = ' '.repeat(column + style.gap);
  return [
    `${indent}-${' '.repeat(style.gap - 1)}type: bind`,
    `${inner}source: ${scalarText(mount.source, style.quote)}`,
    `${inner}target: ${scalarText(literal(mount.target), style.quote)}`,
    ...(mount.readOnly ? [`${inner}read_only: true`] : []),
  ];
}

export function shortMount(mount: NewMount, quote: Quote, inFlow: boolean): string {
  return scalarText(shortText(mount), quote, inFlow);
}

/** The value of a short volume. */
export function shortText({ source, target, readOnly }: NewMount): string {
  return `${source}:${literal(target)}${readOnly ? ':ro' : ''}`;
}

export function flowMount(mount: NewMount, style: MountStyle): string {
  if (style.syntax === 'short') return shortMount(mount, style.quote, true);
  const parts = [
    'type: bind',
    `source: ${scalarText(mount.source, style.quote, true)}`,
    `target: ${scalarText(literal(mount.target), style.quote, true)}`,
    ...(mount.readOnly ? ['read_only: true'] : []),
  ];
  return `{ ${parts.join(', ')} }`;
}

/** Takes an item out of its list with its line; a list left empty is written `[]`, which Compose accepts. */
export function removeItem(
  list: YAMLSeq,
  span: { readonly start: number; readonly end: number },
  editing: Editing,
): TextChange[] {
  const { text, lines } = editing;
  const index = (list.items as Node[]).findIndex((item) => item.range?.[0] === span.start);
  const item = (list.items as Node[])[index];
  if (!item?.range || !list.range) return [];
  if (list.flow) {
    const next = (list.items as Node[])[index + 1];
    const previous = (list.items as Node[])[index - 1];
    if (next?.range) return [{ start: item.range[0], end: next.range[0], newText: '' }];
    return [{ start: previous?.range?.[1] ?? item.range[0], end: item.range[1], newText: '' }];
  }
  const dash = text.lastIndexOf('-', item.range[0] - 1);
  const lastLine = lines.positionAt(Math.max(endOfContent(item, editing), item.range[0])).line;
  if (list.items.length === 1) {
    return [{ start: dash, end: lines.lineEnd(lastLine), newText: '[]' }];
  }
  const start = lines.lineStart(lines.positionAt(dash).line);
  const end = lastLine + 1 < lines.lineCount ? lines.lineStart(lastLine + 1) : text.length;
  return [{ start, end, newText: '' }];
}

export function makeReadOnly(
  span: { readonly start: number; readonly end: number },
  editing: Editing,
): TextChange[] {
  // What an alias names is what it mounts, wherever else that is mounted.
  const item = editing.yaml.resolve(findItem(span.start, editing.yaml.roots));
  if (isScalar(item) && item.range) {
    const inner = item.type === 'QUOTE_DOUBLE' || item.type === 'QUOTE_SINGLE' ? 1 : 0;
    const isBlock = item.type === 'BLOCK_LITERAL' || item.type === 'BLOCK_FOLDED';
    // A block's range ends after its last line end.
    const whole = editing.text.slice(item.range[0] + inner, item.range[1] - inner);
    const end = item.range[0] + inner + (isBlock ? whole.trimEnd() : whole).length;
    return readOnlyMode(editing.text.slice(item.range[0] + inner, end), end);
  }
  if (!isMap(item) || !item.range) return [];
  const [only] = item.items as Pair<Node, Node | null>[];
  // `source:target:` is a key without a value.
  if (item.items.length === 1 && only?.key?.range && isEmptyValue(only.value) && !item.flow) {
    const end = only.key.range[1] + 1;
    return [{ start: end, end, newText: 'ro' }];
  }
  const value = pairOf(item, 'read_only')?.value as Node | undefined;
  if (value?.range && value.range[1] > value.range[0]) {
    return [{ start: value.range[0], end: value.range[1], newText: 'true' }];
  }
  const key = (pairOf(item, 'read_only')?.key as Node | undefined)?.range;
  if (key) {
    const colon = /^[^\S\r\n]*:/.exec(editing.text.slice(key[1]))?.[0].length ?? 0;
    const at = key[1] + colon;
    return [{ start: at, end: at, newText: `${colon > 0 ? '' : ':'} true` }];
  }
  if (item.flow) return insertIntoFlow(item, ['read_only: true'], editing);
  const column = columnOf(item.range[0], editing.lines);
  return [insertLines(endOfContent(item, editing), [`${' '.repeat(column)}read_only: true`], editing)];
}

function isEmptyValue(value: Node | null): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

/** A variable with its default, which can hold other variables, each as deep as people write them. */
const VARIABLE = /\$(?:\w+|\{[^${}]*(?:\$(?:\w|\{[^${}]*\})[^${}]*)*\})/g;

/** `:ro` for a short volume that ends at `end`. None where the mode is that of a variable, or where the parts are. */
function readOnlyMode(written: string, end: number): TextChange[] {
  const plain = written.replace(/^[A-Za-z]:(?=[\\/])/, '').replaceAll(VARIABLE, '\0');
  const [, , mode, ...more] = plain.split(':');
  if (!plain.includes(':') || more.length > 0 || plain.includes('${')) return [];
  if (mode === undefined) return [{ start: end, end, newText: ':ro' }];
  // It may be about to be typed.
  if (mode === '') return [{ start: end, end, newText: 'ro' }];
  if (mode.includes('\0')) return [];
  const modes = mode.split(',');
  const newText = modes.includes('rw')
    ? modes.map((each) => (each === 'rw' ? 'ro' : each)).join(',')
    : `${mode},ro`;
  return [{ start: end - mode.length, end, newText }];
}

/** The list item that starts at an offset; it can be an alias. */
export function findItem(start: number, roots: readonly Node[]): Node | undefined {
  let found: Node | undefined;
  const walk = (node: unknown) => {
    if (found) return;
    if (isSeq(node)) {
      found = (node.items as Node[]).find((item) => item?.range?.[0] === start);
      if (!found) node.items.forEach(walk);
    } else if (isMap(node)) for (const pair of node.items as Pair[]) walk(pair.value);
  };
  roots.forEach(walk);
  return found;
}
