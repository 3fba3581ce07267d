/**
 * How deep a YAML text nests, at most, without parsing it: the parser recurses, and a stack that overflows inside the
 * engine's own code ends the whole process instead of throwing.
 */

/** Compose files nest a dozen levels. */
const MAX_NESTING = 400;

/** True for a text that the parser must not be given. Quotes aren't looked at, so it can err, far above what anybody writes. */
export function isNestedTooDeeply(text: string): boolean {
  return areBracketsTooDeep(bracketWalk(text), []) || blockDepth(text) > MAX_NESTING;
}

/** What a text's brackets do to the depth; what closes more than is open stays at 0. */
export interface BracketWalk {
  /** From the start to the deepest and to the highest place, and to the end: opening ones less closing ones. */
  readonly most: number;
  readonly least: number;
  readonly end: number;
  /** The greatest depth when nothing is open before it. */
  readonly deepest: number;
}

export function bracketWalk(text: string): BracketWalk {
  let [most, least, end, depth, deepest] = [0, 0, 0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      most = Math.max(most, ++end);
      deepest = Math.max(deepest, ++depth);
    } else if (c === 0x5d || c === 0x7d) {
      least = Math.min(least, --end);
      if (depth > 0) depth--;
    }
  }
  return { most, least, end, deepest };
}

/** Whether texts that follow one another nest too deeply by their brackets. */
export function areBracketsTooDeep(
  first: BracketWalk,
  rest: readonly { readonly brackets: BracketWalk }[],
): boolean {
  if (first.deepest > MAX_NESTING) return true;
  let open = first.end - first.least;
  for (const { brackets } of rest) {
    const { most, least, end, deepest } = brackets;
    if (deepest > MAX_NESTING || open + most > MAX_NESTING) return true;
    open = Math.max(open + end, end - least);
  }
  return false;
}

/** By indentation, and by `- - -` and `? ? ?` in one line. */
function blockDepth(text: string): number {
  const columns: number[] = [];
  let deepest = 0;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    let column = at;
    let marks = 0;
    while (column < end) {
      const c = text[column];
      const isMark = (c === '-' || c === '?' || c === ':') && /[ \t]/.test(text[column + 1] ?? '');
      if (isMark) marks++;
      else if (c !== ' ' && c !== '\t') break;
      column++;
    }
    if (column < end && text[column] !== '#' && text[column] !== '\r') {
      const indent = column - at;
      while ((columns.at(-1) ?? -1) >= indent) columns.pop();
      columns.push(indent);
      deepest = Math.max(deepest, columns.length + marks);
    }
    at = end + 1;
  }
  return deepest;
}
