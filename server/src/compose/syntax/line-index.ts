/** Offsets (UTF-16 code units) to lines and characters, both counted from 0, and back. */

export interface LineIndex {
  /** Offset to position; offsets out of bounds, and those inside of a line end, are clamped. */
  positionAt(offset: number): { line: number; character: number };
  /** Position to offset; lines and characters out of bounds are clamped. */
  offsetAt(line: number, character: number): number;
  /** Offset of the first character of a line. */
  lineStart(line: number): number;
  /** Offset after the last character of a line, before its line end. */
  lineEnd(line: number): number;
  readonly lineCount: number;
}

/** A line ends at LF, CRLF or a lone CR, as in LSP. */
export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10) starts.push(i + 1);
    else if (c === 13 && text.charCodeAt(i + 1) !== 10) starts.push(i + 1);
  }
  const startOf = (line: number) => starts[line] ?? text.length;
  const lineEnd = (line: number) => {
    let end = line + 1 < starts.length ? startOf(line + 1) : text.length;
    while (end > startOf(line) && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
    return end;
  };
  return {
    lineCount: starts.length,
    lineStart: startOf,
    lineEnd,
    positionAt(offset) {
      const at = Math.max(0, Math.min(offset, text.length));
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (startOf(middle) <= at) low = middle;
        else high = middle - 1;
      }
      // An offset inside of a line end is the end of the line: LSP knows no place between CR and LF.
      return { line: low, character: Math.min(at, lineEnd(low)) - startOf(low) };
    },
    offsetAt(line, character) {
      if (line < 0) return 0;
      if (line >= starts.length) return text.length;
      return Math.min(startOf(line) + Math.max(0, character), lineEnd(line));
    },
  };
}

/** How many lines `lineIndex` finds. */
export function countLines(text: string): number {
  let count = 1;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}

/** The same text as one of its own: the engine keeps all of a text for as long as it keeps a part of it. */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}

/**
 * Where the characters begin that `character` matches one and all at the end of a text. An expression that ends in `+$`
 * starts anew at each character of each such run.
 */
export function runAtEnd(text: string, character: RegExp): number {
  let start = text.length;
  while (start > 0 && character.test(text[start - 1] ?? '')) start--;
  return start;
}

/** The line end that a text uses: that of its first line, LF when it has only one. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** A replacement of `[start, end)`, offsets into the text before any edit. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Applies changes that don't overlap; those at one place go in the order given. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  const sorted = changes.map((change, order) => ({ change, order }));
  sorted.sort((a, b) => a.change.start - b.change.start || a.change.end - b.change.end || a.order - b.order);
  let result = '';
  let at = 0;
  for (const { change } of sorted) {
    if (change.start < at) throw new Error('overlapping changes');
    result += text.slice(at, change.start) + change.newText;
    at = change.end;
  }
  return result + text.slice(at);
}
