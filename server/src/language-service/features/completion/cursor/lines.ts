/** Lines of a compose file that may be half-typed, seen by their indentation alone. Lines and columns count from 0. */
import type { LineIndex } from '../../../../compose/syntax/line-index';

export interface Ancestor {
  /** A mapping's key; `-` for an item of a list. */
  readonly key: string;
  readonly line: number;
  readonly column: number;
}

export interface Lines {
  readonly count: number;
  text(line: number): string;
  /** True for a line without content: empty, or a comment alone. */
  isEmpty(line: number): boolean;
  indent(line: number): number;
  /** True for an item of a list. */
  isDash(line: number): boolean;
}

/** What may stand between a key and what is nested under it. */
export const NESTED = /^\s*(?:[&!]\S*(?:\s+|$))*(?:#.*)?$/;

export function linesOf(text: string, index: LineIndex): Lines {
  const textOf = (line: number) => text.slice(index.lineStart(line), index.lineEnd(line));
  const indent = (line: number) => /^ */.exec(textOf(line))?.[0].length ?? 0;
  return {
    count: index.lineCount,
    text: textOf,
    isEmpty: (line) => /^\s*(#|$)/.test(textOf(line)),
    indent,
    isDash: (line) => /^ *-(\s|$)/.test(textOf(line)),
  };
}

/** What a key without quotes begins with. */
const PLAIN = /^(?:[^\s#"'[\]{}&*!|>%@`,-]|-[^\s#])/;
const QUOTED = /^(?:"([^"]*)"|'([^']*)')\s*(?=:(?:\s|$))/;

/** The key that a text begins with, and what follows its colon. */
export function keyOf(text: string): { readonly key: string; readonly rest: string } | undefined {
  const quoted = QUOTED.exec(text);
  if (quoted) return { key: quoted[1] ?? quoted[2] ?? '', rest: text.slice(quoted[0].length + 1) };
  const first = PLAIN.exec(text)?.[0];
  if (first === undefined) return undefined;
  const colon = text.slice(first.length).search(/#|:(?:\s|$)/) + first.length;
  if (text[colon] !== ':' || colon < first.length) return undefined;
  return { key: text.slice(0, colon).trimEnd(), rest: text.slice(colon + 1) };
}

/** Keys and list items around what stands at a column of a line, the nearest first. */
export function ancestorsOf(
  lines: Lines,
  line: number,
  column: number,
  isItem: boolean,
): readonly Ancestor[] {
  const result: Ancestor[] = [];
  let limit = column;
  // The items of a list may stand right under its key.
  let flush = isItem;
  for (let above = line - 1; above >= 0 && limit > 0; above--) {
    if (lines.isEmpty(above)) continue;
    const indent = lines.indent(above);
    const content = lines.text(above).slice(indent);
    if (lines.isDash(above)) {
      if (indent >= limit) continue;
      const inner = indent + (/^-\s*/.exec(content)?.[0].length ?? 1);
      const nested = inner < limit ? keyOf(lines.text(above).slice(inner)) : undefined;
      if (nested) result.push({ key: nested.key, line: above, column: inner });
      result.push({ key: '-', line: above, column: indent });
      limit = indent;
      flush = true;
      continue;
    }
    const found = keyOf(content);
    if (!found || indent > limit || (indent === limit && !(flush && NESTED.test(found.rest)))) continue;
    result.push({ key: found.key, line: above, column: indent });
    limit = indent;
    flush = false;
  }
  return result;
}

/** The last line of what begins at a line with this column: lines that are indented deeper belong to it. */
export function lastLineOf(lines: Lines, line: number, column: number): number {
  let last = line;
  for (let below = line + 1; below < lines.count; below++) {
    if (lines.isEmpty(below)) continue;
    if (lines.indent(below) <= column) break;
    last = below;
  }
  return last;
}

/** The lines that begin the children of a key, but for those from `except` to `to`. */
export function childrenOf(lines: Lines, key: Ancestor, except: number, to: number): readonly number[] {
  const children: number[] = [];
  let column: number | undefined;
  for (let line = key.line + 1; line < lines.count; line++) {
    if (lines.isEmpty(line)) continue;
    const indent = lines.indent(line);
    if (indent < key.column || (indent === key.column && !lines.isDash(line))) break;
    if (line >= except && line <= to) continue;
    column ??= indent;
    if (indent === column) children.push(line);
  }
  return children;
}
