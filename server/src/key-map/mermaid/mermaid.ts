/** A map as a Mermaid flowchart, for documents that show those. Pure. */

import { clean } from '../model/text-width';
import type { Edge, FileBox, MapModel, Section } from '../model/types';

/** Characters of one label: longer ones make boxes that nobody can read. */
const MAX_LABEL = 120;

/**
 * A flowchart, from left to right, a subgraph for each deployment where there are several. Names can't become
 * anything but text: Mermaid looks for directives and markup in labels too, so all that could begin one is written
 * as a number.
 */
export function drawMermaid({ sections }: MapModel): string {
  const parts = sections.flatMap((section, index) =>
    sections.length === 1
      ? drawSection(section)
      : [
          `  subgraph g${index}[${label([section.title, section.subtitle])}]`,
          ...drawSection(section).map((line) => `  ${line}`),
          '  end',
        ],
  );
  const edges = sections.flatMap((section) => section.edges);
  const links = edges.flatMap((edge, index) => linkStyle(edge, index));
  return ['flowchart LR', ...parts, ...links, ...CLASSES, ''].join('\n');
}

const COLOURS = {
  good: '#1a7f37',
  information: '#0969da',
  warning: '#9a6700',
  error: '#cf222e',
  unknown: '#6e7781',
} as const;
const SHARED = '#8250df';

const CLASSES: readonly string[] = [
  ...Object.entries(COLOURS).map(([state, colour]) => `  classDef ${state} stroke:${colour}`),
  `  classDef shared stroke:${SHARED},stroke-width:4px`,
  '  classDef absent stroke-dasharray:5 4',
];

function drawSection({ services, files, edges, shared }: Section): string[] {
  const inShared = new Set(shared.flatMap((group) => group.files));
  const frames = shared.map((group, index) => {
    const boxes = files.filter(({ id }) => group.files.includes(id));
    const [first] = boxes;
    // Ids of boxes are unique in the drawing, so those of frames are too.
    return [
      `  subgraph k${nodeId(first?.id ?? String(index))}[${label([group.label])}]`,
      ...boxes.map((file) => `  ${fileNode(file)}`),
      '  end',
    ];
  });
  return [
    ...services.map((box) => `  ${nodeId(box.id)}[${label([box.title, ...box.lines])}]:::${box.state}`),
    ...files.filter(({ id }) => !inShared.has(id)).map((file) => fileNode(file)),
    ...frames.flat(),
    ...edges.map((edge) => `  ${nodeId(edge.from)} ${arrow(edge)} ${nodeId(edge.to)}`),
    ...files.flatMap(({ id, absent }) => (absent ? [`  class ${nodeId(id)} absent`] : [])),
    ...frames.map((_, index) => `  class k${nodeId(shared[index]?.files[0] ?? String(index))} shared`),
  ];
}

function fileNode({ id, title, lines, validity, state }: FileBox): string {
  const words = label([title, ...lines, ...(validity ? [validity.text] : [])]);
  return `  ${nodeId(id)}(${words}):::${state}`;
}

function arrow({ shared, mounted, state }: Edge): string {
  if (shared) return `==>|${label(['same key'])}|`;
  if (!mounted) return `-.->|${label(['not mounted'])}|`;
  return state === 'error' || state === 'warning' ? `-->|${label([state])}|` : '-->';
}

function linkStyle({ shared, state }: Edge, index: number): string[] {
  const colour = shared ? `${SHARED},stroke-width:4px` : COLOURS[state];
  return [`  linkStyle ${index} stroke:${colour}`];
}

/** `0-s1` as a name that Mermaid takes. */
function nodeId(id: string): string {
  return `n${id.replace(/\W/g, '_')}`;
}

/** A quoted label of several lines. */
function label(lines: readonly string[]): string {
  return `"${lines.map((line) => escapeMermaid(cut(line))).join('<br/>')}"`;
}

function cut(text: string): string {
  const characters = Array.from(clean(text));
  return characters.length <= MAX_LABEL ? characters.join('') : `${characters.slice(0, MAX_LABEL).join('')}…`;
}

/** Letters, digits and a few signs stay; the rest is written as Mermaid writes characters: `#35;`. */
export function escapeMermaid(text: string): string {
  return text.replace(
    /[^\p{L}\p{M}\p{N} ._/,()+=@·…’-]/gu,
    (character) => `#${character.codePointAt(0) ?? 0xfffd};`,
  );
}
