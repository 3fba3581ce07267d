/** The lines of a file, from those of its blocks: an edit counts the lines of what it touched. */

import { type LineIndex, lineIndex } from '../../syntax/line-index';
import type { Block } from './block';
import { type BlockList, countUpTo } from './block-list';

/** As `lineIndex` of the whole text. Every block but the last ends with a line end. */
export function linesOfBlocks({ text, blocks, starts, lines }: BlockList): LineIndex {
  const lead = lineIndex(text.slice(0, starts[0]));
  lines.firsts ??= firstsOf(blocks, lead.lineCount - 1);
  const { firsts } = lines;
  const lineCount = (firsts.at(-1) ?? 0) + (blocks.at(-1)?.lineCount ?? lead.lineCount);
  /** Start offset, first line and lines of the part that holds `value`, looked up in `places`. */
  const partAt = (places: readonly number[], value: number) => {
    const index = countUpTo(places, value) - 1;
    const block = blocks[index];
    return block
      ? { start: starts[index] ?? 0, first: firsts[index] ?? 0, lines: block.lines }
      : { start: 0, first: 0, lines: lead };
  };
  const lineStart = (line: number) => {
    if (line < 0 || line >= lineCount) return text.length;
    const { start, first, lines } = partAt(firsts, line);
    return start + lines.lineStart(line - first);
  };
  const lineEnd = (line: number) => {
    if (line < 0) return 0;
    if (line >= lineCount) return text.length;
    const { start, first, lines } = partAt(firsts, line);
    return start + lines.lineEnd(line - first);
  };
  return {
    lineCount,
    lineStart,
    lineEnd,
    positionAt(offset) {
      const at = Math.max(0, Math.min(offset, text.length));
      const { start, first, lines } = partAt(starts, at);
      const { line, character } = lines.positionAt(at - start);
      return { line: first + line, character };
    },
    offsetAt(line, character) {
      if (line < 0) return 0;
      if (line >= lineCount) return text.length;
      return Math.min(lineStart(line) + Math.max(0, character), lineEnd(line));
    },
  };
}

/** Number of the first line of each block, `count` lines being before the first one. */
function firstsOf(blocks: readonly Block[], count: number): readonly number[] {
  const firsts = new Array<number>(blocks.length);
  for (let i = 0; i < blocks.length; i++) {
    firsts[i] = count;
    count += (blocks[i]?.lineCount ?? 1) - 1;
  }
  return firsts;
}
