import type { Position, TextEdit } from '../../language-service/api/index';

/**
 * Carries out edits as LSP means them: positions are those of the text before any of them, and insertions at one
 * place keep their order.
 * @throws RangeError when two edits overlap.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const placed = edits.map(({ range, newText }, order) => ({
    start: offsetAt(text, starts, range.start),
    end: offsetAt(text, starts, range.end),
    newText,
    order,
  }));
  placed.sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let result = '';
  let done = 0;
  for (const { start, end, newText } of placed) {
    if (start < done || end < start) throw new RangeError('Two edits of one file overlap.');
    result += text.slice(done, start) + newText;
    done = end;
  }
  return result + text.slice(done);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** A position past the end of its line means the end of that line, before its line end. */
function offsetAt(text: string, starts: readonly number[], { line, character }: Position): number {
  const start = starts[line];
  if (start === undefined) return text.length;
  const lineText = /^[^\r\n]*/.exec(text.slice(start, starts[line + 1] ?? text.length))?.[0] ?? '';
  return start + Math.min(character, lineText.length);
}
