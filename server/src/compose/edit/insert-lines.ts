/** Where lines and items go when something is added to a YAML collection, and what is copied with them. */
import { isMap, isScalar, isSeq, type Node, type Pair, parse, type YAMLMap, type YAMLSeq } from 'yaml';
import type { LineIndex, TextChange } from '../syntax/line-index';
import type { YamlFile } from '../yaml/parse-yaml';
import { columnOf, type FileStyle, scalarText } from './style';

export interface Editing {
  readonly text: string;
  readonly lines: LineIndex;
  readonly eol: string;
  readonly yaml: YamlFile;
  readonly services: YAMLMap | undefined;
  readonly style: FileStyle;
}

export function lineBlock(added: readonly string[], editing: Editing): string {
  return added.map((line) => editing.eol + line).join('');
}

export function insertLines(at: number, added: readonly string[], editing: Editing): TextChange {
  return { start: at, end: at, newText: lineBlock(added, editing) };
}

/** Adds items before the closing bracket, on lines of their own where the collection is written so. */
export function insertIntoFlow(
  collection: YAMLMap | YAMLSeq,
  written: readonly string[],
  editing: Editing,
): TextChange[] {
  const range = collection.range;
  if (!range || written.length === 0) return [];
  const { text, lines } = editing;
  const items = isJson(text) ? written.map((item) => jsonItem(item, isMap(collection))) : written;
  const close = range[1] - 1;
  const last = collection.items.at(-1);
  const lastNode = (
    isMap(collection) ? ((last as Pair | undefined)?.value ?? (last as Pair | undefined)?.key) : last
  ) as Node | null | undefined;
  if (!lastNode?.range) {
    const pad = isMap(collection) ? ' ' : '';
    // What isn't closed yet ends where the next line begins, which stays.
    const isClosed = /[\]}]/.test(text[close] ?? '');
    const inside = { start: range[0] + 1, end: isClosed ? close : range[0] + 1 };
    return [{ ...inside, newText: `${pad}${items.join(', ')}${pad}` }];
  }
  const end = lastNode.range[1];
  const comma = /^\s*,/.exec(text.slice(end, close));
  const at = comma ? end + comma[0].length : end;
  const firstNode = (isMap(collection) ? (collection.items[0] as Pair).key : collection.items[0]) as Node;
  const firstLine = lines.positionAt(firstNode.range?.[0] ?? 0);
  const ownLines = firstLine.line !== lines.positionAt(range[0]).line;
  const glue = ownLines ? `,${editing.eol}${' '.repeat(firstLine.character)}` : ', ';
  const joined = items.join(glue);
  // What is said of the last item stays beside it.
  const remark = /^[^\S\r\n]*(?:,[^\S\r\n]*)?#[^\r\n]*/.exec(text.slice(end, range[1]))?.[0];
  if (remark !== undefined) {
    const after = end + remark.length;
    const newLine = `${editing.eol}${' '.repeat(firstLine.character)}`;
    const own = { start: after, end: after, newText: newLine + items.join(`,${newLine}`) };
    return comma ? [own] : [{ start: end, end, newText: ',' }, own];
  }
  return [
    { start: at, end: at, newText: comma ? glue.slice(1) + joined + (ownLines ? ',' : '') : glue + joined },
  ];
}

/** A compose file that is JSON stays JSON. */
function isJson(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"/.test(text);
}

function jsonItem(item: string, isEntry: boolean): string {
  return JSON.stringify(parse(isEntry ? `{${item}}` : `[${item}]`)).slice(1, -1);
}

/** The offset at the end of the last line that belongs to a block collection, its trailing comment included. */
export function endOfContent(node: Node, editing: Editing): number {
  const { text, lines } = editing;
  let end = deepEnd(node);
  // The blank lines at the end of a block with `+`, and those with more spaces, are part of its value.
  if (keepsBlankLines(node, text)) return lines.lineEnd(lines.positionAt(Math.max(0, end - 1)).line);
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end--;
  return lines.lineEnd(lines.positionAt(end).line);
}

/** Whether the last value in a node is a block scalar that ends in lines that look empty. */
function keepsBlankLines(node: Node | null | undefined, text: string): boolean {
  if (isMap(node)) return keepsBlankLines((node.items.at(-1) as Pair | undefined)?.value as Node, text);
  if (isSeq(node)) return keepsBlankLines(node.items.at(-1) as Node | undefined, text);
  if (!isScalar(node) || !node.range || !node.type?.startsWith('BLOCK')) return false;
  const header = text.slice(node.range[0], node.range[0] + 3);
  return /^[|>]\d?\+/.test(header) || /[ \t]\n*$/.test(String(node.value));
}

export function deepEnd(node: Node): number {
  if ((isMap(node) || isSeq(node)) && node.flow) return node.range?.[1] ?? 0;
  if (isMap(node)) {
    const last = node.items.at(-1) as Pair | undefined;
    const key = last?.key as Node | undefined;
    const value = last?.value as Node | null | undefined;
    return Math.max(key?.range?.[1] ?? 0, value ? deepEnd(value) : 0);
  }
  if (isSeq(node)) {
    const last = node.items.at(-1) as Node | undefined;
    return last ? Math.max(deepEnd(last), node.range?.[0] ?? 0) : (node.range?.[1] ?? 0);
  }
  return node.range?.[1] ?? 0;
}

/** The items of a list, or the entries of a mapping, as lines at another column, text unchanged. */
export function copyItems(collection: Node, column: number, editing: Editing): string[] {
  const { text, lines } = editing;
  const indent = ' '.repeat(column);
  const copy = (start: number, end: number, prefix: string) => {
    const from = columnOf(start, lines);
    const shift = column + prefix.length - from;
    return text
      .slice(start, end)
      .split(/\r?\n/)
      .map((line, index) => (index === 0 ? indent + prefix + line : shiftLine(line, shift)));
  };
  if (isSeq(collection)) {
    return (collection.items as Node[]).flatMap((item) =>
      item.range ? copy(item.range[0], deepEnd(item), '- ') : [],
    );
  }
  if (!isMap(collection)) return [];
  return (collection.items as Pair[]).flatMap((pair) => {
    const key = (pair.key as Node).range;
    return key ? copy(key[0], Math.max(key[1] + 1, pair.value ? deepEnd(pair.value as Node) : 0), '') : [];
  });
}

/** The scalars of a list, or the entries of a mapping of scalars, for a collection in brackets; else undefined. */
export function flowCopy(collection: Node, editing: Editing): string[] | undefined {
  const one = (node: unknown) => {
    const value = editing.yaml.resolve(node);
    if (!isScalar(value)) return undefined;
    return typeof value.value === 'string' ? scalarText(value.value, '', true) : (value.source ?? '');
  };
  const parts = isSeq(collection)
    ? collection.items.map(one)
    : isMap(collection)
      ? (collection.items as Pair[]).map(({ key, value }) => {
          const [name, text] = [one(key), one(value)];
          return name === undefined || name === '<<' || text === undefined ? undefined : `${name}: ${text}`;
        })
      : [];
  return parts.some((part) => part === undefined) ? undefined : (parts as string[]);
}

export function shiftLine(line: string, shift: number): string {
  if (shift >= 0) return ' '.repeat(shift) + line;
  const spaces = /^ */.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(spaces, -shift));
}

/** A field that the service gets through a merge key: writing the key anew hides it, so it must be copied. */
export function inheritedValue(block: YAMLMap, key: string, editing: Editing): Node | undefined {
  return editing.yaml.entries(block).find((entry) => entry.key === key && entry.merged)?.value;
}

const RESET = '!reset';

/** Whether Compose takes a field away, and with it all that stands under its key. */
export function isReset(value: Node | null | undefined): boolean {
  return value?.tag === RESET;
}

/**
 * The changes that give a field that is reset a value: `!override` takes away what `!reset` took, and keeps what
 * stands under it. `flow`: the value in brackets; `block`: the same as lines, for a field that has nothing behind
 * its tag.
 */
export function overridden(
  value: Node | null | undefined,
  flow: string,
  block: readonly string[] | undefined,
  editing: Editing,
): TextChange[] {
  const { text, lines } = editing;
  const range = value?.range;
  const start = range ? text.lastIndexOf(RESET, range[0]) : -1;
  if (!value || !range || start < 0) return [];
  const after = start + RESET.length;
  const isEmpty = range[1] <= after || text.slice(range[0], range[1]).trim() === '';
  if (!isEmpty) {
    const end = start + text.slice(start, Math.max(after, deepEnd(value))).trimEnd().length;
    return [{ start, end, newText: `!override ${flow}` }];
  }
  if (!block) return [{ start, end: after, newText: `!override ${flow}` }];
  const end = lines.lineEnd(lines.positionAt(after).line);
  return [{ start, end: after, newText: '!override' }, insertLines(end, block, editing)];
}
