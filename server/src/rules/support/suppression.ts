/** `# mender-ignore <code>` on a line, and `# mender-ignore-next-line <code>` before it. */
import type { LineIndex } from '../../compose/syntax/line-index';

export type Suppressed = (line: number, code: string) => boolean;

/** What a text without suppressions does not have. */
export const SUPPRESSION_WORD = 'mender-ignore';

const DIRECTIVE = /#\s*mender-ignore(-next-line)?(?![\w-])([a-z0-9, \t-]*)/;

/** Reads the comments of a text once; lines count from 0. A directive without a code means every code. */
export function suppressions(text: string, lines: LineIndex): Suppressed {
  const byLine = new Map<number, Set<string>>();
  const add = (line: number, codes: readonly string[]) => {
    const known = byLine.get(line) ?? new Set<string>();
    for (const code of codes.length > 0 ? codes : ['*']) known.add(code);
    byLine.set(line, known);
  };
  const lineText = (line: number) => text.slice(lines.lineStart(line), lines.lineEnd(line));
  // What the last directive stands above; those between stand above the same.
  let next = 0;
  for (let line = 0; line < lines.lineCount; line++) {
    const content = lineText(line);
    if (!content.includes(SUPPRESSION_WORD)) continue;
    const directive = DIRECTIVE.exec(content.slice(commentStart(content)));
    if (!directive) continue;
    const codes = (directive[2] ?? '').split(/[\s,]+/).filter((code) => code !== '');
    if (!directive[1]) {
      add(line, codes);
      continue;
    }
    if (next <= line) {
      next = line + 1;
      while (next < lines.lineCount && /^\s*(#|$)/.test(lineText(next))) next++;
    }
    add(next, codes);
  }
  return (line, code) => {
    const codes = byLine.get(line);
    return codes !== undefined && (codes.has(code) || codes.has('*'));
  };
}

/** Where a line's comment starts: a `#` at the start or after a space, outside quotes. */
export function commentStart(line: string): number {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
    } else if ((c === '"' || c === "'") && /^$|[\s:[{,-]/.test(line[i - 1] ?? '')) quote = c;
    else if (c === '#' && (i === 0 || /\s/.test(line[i - 1] ?? ''))) return i;
  }
  return line.length;
}
