/**
 * A text that is YAML but for the line that is being typed: what stands around that line can be read as if it weren't
 * there yet. Offsets stay what they are: blanks stand in the line's place.
 */
import { cleanTarget } from '../syntax/short-volume';

export interface Recovery {
  /** The whole text without what the line says. */
  readonly text: string;
  /** The line that is left out. */
  readonly start: number;
  readonly end: number;
}

/** A word alone, which says nothing yet: the beginning of a key. */
const WORD = /^ *(?:- +)?[\w.-]+ *$/;
/** A mount in quotes or brackets that aren't closed. */
const MOUNT = /^ *(?:- +["'[{]|(?:- +)?(?:volumes|source|src|target) *: *["'[{])/;
/** What could be an option or a variable: without it, something else might be needed. */
const TELLING = /--|=/;

/** The lines that could be the cause of a syntax error at an offset, one left out in each, the likeliest first. */
export function recoveriesOf(text: string, offset: number): readonly Recovery[] {
  const lines = linesUpTo(text, offset);
  const [own, above] = lines;
  // A quote that isn't closed is reported where the next one ends, or the file.
  const open = lines.find(({ content }) => MOUNT.test(content) && isOpen(content));
  return [...new Set([own, above, open])].flatMap((line) => {
    if (!line || !isRecoverable(text, line) || !isOurs(line, lines)) return [];
    const { start, end, content } = line;
    return { start, end, text: text.slice(0, start) + ' '.repeat(content.length) + text.slice(end) };
  });
}

/** Absolute paths that stand in a text: any of them might be where something is mounted. */
export function pathsIn(text: string): string[] {
  const paths = text.match(/(?<![^\s:"',=[\]{}])\/[^\s:"',[\]{}]+/g) ?? [];
  return [...new Set(paths.map(cleanTarget))];
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** The lines that hold anything, from the one with `offset` up to the first one. */
function linesUpTo(text: string, offset: number): readonly Line[] {
  const lines: Line[] = [];
  let end = lineEnd(text, Math.min(offset, text.length));
  while (end >= 0) {
    const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
    const content = text.slice(start, end).replace(/\r$/, '');
    if (content.trim() !== '') lines.push({ start, end: start + content.length, content });
    end = start - 1;
  }
  return lines;
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline;
}

function isRecoverable(text: string, { content, end }: Line): boolean {
  if (!WORD.test(content) && (!MOUNT.test(content) || TELLING.test(content))) return false;
  // What is nested under the line, or would become part of what stands above, can't be read without it.
  const next = /^(?:[ \t]*(?:#.*)?\r?\n)*( *)(- )?/.exec(text.slice(lineEnd(text, end) + 1));
  const [indent, dash] = [next?.[1]?.length ?? 0, next?.[2] !== undefined];
  const own = indentOf(content);
  return indent < own || (indent === own && (isItemLine(content) || !dash));
}

/** Whether a line says nothing, or belongs to a list of mounts or variables: of other lists nothing may be left out. */
function isOurs(line: Line, lines: readonly Line[]): boolean {
  const { content } = line;
  if (WORD.test(content) || !isItemLine(content)) return true;
  const indent = indentOf(content);
  const around = lines.slice(lines.indexOf(line) + 1).find((above) => {
    const column = indentOf(above.content);
    return column < indent || (column === indent && !isItemLine(above.content));
  });
  return around !== undefined && /^ *(?:volumes|environment|secrets|configs) *:/.test(around.content);
}

function isItemLine(content: string): boolean {
  return /^ *-(?: |$)/.test(content);
}

function indentOf(content: string): number {
  return /^ */.exec(content)?.[0].length ?? 0;
}

/** True for a line with a quote or a bracket that isn't closed. */
function isOpen(content: string): boolean {
  let quote = '';
  let depth = 0;
  for (const c of content) {
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
  }
  return quote !== '' || depth !== 0;
}
