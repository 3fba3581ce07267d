/** Boxes, frames and the legend. Pure. */
import type { MapState } from '../../language-service/api/key-map';
import type { Placed } from '../layout/layout';
import { SIZE } from '../layout/layout';
import { escapeXml, shorten, textWidth } from '../model/text-width';
import type { Box, FileBox, SharedKey } from '../model/types';
import { openItem } from './item';

const PADDING = 12;
const MARK = 9;

/** Signs of a state, in a square of 18 around 0: shapes that differ without their colour. */
const MARKS: Readonly<Record<MapState, string>> = {
  good: 'M-5 0L-1.5 4L5.5 -4',
  information: 'M0 -1L0 5M0 -5L0 -4.6',
  warning: 'M0 -8L8 6L-8 6ZM0 -3L0 1.5M0 3.6L0 3.7',
  error: 'M-5 -5L5 5M5 -5L-5 5',
  unknown: 'M-4 0L4 0',
};

export function drawService({ item, at }: Placed<Box>, interactive: boolean): string {
  const middle = at.y + at.height / 2;
  const room = at.width - 2 * PADDING - 2 * MARK - 4;
  const texts = [
    fitted('name', at.x + PADDING, middle - 4, item.title, room),
    fitted('small', at.x + PADDING, middle + 14, item.lines.join(', '), room),
  ];
  const parts = [
    openItem(`map-box map-service ${item.state}`, item, interactive),
    rectangle('frame', at, 6),
    mark(item.state, at.x + at.width - PADDING - MARK, middle),
  ];
  return drawBox(parts, texts, at, interactive);
}

export function drawFile({ item, at }: Placed<FileBox>, interactive: boolean): string {
  const left = at.x + PADDING + 26;
  const middle = at.y + at.height / 2;
  const room = at.width - 2 * PADDING - 26 - 2 * MARK - 6;
  const first = middle - 14 + (item.lines.length < 2 ? 9 : 0);
  const texts = [
    fitted('name', left, first, item.title, room),
    ...item.lines.map((line, index) => fitted('small', left, first + 18 + index * 17, line, room)),
  ];
  const parts = [
    openItem(`map-box map-file ${item.state}${item.absent ? ' absent' : ''}`, item, interactive),
    rectangle('frame', at, 3),
    icon(item.icon, at.x + PADDING, middle),
    mark(item.state, at.x + at.width - PADDING - MARK, middle),
  ];
  return drawBox(parts, texts, at, interactive);
}

/** A text in a box, and whether it had to be cut. */
interface Fitted {
  readonly drawn: string;
  readonly cut: boolean;
}

function fitted(className: 'name' | 'small', x: number, y: number, words: string, room: number): Fitted {
  const shown = className === 'name' ? shorten(words, room, 13, true) : shorten(words, room, 12);
  return { drawn: text(className, x, y, shown), cut: shown !== words };
}

/** What is cut stands beside the box's group: the group's label has the whole of it, and must hold what it shows. */
function drawBox(
  parts: readonly string[],
  texts: readonly Fitted[],
  at: Placed<unknown>['at'],
  interactive: boolean,
): string {
  const whole = texts.filter(({ cut }) => !cut).map(({ drawn }) => drawn);
  const cut = texts.filter((each) => each.cut).map(({ drawn }) => drawn);
  return [
    ...parts,
    ...whole,
    ...ring(at, interactive),
    '</g>',
    ...(cut.length > 0 ? [`<g class="cut" aria-hidden="true">${cut.join('')}</g>`] : []),
  ].join('\n');
}

/** The frame around the files of one shared key. */
export function drawFrame({ item, at }: Placed<SharedKey>): string {
  return [
    '<g class="map-shared">',
    rectangle('shared-frame', at, 8),
    text('shared-text', at.x + SIZE.frame.side + 2, at.y + 18, shorten(item.label, at.width - 20, 12, true)),
    '</g>',
  ].join('');
}

const LEGEND: readonly (readonly [MapState, string])[] = [
  ['good', 'fine'],
  ['information', 'remark'],
  ['warning', 'warning'],
  ['error', 'error'],
  ['unknown', 'unknown'],
];

/** What signs and lines mean. */
export function drawLegend(y: number): string {
  let x: number = SIZE.margin;
  const parts = LEGEND.map(([state, words]) => {
    const part = mark(state, x + MARK, y - 4) + text('small', x + 2 * MARK + 8, y, words);
    x += 2 * MARK + 8 + textWidth(words, 12) + 22;
    return part;
  });
  const line = (className: string, words: string) => {
    const part =
      `<g class="map-edge ${className}"><path class="line" d="M${x} ${y - 4}L${x + 34} ${y - 4}"/></g>` +
      text('small', x + 42, y, words);
    x += 42 + textWidth(words, 12) + 22;
    return part;
  };
  parts.push(line('unknown', 'not mounted, or unknown'), line('shared', 'same private key'));
  return `<g class="legend" aria-hidden="true">${parts.join('')}</g>`;
}

function rectangle(className: string, at: Placed<unknown>['at'], radius: number): string {
  return `<rect class="${className}" x="${at.x}" y="${at.y}" width="${at.width}" height="${at.height}" rx="${radius}"/>`;
}

function ring(at: Placed<unknown>['at'], interactive: boolean): string[] {
  if (!interactive) return [];
  const around = { x: at.x - 4, y: at.y - 4, width: at.width + 8, height: at.height + 8 };
  return [rectangle('ring', around, 8)];
}

function text(className: string, x: number, y: number, words: string): string {
  return `<text class="${className}" x="${x}" y="${y}">${escapeXml(words)}</text>`;
}

function mark(state: MapState, x: number, y: number): string {
  return `<path class="mark ${state}" transform="translate(${x} ${y})" d="${MARKS[state]}"/>`;
}

function icon(kind: FileBox['icon'], x: number, y: number): string {
  const shapes = {
    certificate: 'M0 -9L13 -9L13 9L0 9ZM3 -4L10 -4M3 0L10 0M3 4L6 4M9 3L9 6L10.5 5L12 6',
    key: 'M0 0A4.5 4.5 0 1 0 9 0A4.5 4.5 0 1 0 0 0M9 0L18 0M14 0L14 4M18 0L18 5',
    none: 'M1 -9L10 -9L14 -5L14 9L1 9ZM10 -9L10 -5L14 -5',
  };
  return `<path class="icon" transform="translate(${x} ${y})" d="${shapes[kind]}"/>`;
}
