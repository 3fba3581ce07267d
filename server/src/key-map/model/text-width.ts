/** Text in a drawing: how wide it is, how it is cut, how it is written in XML. Pure. */
import { oneLine, visible } from '../../text/harmless';

/** Widths in hundredths of the font size, rather too wide than too narrow: the font isn't known. Their sums are exact. */
const NARROW = new Set("ijltfrI.,:;'|!()[] -/\\");
const WIDE = new Set('mwMWQOGD@%&—');
const USUAL = 58;
const ELLIPSIS = 100;

function hundredthsOf(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code > 0x7e) return code < 0x530 ? 72 : code === 0x2026 ? ELLIPSIS : 110;
  if (NARROW.has(grapheme)) return 40;
  if (WIDE.has(grapheme)) return 95;
  return grapheme >= 'A' && grapheme <= 'Z' ? 74 : USUAL;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Characters looked at: nothing longer fits into a box. */
const MAX_LOOKED_AT = 2000;

function split(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** How wide a text is at most, in the units of `size`, the font's. */
export function textWidth(text: string, size: number, bold = false): number {
  const hundredths = split(text).reduce((sum, each) => sum + hundredthsOf(each), 0);
  return inUnits(hundredths, size, bold);
}

function inUnits(hundredths: number, size: number, bold: boolean): number {
  return (hundredths * size * (bold ? 1.08 : 1)) / 100;
}

/** The text where it fits into `width`, else its beginning and its end with an ellipsis between them. */
export function shorten(text: string, width: number, size: number, bold = false): string {
  if (text.length <= MAX_LOOKED_AT && textWidth(text, size, bold) <= width) return text;
  const head = split(text.slice(0, MAX_LOOKED_AT));
  const tail = split(text.slice(-MAX_LOOKED_AT)).reverse();
  let hundredths = ELLIPSIS;
  const before: string[] = [];
  const after: string[] = [];
  // In turn from both ends: names differ at their beginning, paths at their end.
  for (let index = 0; ; index++) {
    const next = (index % 2 === 0 ? tail : head)[Math.floor(index / 2)];
    if (next === undefined) break;
    hundredths += hundredthsOf(next);
    if (inUnits(hundredths, size, bold) > width) break;
    if (index % 2 === 0) after.unshift(next);
    else before.push(next);
  }
  return `${before.join('')}…${after.join('')}`;
}

/** What XML 1.0 has no way to write, beside what can't be shown anyway. */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** Text on one line without anything that can't be shown. */
export function clean(text: string): string {
  return oneLine(text).replace(FORBIDDEN, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in XML, between tags and in attributes alike. Line ends stay. */
export function escapeXml(text: string): string {
  const lines = text.split('\n').map((line) => visible(line.replaceAll('\t', ' ')));
  return lines
    .join('\n')
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
