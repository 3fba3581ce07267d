/**
 * A compose file's text as the rest reads it: its documents as trees, its outline, its lines. Files in plain block
 * style are read in pieces, and a piece that stays as it was is not read again; all others are read as a whole.
 */
import type { Node } from 'yaml';
import { type DocumentTree, entryOf, type MapTree, type Tree, type TreeEntry } from '../node/node';
import { MAX_RESETS, readTree } from '../node/read-node';
import { blockOf, type Locate } from '../node/span';
import type { Lookup } from '../syntax/interpolation';
import { type LineIndex, lineIndex } from '../syntax/line-index';
import { type Outline, outlineOfParts, outlinePart } from '../yaml/declarations';
import { parseYaml, type YamlFile, type YamlProblem } from '../yaml/parse-yaml';
import { type Cutting, cut, isSound, loneDamage, originsOf } from './blocks/block-list';
import { linesOfPieces } from './blocks/line-index';
import { type Mending, mendingsOf } from './error-recovery';

export interface ParsedFile {
  readonly text: string;
  /** Offsets of syntax errors: around them the tree is the parser's guess. A key written twice is none. */
  readonly damage: readonly number[];
  /** The line that was left out of the tree, which is whole without it. */
  readonly mended?: Mending;
  readonly problems: readonly YamlProblem[];
  /** Where keys stand that are in their mapping already. */
  readonly twice: readonly number[];
  readonly outline: Outline;
  readonly lines: LineIndex;
  /** Whether it is read in blocks. */
  readonly isInBlocks: boolean;
  /** Whether the text has a word, which has no line end in it. */
  mentions(word: string): boolean;
  /** The values of a top-level key, one for each document that has it; what is below other keys is not read for that. */
  topLevel(key: string, file: string, directory: string | undefined, lookup: Lookup): readonly Tree[];
  /** A span of its trees, counted from the start of the file. */
  readonly locate: Locate;
  /** The documents that hold anything, in order; the same objects for the same arguments. */
  trees(file: string, directory: string | undefined, lookup: Lookup): readonly DocumentTree[];
}

/** How a text was read, for the next one of the same file. */
export interface ParseState {
  readonly parsed: ParsedFile;
  /** The last cutting of the file, which may be of an earlier text. */
  readonly cutting: Cutting | undefined;
}

/** Whether files are parsed in blocks. Off, each text is parsed as a whole, which gives the same answers, later. */
export const parsing = { inBlocks: true };

/** Reads `text`; `before` is what was read of the file's text before. Never throws. */
export function parseFile(text: string, before?: ParseState): ParseState {
  if (!parsing.inBlocks) return { parsed: parseWhole(text), cutting: undefined };
  const cutting = cut(text, before?.cutting);
  const read = (other: string, state: Partial<ParseState>) =>
    parseAsItIs(other, state, cut(other, state.cutting));
  // Where one piece alone is damaged, and can be mended, nothing is read as a whole.
  const damage = cutting && loneDamage(cutting);
  if (damage) {
    const lines = linesOfPieces(cutting);
    const alone = { ...cutting, before: undefined };
    const state = { parsed: before?.parsed, cutting: alone };
    const damaged = { text, lines, problems: damage.problems, damage: [damage.at] };
    const parsed = mended(damaged, (other) => read(other, state).parsed);
    if (parsed) return { parsed, cutting: alone };
  }
  const state = parseAsItIs(text, before, cutting);
  return { ...state, parsed: mended(state.parsed, (other) => read(other, state).parsed) ?? state.parsed };
}

type Damaged = Pick<ParsedFile, 'text' | 'lines' | 'problems' | 'damage'>;

/** A damaged file as it is without the line that is being typed, if that makes it whole; undefined if not. */
function mended(file: Damaged, read: (text: string) => ParsedFile): ParsedFile | undefined {
  const [damage] = file.damage;
  if (damage === undefined) return undefined;
  for (const mending of mendingsOf(file.text, damage)) {
    const whole = read(mending.text);
    if (whole.damage.length === 0) return mendedFile(file, whole, mending);
  }
  return undefined;
}

/** A damaged file as it is without one of its lines. */
function mendedFile(damaged: Damaged, whole: ParsedFile, mended: Mending): ParsedFile {
  return {
    text: damaged.text,
    damage: [],
    mended,
    problems: damaged.problems,
    twice: whole.twice,
    isInBlocks: false,
    get outline() {
      return whole.outline;
    },
    get lines() {
      return damaged.lines;
    },
    mentions: (word) => damaged.text.includes(word),
    locate: (span) => whole.locate(span),
    topLevel: (...reading) => whole.topLevel(...reading),
    trees: (...reading) => whole.trees(...reading),
  };
}

function parseAsItIs(
  text: string,
  before: Partial<ParseState> | undefined,
  cutting: Cutting | undefined,
): ParseState {
  if (!cutting) return { parsed: readWhole(text), cutting: before?.cutting };
  if (!isSound(cutting)) return { parsed: readWhole(text), cutting: { ...cutting, before: undefined } };
  // Only what was read in pieces has the outline of its pieces.
  const last = before?.parsed;
  const known = last?.isInBlocks && cutting.before?.text === last.text ? last : undefined;
  // The cuttings of all earlier texts are not kept.
  const alone = { ...cutting, before: undefined };
  return { parsed: fileOfPieces(alone, known), cutting: alone };
}

/** The ways to read a file that are kept. */
const MAX_READINGS = 4;

/** Keeps what `read` gave for its last arguments. */
function keptReadings(read: ParsedFile['trees']): ParsedFile['trees'] {
  const known: {
    file: string;
    directory: string | undefined;
    lookup: Lookup;
    trees: readonly DocumentTree[];
  }[] = [];
  return (file, directory, lookup) => {
    const found = known.find(
      (each) => each.file === file && each.directory === directory && each.lookup === lookup,
    );
    if (found) return found.trees;
    const trees = read(file, directory, lookup);
    known.unshift({ file, directory, lookup, trees });
    known.length = Math.min(known.length, MAX_READINGS);
    return trees;
  };
}

/** Reads `text` as a whole: what reading it in pieces must give as well. Never throws. */
export function parseWhole(text: string): ParsedFile {
  const file = readWhole(text);
  return mended(file, readWhole) ?? file;
}

function readWhole(text: string): ParsedFile {
  const yaml = parseYaml(text);
  let outline: Outline | undefined;
  let lines: LineIndex | undefined;
  const trees = keptReadings((file, directory, lookup) =>
    documentsOf(yaml).map((document) => readTree(document, { yaml, file, directory, lookup })),
  );
  return {
    text,
    damage: yaml.damage,
    problems: yaml.problems,
    twice: yaml.twice,
    isInBlocks: false,
    get outline() {
      outline ??= outlineOfParts([outlinePart('all', '', yaml)]);
      return outline;
    },
    get lines() {
      lines ??= lineIndex(text);
      return lines;
    },
    mentions: (word) => text.includes(word),
    locate: (span) => span,
    topLevel: (key, ...reading) =>
      text.includes(key) ? trees(...reading).flatMap(({ root }) => entryOf(root, key)?.value ?? []) : [],
    trees,
  };
}

function documentsOf(yaml: YamlFile): readonly Node[] {
  return yaml.roots.filter((root) => !('value' in root && root.value === null));
}

function fileOfPieces(cutting: Cutting, before: ParsedFile | undefined): ParsedFile {
  let outline = before?.outline;
  let lines: LineIndex | undefined;
  let origins: ReadonlyMap<object, number> | undefined;
  return {
    text: cutting.text,
    damage: [],
    problems: [],
    twice: [],
    isInBlocks: true,
    get outline() {
      outline ??= outlineOfParts(cutting.pieces.map((piece) => piece.outline));
      return outline;
    },
    get lines() {
      lines ??= linesOfPieces(cutting);
      return lines;
    },
    mentions(word) {
      if (cutting.text.slice(0, cutting.starts[0]).includes(word)) return true;
      if (cutting.absent.has(word)) return false;
      const isThere = cutting.pieces.some((piece) => piece.mentions(word));
      if (!isThere) cutting.absent.add(word);
      return isThere;
    },
    locate(span) {
      const block = blockOf(span);
      if (!block) return span;
      origins ??= originsOf(cutting);
      const by = origins.get(block) ?? 0;
      return { file: span.file, start: span.start + by, end: span.end + by };
    },
    topLevel: (key, file, directory, lookup) => {
      const piece = cutting.pieces.find((each) => each.kind === 'top' && each.key === key);
      const entry = piece?.tree(file, directory, lookup).entry;
      return entry ? [entry.value] : [];
    },
    trees: keptReadings((file, directory, lookup) => [treeOfPieces(cutting, file, directory, lookup)]),
  };
}

/** The file's tree, put together from the trees of its pieces. */
function treeOfPieces(
  { pieces, starts }: Cutting,
  file: string,
  directory: string | undefined,
  lookup: Lookup,
): DocumentTree {
  const resets: DocumentTree['resets'][number][] = [];
  const errors: DocumentTree['errors'][number][] = [];
  const entries = new Map<string, TreeEntry>();
  let services:
    | { key: TreeEntry['key']; entries: Map<string, TreeEntry>; start: number; end: number }
    | undefined;
  let end = 0;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    const start = starts[i] ?? 0;
    if (!piece) continue;
    if (piece.kind === 'head') {
      const key = { file, start, end: start + piece.key.length, block: undefined };
      services = { key, entries: new Map(), start: -1, end: 0 };
      entries.set(piece.key, { key, value: emptyValue(key, directory, lookup) });
      continue;
    }
    const by = start - piece.lead;
    const tree = piece.tree(file, directory, lookup);
    for (const path of tree.document.resets) if (resets.length < MAX_RESETS) resets.push(path);
    errors.push(...tree.document.errors);
    end = tree.document.root.span.end + by;
    if (piece.kind === 'service' && services) {
      if (services.start < 0) services.start = tree.around.span.start + by;
      services.end = tree.around.span.end + by;
    }
    const { entry } = tree;
    if (entry) (piece.kind === 'service' && services ? services.entries : entries).set(piece.key, entry);
    const last = pieces[i + 1]?.kind !== 'service';
    if (piece.kind === 'service' && services && last)
      entries.set('services', { key: services.key, value: servicesTree(services, file, directory, lookup) });
  }
  const span = { file, start: starts[0] ?? 0, end, block: undefined };
  const root: MapTree = { span, directory, lookup, kind: 'map', entries };
  return { root, resets, errors };
}

function emptyValue(span: Tree['span'], directory: string | undefined, lookup: Lookup): Tree {
  return { span, directory, lookup, kind: 'null' };
}

function servicesTree(
  { entries, start, end }: { entries: Map<string, TreeEntry>; start: number; end: number },
  file: string,
  directory: string | undefined,
  lookup: Lookup,
): MapTree {
  return { span: { file, start, end, block: undefined }, directory, lookup, kind: 'map', entries };
}
