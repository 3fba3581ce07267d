/** A map as SVG. Pure. */
import { layoutOf, type PlacedEdge, type SectionLayout, SIZE } from '../layout/layout';
import { escapeXml, shorten, textWidth } from '../model/text-width';
import type { MapModel, Section } from '../model/types';
import { drawFile, drawFrame, drawLegend, drawService } from './boxes';
import { openItem } from './item';
import { styleSheet, type ThemeName } from './theme';
import { drawAxis, drawLife } from './time-axis';

export interface SvgOptions {
  /** `vscode`: for a page of VS Code, which adds the style sheet itself. */
  readonly theme: ThemeName | 'vscode';
}

/**
 * One drawing of all sections: well-formed XML whatever names it holds, without script, link, or anything that would
 * be loaded. For VS Code, services, files and lines can be reached by keyboard, and carry `data-id`.
 */
export function drawSvg({ sections }: MapModel, { theme }: SvgOptions): string {
  const interactive = theme === 'vscode';
  const layout = layoutOf(sections);
  const { width, height } = layout;
  const title = `Key map: ${sections.map((section) => section.title).join('; ')}`;
  const role = interactive
    ? `role="group" aria-label="${escapeXml(title)}"`
    : 'role="img" aria-labelledby="map-title map-text"';
  const head = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="map-svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${role}>`,
    ...(interactive
      ? []
      : [
          `<title id="map-title">${escapeXml(title)}</title>`,
          `<desc id="map-text">${escapeXml(sections.map(describe).join('\n'))}</desc>`,
          `<style>\n${styleSheet(theme)}\n</style>`,
          `<rect class="page" width="${width}" height="${height}"/>`,
        ]),
  ];
  return [
    ...head,
    ...layout.sections.map((section) => drawSection(section, interactive, width)),
    drawLegend(height - SIZE.legend),
    '</svg>',
    '',
  ].join('\n');
}

/** What the drawing shows, in words. */
function describe({ title, subtitle, edges, shared }: Section): string {
  return [title, subtitle, ...shared.map(({ label }) => label), ...edges.map(({ label }) => label)].join(
    '\n',
  );
}

function drawSection(layout: SectionLayout, interactive: boolean, width: number): string {
  const { section, top, headings, services, files, frames, edges, axis } = layout;
  const room = width - 2 * SIZE.margin;
  const text = (y: number, className: string, words: string, size: number) =>
    `<text x="${SIZE.margin}" y="${y}" class="${className}">${escapeXml(shorten(words, room, size, className === 'title'))}</text>`;
  const heading = (x: number, words: string) =>
    `<text x="${x}" y="${headings}" class="heading">${words}</text>`;
  // Lines that matter are drawn last, on top of the others.
  const ordered = [...edges].sort((a, b) => weight(a) - weight(b));
  return [
    '<g class="section">',
    text(top + 16, 'title', section.title, 17),
    text(top + 36, 'small', section.subtitle, 12),
    ...section.notes.map((note, index) => text(top + 54 + index * SIZE.note, 'small', note, 12)),
    ...(services.length > 0 ? [heading(services[0]?.at.x ?? 0, 'SERVICES')] : []),
    ...(files.length > 0 ? [heading(files[0]?.at.x ?? 0, 'FILES')] : []),
    ...(axis ? [drawAxis(axis, layout)] : []),
    ...frames.map(drawFrame),
    ...services.map((placed) => drawService(placed, interactive)),
    ...files.map((placed) => drawFile(placed, interactive)),
    // After the boxes, as they are read too: a line says more once both of its ends are known.
    ...ordered.map((edge) => drawEdge(edge, interactive)),
    ...(axis ? files.flatMap((placed) => drawLife(placed, axis, section.now)) : []),
    '</g>',
  ].join('\n');
}

function weight({ edge }: PlacedEdge): number {
  const state = ['good', 'unknown', 'information', 'warning', 'error'].indexOf(edge.state);
  return edge.shared ? 10 : state;
}

function drawEdge({ edge, from, to }: PlacedEdge, interactive: boolean): string {
  const bend = (to.x - from.x) * 0.45;
  const path = `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend - 8} ${to.y} ${to.x - 8} ${to.y}`;
  const tip = `M${to.x - 9} ${to.y - 5}L${to.x} ${to.y}L${to.x - 9} ${to.y + 5}Z`;
  const names = [
    'map-edge',
    edge.state,
    ...(edge.mounted ? [] : ['unmounted']),
    ...(edge.shared ? ['shared'] : []),
  ];
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return [
    openItem(names.join(' '), edge, interactive, `data-from="${edge.from}" data-to="${edge.to}"`),
    ...(interactive ? [`<path class="ring" d="${path}"/>`, `<path class="hit" d="${path}"/>`] : []),
    `<path class="line" d="${path}"/>`,
    `<path class="tip ${edge.shared ? 'shared' : edge.state}" d="${tip}"/>`,
    ...(edge.shared ? [sharedLabel(middle)] : []),
    '</g>',
  ].join('');
}

/** A word on the line, so that it isn't told by its colour and width alone. */
function sharedLabel({ x, y }: { readonly x: number; readonly y: number }): string {
  const width = textWidth('same key', 12, true) + 12;
  return (
    `<rect class="pill" x="${x - width / 2}" y="${y - 9}" width="${width}" height="18" rx="9"/>` +
    `<text class="shared-text" x="${x}" y="${y + 4}" text-anchor="middle">same key</text>`
  );
}
