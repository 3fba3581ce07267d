/** Where things are drawn: two columns of boxes, ordered so that few lines cross, and the validity beside them. Pure. */
import type { Box, Edge, FileBox, Section, SharedKey } from '../model/types';
import { orderOf } from './order';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed<T> {
  readonly item: T;
  readonly at: Rectangle;
}

export interface PlacedEdge {
  readonly edge: Edge;
  readonly from: Point;
  readonly to: Point;
}

/** The days that the band of validity shows; dates outside lie beyond its ends. */
export interface Axis {
  readonly x: number;
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface SectionLayout {
  readonly section: Section;
  readonly top: number;
  /** Where the columns' headings stand. */
  readonly headings: number;
  readonly services: readonly Placed<Box>[];
  readonly files: readonly Placed<FileBox>[];
  readonly frames: readonly Placed<SharedKey>[];
  readonly edges: readonly PlacedEdge[];
  /** undefined where no certificate has dates. */
  readonly axis: Axis | undefined;
  readonly bottom: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly sections: readonly SectionLayout[];
}

/** Lengths in the drawing's own unit, a pixel at its natural size. */
export const SIZE = {
  margin: 24,
  service: { width: 228, height: 50 },
  gap: 110,
  file: { width: 330, height: 70 },
  between: 14,
  axis: 180,
  title: 46,
  note: 18,
  heading: 40,
  frame: { side: 8, top: 26, bottom: 8 },
  port: 13,
  legend: 40,
  /** Room for the legend. */
  least: 880,
} as const;

const SERVICES_X = SIZE.margin;
const FILES_X = SERVICES_X + SIZE.service.width + SIZE.gap;
const AXIS_X = FILES_X + SIZE.file.width + 24;

/** Places everything. No two boxes overlap, whatever there is. */
export function layoutOf(sections: readonly Section[]): Layout {
  let top: number = SIZE.margin;
  const placed = sections.map((section) => {
    const layout = sectionLayout(section, top);
    top = layout.bottom + SIZE.margin;
    return layout;
  });
  const wide = placed.some(({ axis }) => axis !== undefined);
  const right = wide ? AXIS_X + SIZE.axis : FILES_X + SIZE.file.width + SIZE.frame.side;
  return { width: Math.max(right + SIZE.margin, SIZE.least), height: top + SIZE.legend, sections: placed };
}

function sectionLayout(section: Section, top: number): SectionLayout {
  const headings = top + SIZE.title + section.notes.length * SIZE.note + SIZE.heading / 2;
  const start = headings + SIZE.heading / 2;
  const { files, frames, end } = placeFiles(section, start);
  const services = placeServices(section, files, start);
  const lowest = services.at(-1);
  const bottom = Math.max(end, lowest ? lowest.at.y + lowest.at.height : start);
  return {
    section,
    top,
    headings,
    services,
    files,
    frames,
    edges: placeEdges(section.edges, services, files),
    axis: axisOf(section),
    bottom: bottom + SIZE.between,
  };
}

function placeFiles(
  section: Section,
  start: number,
): { files: Placed<FileBox>[]; frames: Placed<SharedKey>[]; end: number } {
  const files: Placed<FileBox>[] = [];
  const frames: Placed<SharedKey>[] = [];
  let y = start;
  for (const { boxes, shared } of orderOf(section)) {
    const frameTop = y;
    if (shared) y += SIZE.frame.top;
    for (const item of boxes) {
      files.push({ item, at: { x: FILES_X, y, ...SIZE.file } });
      y += SIZE.file.height + SIZE.between;
    }
    if (!shared) continue;
    y += SIZE.frame.bottom - SIZE.between;
    const { side } = SIZE.frame;
    const at = { x: FILES_X - side, y: frameTop, width: SIZE.file.width + 2 * side, height: y - frameTop };
    frames.push({ item: shared, at });
    y += SIZE.between;
  }
  return { files, frames, end: y };
}

/** Each service beside its files, as far as the one above leaves room. */
function placeServices(
  { services, edges }: Section,
  files: readonly Placed<FileBox>[],
  start: number,
): Placed<Box>[] {
  const centres = new Map(files.map(({ item, at }) => [item.id, at.y + at.height / 2]));
  const wanted = services.map((item, index) => {
    const own = edges.filter(({ from }) => from === item.id).flatMap(({ to }) => centres.get(to) ?? []);
    const height = Math.max(SIZE.service.height, (own.length + 1) * SIZE.port);
    const centre = own.length > 0 ? own.reduce((sum, each) => sum + each, 0) / own.length : undefined;
    return { item, index, height, centre };
  });
  // Those without files come last, in their own order.
  wanted.sort((a, b) => (a.centre ?? Infinity) - (b.centre ?? Infinity) || a.index - b.index);
  let y = start;
  return wanted.map(({ item, height, centre }) => {
    const top = Math.max(y, centre === undefined ? y : centre - height / 2);
    y = top + height + SIZE.between;
    return { item, at: { x: SERVICES_X, y: top, width: SIZE.service.width, height } };
  });
}

/** Lines end at points of their own, in the order of what they lead to. */
function placeEdges(
  edges: readonly Edge[],
  services: readonly Placed<Box>[],
  files: readonly Placed<FileBox>[],
): PlacedEdge[] {
  const boxes = new Map<string, Rectangle>(
    [...services, ...files].map(({ item, at }) => [item.id, at] as const),
  );
  const whole = edges.filter(({ from, to }) => boxes.has(from) && boxes.has(to));
  const port = (edge: Edge, end: 'from' | 'to'): number => {
    const other = end === 'from' ? 'to' : 'from';
    const at = boxes.get(edge[end]);
    const own = whole
      .filter((each) => each[end] === edge[end])
      .sort((a, b) => (boxes.get(a[other])?.y ?? 0) - (boxes.get(b[other])?.y ?? 0));
    return at ? at.y + (at.height * (own.indexOf(edge) + 1)) / (own.length + 1) : 0;
  };
  return whole.map((edge) => ({
    edge,
    from: { x: SERVICES_X + SIZE.service.width, y: port(edge, 'from') },
    to: { x: FILES_X, y: port(edge, 'to') },
  }));
}

const YEAR = 365.25 * 86_400_000;
/** Years before and after today that are shown at most: a certificate without an end has the year 9999. */
const BEFORE = 4;
const AFTER = 12;

function axisOf({ files, now }: Section): Axis | undefined {
  const lives = files.flatMap(({ validity }) => validity ?? []);
  if (lives.length === 0) return undefined;
  const earliest = Math.min(now, ...lives.map(({ from }) => from));
  const latest = Math.max(now, ...lives.map(({ to }) => to));
  const from = Math.max(earliest, now - BEFORE * YEAR);
  const to = Math.min(latest, now + AFTER * YEAR);
  // A margin on both sides, so that today is never at the very end.
  const margin = Math.max((to - from) * 0.06, 86_400_000);
  return { x: AXIS_X, width: SIZE.axis, from: from - margin, to: to + margin };
}
