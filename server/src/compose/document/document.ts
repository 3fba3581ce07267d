/**
 * A compose file's text as the rest reads it: its documents as trees, its declarations, its lines.
 *
 * Files in plain block style are parsed in blocks, a service or a top-level key each. A block that stays as it was is not
 * parsed again, nor what was made of it: its spans count from its own start, so what is merged, extended and read of it
 * is known by the same objects wherever it moves to, and is given its place in the file (`locate`) where it is shown. A
 * block that names anchors of others is made anew with them. Anything unusual (tabs, quoted services, a syntax error) is
 * parsed as a whole; a file that is YAML but for the line that is being typed is read without that line.
 */
import type { Node } from 'yaml';
import { type DocumentTree, entryOf, type MapTree, type Tree, type TreeEntry } from '../node/node';
import { MAX_RESETS, readTree } from '../node/read-node';
import { blockOf, type Locate } from '../node/span';
import type { Lookup } from '../syntax/interpolation';
import { type LineIndex, lineIndex } from '../syntax/line-index';
import { type Declarations, declarationsOfPart, joinDeclarations } from '../yaml/declarations';
import { parseYaml, type YamlFile, type YamlProblem } from '../yaml/parse-yaml';
import { type BlockList, isSound, listBlocks, loneSyntaxError, originsOf } from './blocks/block-list';
import { linesOfBlocks } from './blocks/line-index';
import { type Recovery, recoveriesOf } from './error-recovery';

export interface ParsedFile {
  readonly text: string;
  /** Offsets of syntax errors: around them the tree is the parser's guess. A key written twice is none. */
  readonly syntaxErrors: readonly number[];
  /** The line that was left out of the tree, which is whole without it. */
  readonly recovery?: Recovery;
  readonly problems: readonly YamlProblem[];
  /** Where keys stand that are in their mapping already. */
  readonly duplicateKeys: readonly number[];
  readonly declarations: Declarations;
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
  /** The last list of the file's blocks, which may be of an earlier text. */
  readonly blockList: BlockList | undefined;
}

/** Whether files are parsed in blocks. Off, each text is parsed as a whole, which gives the same answers, later. */
export const parsing = { inBlocks: true };

/** Reads `text`; `before` is what was read of the file's text before. Never throws. */
export function parseFile(text: string, before?: ParseState): ParseState {
  if (!parsing.inBlocks) return { parsed: parseWhole(text), blockList: undefined };
  const blockList = listBlocks(text, before?.blockList);
  const read = (other: string, state: Partial<ParseState>) =>
    parseAsItIs(other, state, listBlocks(other, state.blockList));
  // Where one block alone has a syntax error, and can be read without a line, nothing is parsed as a whole.
  const error = blockList && loneSyntaxError(blockList);
  if (error) {
    const lines = linesOfBlocks(blockList);
    const alone = { ...blockList, before: undefined };
    const state = { parsed: before?.parsed, blockList: alone };
    const broken = { text, lines, problems: error.problems, syntaxErrors: [error.at] };
    const parsed = recovered(broken, (other) => read(other, state).parsed);
    if (parsed) return { parsed, blockList: alone };
  }
  const state = parseAsItIs(text, before, blockList);
  return { ...state, parsed: recovered(state.parsed, (other) => read(other, state).parsed) ?? state.parsed };
}

type BrokenFile = Pick<ParsedFile, 'text' | 'lines' | 'problems' | 'syntaxErrors'>;

/** A file with a syntax error as it is without the line that is being typed, if that makes it whole; undefined if not. */
function recovered(file: BrokenFile, read: (text: string) => ParsedFile): ParsedFile | undefined {
  const [offset] = file.syntaxErrors;
  if (offset === undefined) return undefined;
  for (const recovery of recoveriesOf(file.text, offset)) {
    const whole = read(recovery.text);
    if (whole.syntaxErrors.length === 0) return recoveredFile(file, whole, recovery);
  }
  return undefined;
}

/** A file with a syntax error as it is without one of its lines. */
function recoveredFile(broken: BrokenFile, whole: ParsedFile, recovery: Recovery): ParsedFile {
  return {
    text: broken.text,
    syntaxErrors: [],
    recovery,
    problems: broken.problems,
    duplicateKeys: whole.duplicateKeys,
    isInBlocks: false,
    get declarations() {
      return whole.declarations;
    },
    get lines() {
      return broken.lines;
    },
    mentions: (word) => broken.text.includes(word),
    locate: (span) => whole.locate(span),
    topLevel: (...reading) => whole.topLevel(...reading),
    trees: (...reading) => whole.trees(...reading),
  };
}

function parseAsItIs(
  text: string,
  before: Partial<ParseState> | undefined,
  blockList: BlockList | undefined,
): ParseState {
  if (!blockList) return { parsed: readWhole(text), blockList: before?.blockList };
  if (!isSound(blockList)) return { parsed: readWhole(text), blockList: { ...blockList, before: undefined } };
  // Only what was read in blocks has the declarations of its blocks.
  const last = before?.parsed;
  const known = last?.isInBlocks && blockList.before?.text === last.text ? last : undefined;
  // The lists of all earlier texts are not kept.
  const alone = { ...blockList, before: undefined };
  return { parsed: fileOfBlocks(alone, known), blockList: alone };
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

/** Reads `text` as a whole: what reading it in blocks must give as well. Never throws. */
export function parseWhole(text: string): ParsedFile {
  const file = readWhole(text);
  return recovered(file, readWhole) ?? file;
}

function readWhole(text: string): ParsedFile {
  const yaml = parseYaml(text);
  let declarations: Declarations | undefined;
  let lines: LineIndex | undefined;
  const trees = keptReadings((file, directory, lookup) =>
    documentsOf(yaml).map((document) => readTree(document, { yaml, file, directory, lookup })),
  );
  return {
    text,
    syntaxErrors: yaml.syntaxErrors,
    problems: yaml.problems,
    duplicateKeys: yaml.duplicateKeys,
    isInBlocks: false,
    get declarations() {
      declarations ??= joinDeclarations([declarationsOfPart('all', '', yaml)]);
      return declarations;
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

function fileOfBlocks(blockList: BlockList, before: ParsedFile | undefined): ParsedFile {
  let declarations = before?.declarations;
  let lines: LineIndex | undefined;
  let origins: ReadonlyMap<object, number> | undefined;
  return {
    text: blockList.text,
    syntaxErrors: [],
    problems: [],
    duplicateKeys: [],
    isInBlocks: true,
    get declarations() {
      declarations ??= joinDeclarations(blockList.blocks.map((block) => block.declarations));
      return declarations;
    },
    get lines() {
      lines ??= linesOfBlocks(blockList);
      return lines;
    },
    mentions(word) {
      if (blockList.text.slice(0, blockList.starts[0]).includes(word)) return true;
      if (blockList.absent.has(word)) return false;
      const isThere = blockList.blocks.some((block) => block.mentions(word));
      if (!isThere) blockList.absent.add(word);
      return isThere;
    },
    locate(span) {
      const block = blockOf(span);
      if (!block) return span;
      origins ??= originsOf(blockList);
      const by = origins.get(block) ?? 0;
      return { file: span.file, start: span.start + by, end: span.end + by };
    },
    topLevel: (key, file, directory, lookup) => {
      const block = blockList.blocks.find((each) => each.kind === 'top' && each.key === key);
      const entry = block?.tree(file, directory, lookup).entry;
      return entry ? [entry.value] : [];
    },
    trees: keptReadings((file, directory, lookup) => [treeOfBlocks(blockList, file, directory, lookup)]),
  };
}

/** The file's tree, put together from the trees of its blocks. */
function treeOfBlocks(
  { blocks, starts }: BlockList,
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
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i];
    const start = starts[i] ?? 0;
    if (!block) continue;
    if (block.kind === 'head') {
      const key = { file, start, end: start + block.key.length, block: undefined };
      services = { key, entries: new Map(), start: -1, end: 0 };
      entries.set(block.key, { key, value: emptyValue(key, directory, lookup) });
      continue;
    }
    const by = start - block.lead;
    const tree = block.tree(file, directory, lookup);
    for (const path of tree.document.resets) if (resets.length < MAX_RESETS) resets.push(path);
    errors.push(...tree.document.errors);
    end = tree.document.root.span.end + by;
    if (block.kind === 'service' && services) {
      if (services.start < 0) services.start = tree.around.span.start + by;
      services.end = tree.around.span.end + by;
    }
    const { entry } = tree;
    if (entry) (block.kind === 'service' && services ? services.entries : entries).set(block.key, entry);
    const last = blocks[i + 1]?.kind !== 'service';
    if (block.kind === 'service' && services && last)
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
