import type { Range } from '../../language-service/api/index';
import { printable } from '../core/style';

/** A source line with the place of a finding under it, both without trailing spaces. */
export interface Excerpt {
  readonly line: string;
  /** Spaces, then one caret for each column. */
  readonly underline: string;
}

/** Longest excerpt in columns; a longer line is cut around the place. */
const WIDEST = 120;

/** True for the text of a compose file, be it broken; no other file is ever quoted: it may hold nothing but secrets. */
export function isCompose(text: string): boolean {
  return /^\ufeff?(?:\{\s*)?["']?(?:services|include)["']?\s*:/m.test(text);
}

/**
 * True for a line that looks like a part of PEM or holds a long token: a run of 20 letters and digits without anything
 * between, or of 40 of base64 in which both cases and digits come. A path that looks like one costs its excerpt.
 */
function looksSecret(line: string): boolean {
  if (/-----(?:BEGIN|END)\b/.test(line)) return true;
  const short = line.match(/[A-Za-z0-9+=]{20,}/g) ?? [];
  const long = line.match(/[A-Za-z0-9+/=_-]{40,}/g) ?? [];
  const has = (run: string, ...kinds: readonly RegExp[]) => kinds.every((kind) => kind.test(run));
  return (
    short.some((run) => has(run, /\d/, /[A-Za-z]/)) || long.some((run) => has(run, /\d/, /[a-z]/, /[A-Z]/))
  );
}

/** The lines of a text as LSP counts them: LF, CRLF and CR end one. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/**
 * Shows where a range begins, unless that looks like a secret. A range of several lines is underlined to the end of its
 * first.
 */
export function excerpt(lines: readonly string[], range: Range): Excerpt | undefined {
  const source = lines[range.start.line];
  if (source === undefined || source.trim() === '' || looksSecret(source)) return undefined;
  const start = Math.min(range.start.character, source.length);
  const end =
    range.end.line > range.start.line
      ? source.trimEnd().length
      : Math.min(range.end.character, source.length);
  const before = clean(source.slice(0, start));
  const marked = clean(source.slice(start, Math.max(end, start)));
  const after = clean(source.slice(Math.max(end, start))).trimEnd();
  const shownBefore = cut(before, WIDEST / 2, 'left');
  const shownMarked = cut(marked, WIDEST, 'right');
  const shownAfter = cut(after, Math.max(0, WIDEST - width(shownBefore) - width(shownMarked)), 'right');
  return {
    line: (shownBefore + shownMarked + shownAfter).trimEnd(),
    underline: ' '.repeat(width(shownBefore)) + '^'.repeat(Math.max(1, width(shownMarked))),
  };
}

function clean(text: string): string {
  return printable(text.replaceAll('\ufeff', '').replaceAll('\t', '    '));
}

function cut(text: string, columns: number, side: 'left' | 'right'): string {
  const characters = [...text];
  if (characters.length <= columns) return text;
  return side === 'left'
    ? `…${characters.slice(characters.length - columns).join('')}`
    : `${characters.slice(0, columns).join('')}…`;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that a terminal uses: two for wide East Asian characters and pictures, none for marks that stand alone. */
function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (/^(?:\p{Mark}|\u200b|\u200d)+$/u.test(segment)) continue;
    columns += WIDE.test(segment) ? 2 : 1;
  }
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f1e6}-\u{1f1ff}\u{20000}-\u{3fffd}]|\ufe0f|\p{Emoji_Presentation}/u;
