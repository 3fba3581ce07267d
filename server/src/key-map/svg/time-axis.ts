/** The band of validity: years, today, and the life of each certificate beside its file. Pure. */
import { type Axis, type Placed, type SectionLayout, SIZE } from '../layout/layout';
import { escapeXml, shorten, textWidth } from '../model/text-width';
import type { FileBox } from '../model/types';

/** Distance of two labels of years, at least. */
const LABEL_ROOM = 46;
const BAR = 12;

function xOf(axis: Axis, time: number): number {
  const part = (time - axis.from) / (axis.to - axis.from);
  return Math.round((axis.x + Math.min(1, Math.max(0, part)) * axis.width) * 10) / 10;
}

/** Years as lines from top to bottom, and today. */
export function drawAxis(axis: Axis, { section, headings, bottom }: SectionLayout): string {
  const y = headings + 6;
  const years = yearsOf(axis);
  const step = Math.max(1, Math.ceil((LABEL_ROOM * years.length) / axis.width));
  const today = xOf(axis, section.now);
  const half = textWidth('today', 12, true) / 2;
  const clear = (x: number) => Math.abs(x - today) > half + 18;
  return [
    '<g class="map-axis">',
    `<path class="axis" d="M${axis.x} ${y}L${axis.x + axis.width} ${y}"/>`,
    ...years.flatMap((year, index) => {
      const x = xOf(axis, Date.UTC(year, 0, 1));
      const line = `<path class="grid" d="M${x} ${y}L${x} ${bottom - SIZE.between}"/>`;
      const label = `<text class="small" x="${x}" y="${y - 6}" text-anchor="middle">${year}</text>`;
      return index % step === 0 && clear(x) ? [line, label] : [line];
    }),
    `<path class="today" d="M${today} ${y}L${today} ${bottom - SIZE.between}"/>`,
    `<text class="today-text" x="${today}" y="${y - 6}" text-anchor="middle">today</text>`,
    '</g>',
  ].join('');
}

function yearsOf({ from, to }: Axis): number[] {
  const first = new Date(from).getUTCFullYear() + 1;
  const last = new Date(to).getUTCFullYear();
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** The life of the certificate in a file, beside it; nothing for other files. */
export function drawLife({ item, at }: Placed<FileBox>, axis: Axis, now: number): string[] {
  const life = item.validity;
  if (!life) return [];
  const from = xOf(axis, life.from);
  const to = Math.max(from + 3, xOf(axis, life.to));
  const y = at.y + at.height / 2 - BAR / 2;
  const words = shorten(life.text, axis.width, 12);
  const x = placeOfWords(axis, from, textWidth(words, 12), xOf(axis, now));
  const beyond = life.to > axis.to;
  return [
    [
      '<g class="map-life">',
      `<rect class="life ${life.state}" x="${from}" y="${y}" width="${to - from}" height="${BAR}" rx="2"/>`,
      ...(beyond
        ? [
            `<path class="life ${life.state}" d="M${to} ${y - 3}L${to + 9} ${y + BAR / 2}L${to} ${y + BAR + 3}Z"/>`,
          ]
        : []),
      `<text class="small" x="${x}" y="${y + BAR + 14}">${escapeXml(words)}</text>`,
      '</g>',
    ].join(''),
  ];
}

/** The words stand below the bar, inside of the band, and not on the line of today where that can be helped. */
function placeOfWords(axis: Axis, bar: number, width: number, today: number): number {
  const last = axis.x + axis.width - width;
  const usual = Math.min(Math.max(axis.x, bar), last);
  if (today < usual || today > usual + width) return usual;
  const right = today + 6;
  const left = today - width - 6;
  return right <= last ? right : left >= axis.x ? left : usual;
}
