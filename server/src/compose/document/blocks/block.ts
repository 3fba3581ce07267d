/**
 * One piece of a cut file, parsed on its own: kept as long as its text stays, and that of the pieces whose anchors it
 * names, wherever they move to.
 */
import { isMap, type Node } from 'yaml';
import type { DocumentTree, MapTree, Tree, TreeEntry } from '../../node/node';
import { readTree } from '../../node/read-node';
import type { Lookup } from '../../syntax/interpolation';
import { countLines, type LineIndex, lineIndex } from '../../syntax/line-index';
import { type OutlinePart, outlinePart } from '../../yaml/declarations';
import { type BracketWalk, bracketWalk } from '../../yaml/nesting-limit';
import { parseYaml, type YamlFile, type YamlProblem } from '../../yaml/parse-yaml';
import type { CutKind } from './scan-blocks';

/** What is read of a piece by variables and directory. Its spans count from the start of the text that the piece is parsed as. */
export interface PieceTree {
  readonly file: string;
  readonly directory: string | undefined;
  readonly lookup: Lookup;
  readonly document: DocumentTree;
  /** The mapping that the key is part of: the file's root, or `services`. */
  readonly around: MapTree;
  /** The key and its value; undefined for a key that a tag takes out. */
  readonly entry: TreeEntry | undefined;
  /** An anchored node of the piece, as part of another one. */
  treeOf(node: Node): Tree;
}

/** For the name of an anchor the last piece before that has it. */
export type AnchorTable = ReadonlyMap<string, Piece>;

export interface Piece {
  readonly kind: CutKind;
  readonly key: string;
  readonly column: number;
  readonly text: string;
  /** What follows: it decides where the piece's last values end. */
  readonly next: CutKind | 'end';
  /** Characters that stand before the piece in `yaml.text`. */
  readonly lead: number;
  /** False where it isn't YAML by itself: then the file isn't read in pieces. */
  readonly isSound: boolean;
  /** What is wrong with it; offsets are those of the piece read by itself, `lead` characters further than its own. */
  readonly problems: readonly YamlProblem[];
  readonly damage: readonly number[];
  readonly brackets: BracketWalk;
  /** Those of its text; `lineCount` is known without counting them all anew. */
  readonly lines: LineIndex;
  readonly lineCount: number;
  /** What the file's outline has of it. */
  readonly outline: OutlinePart;
  /** Its anchors, and what they stand at. */
  readonly anchors: ReadonlyMap<string, Node>;
  /** Names of anchors that it needs of pieces before it, and which piece has each. */
  readonly needs: ReadonlyMap<string, Piece | undefined>;
  /** Those pieces, and those that they need. */
  readonly needed: readonly Piece[];
  tree(file: string, directory: string | undefined, lookup: Lookup): PieceTree;
  /** Whether its text has a word; looked for once as long as the word is the same. */
  mentions(word: string): boolean;
}

const SERVICES = 'services:\n';
/** Stands where the next piece begins, so that what lies between belongs to the same as in the whole file. */
const NEXT = 'zz-next:\n';
/** Ways to read a piece that are kept: a file can be part of two stacks, and be extended by a third one. */
const MAX_TREES = 4;
/**
 * Characters of all pieces whose anchors one piece can name. Limits on what merge keys bring together count for whole
 * files, and can't be met below this.
 */
const MAX_NEEDED = 16_384;
/** Pieces whose anchors one piece can name. */
const MAX_NEEDED_PIECES = 30;

export function createPiece(
  { kind, key, column }: Pick<Piece, 'kind' | 'key' | 'column'>,
  text: string,
  next: Piece['next'],
  table: AnchorTable,
): Piece {
  const source = sourceOf(kind, column, text, next);
  const yaml = parseYaml(source, (name) => table.get(name)?.anchors.get(name));
  const { wanted } = yaml;
  const needs = wanted.size > 0 ? new Map([...wanted].map((name) => [name, table.get(name)])) : NOTHING;
  const needed = neededBy(needs);
  const isSound =
    yaml.problems.length + yaml.damage.length + yaml.twice.length === 0 &&
    hasOwnKeyAlone(yaml, kind, next) &&
    canBeNeeded(needed);
  return new ParsedPiece(kind, key, column, text, next, isSound, yaml, needs, needed);
}

/** The text that a piece is parsed as. */
function sourceOf(kind: CutKind, column: number, text: string, next: Piece['next']): string {
  // Of a `services:` line there is nothing more to know.
  if (kind === 'head') return SERVICES;
  const after = next === 'end' ? '' : `${next === 'service' ? ' '.repeat(column) : ''}${NEXT}`;
  return `${SERVICES.slice(0, leadOf(kind))}${text}${after}`;
}

function leadOf(kind: CutKind): number {
  return kind === 'service' ? SERVICES.length : 0;
}

/** False where the parser found more keys beside the piece's own than the lines show: `  : value` is one. */
function hasOwnKeyAlone({ roots }: YamlFile, kind: CutKind, next: Piece['next']): boolean {
  const [root] = roots;
  if (roots.length !== 1 || !isMap(root)) return false;
  if (kind !== 'service') return root.items.length === (kind === 'head' || next === 'end' ? 1 : 2);
  const services = root.items[0]?.value;
  const beside = next === 'service' ? 1 : 0;
  const after = next === 'service' || next === 'end' ? 0 : 1;
  return isMap(services) && services.items.length === 1 + beside && root.items.length === 1 + after;
}

/** True where `piece` would be the same after other pieces. */
export function fitsBehind({ needs }: Piece, table: AnchorTable): boolean {
  for (const [name, piece] of needs) if (table.get(name) !== piece) return false;
  return true;
}

function neededBy(needs: Piece['needs']): readonly Piece[] {
  if (needs.size === 0) return [];
  return [...new Set([...needs.values()].flatMap((piece) => (piece ? [piece, ...piece.needed] : [])))];
}

function canBeNeeded(pieces: readonly Piece[]): boolean {
  if (pieces.length === 0) return true;
  const length = pieces.reduce((sum, { text }) => sum + text.length, 0);
  // What a tag takes out, it takes out wherever an alias repeats it.
  const hasTags = pieces.some(({ text }) => /!(?:reset|override)\b/.test(text));
  return length <= MAX_NEEDED && pieces.length <= MAX_NEEDED_PIECES && !hasTags;
}

/** Most pieces have no anchors, and need none. */
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

class ParsedPiece implements Piece {
  readonly brackets: BracketWalk;
  readonly problems: readonly YamlProblem[];
  readonly damage: readonly number[];
  readonly anchors: ReadonlyMap<string, Node>;
  readonly lineCount: number;
  readonly #trees: PieceTree[] = [];
  #word: string | undefined;
  #hasWord = false;
  #lines: LineIndex | undefined;
  #outline: OutlinePart | undefined;

  constructor(
    readonly kind: CutKind,
    readonly key: string,
    readonly column: number,
    readonly text: string,
    readonly next: Piece['next'],
    readonly isSound: boolean,
    readonly yaml: YamlFile,
    readonly needs: Piece['needs'],
    readonly needed: readonly Piece[],
  ) {
    this.brackets = bracketWalk(text);
    this.problems = yaml.problems;
    this.damage = yaml.damage;
    this.anchors = yaml.anchors.size > 0 ? yaml.anchors : NOTHING;
    this.lineCount = countLines(text);
  }

  get lead(): number {
    return leadOf(this.kind);
  }

  get lines(): LineIndex {
    this.#lines ??= lineIndex(this.text);
    return this.#lines;
  }

  get outline(): OutlinePart {
    this.#outline ??= outlinePart(this.kind, this.key, this.yaml);
    return this.#outline;
  }

  mentions(word: string): boolean {
    if (word !== this.#word) {
      this.#word = word;
      this.#hasWord = this.text.includes(word);
    }
    return this.#hasWord;
  }

  tree(file: string, directory: string | undefined, lookup: Lookup): PieceTree {
    const trees = this.#trees;
    const at = trees.findIndex(
      (tree) => tree.file === file && tree.directory === directory && tree.lookup === lookup,
    );
    const known = trees[at] ?? pieceTree(this, this.yaml, { file, directory, lookup });
    if (at !== 0) {
      if (at > 0) trees.splice(at, 1);
      trees.unshift(known);
      trees.length = Math.min(trees.length, MAX_TREES);
    }
    return known;
  }
}

function pieceTree(
  piece: Piece,
  yaml: YamlFile,
  reading: Pick<PieceTree, 'file' | 'directory' | 'lookup'>,
): PieceTree {
  const { kind, key, needs } = piece;
  const { file, directory, lookup } = reading;
  const [root] = yaml.roots;
  if (!root) throw new Error('a piece that is not sound has no tree');
  const outer = (node: Node): Tree => {
    const needed = needs.get(yaml.outer.get(node) ?? '');
    if (!needed) throw new Error('a piece that is not sound has no tree');
    return needed.tree(file, directory, lookup).treeOf(node);
  };
  const { treeOf, ...document } = readTree(root, { yaml, block: piece, outer, ...reading });
  const whole = document.root as MapTree;
  const around = kind === 'service' ? (whole.entries.get('services')?.value as MapTree) : whole;
  return { ...reading, document, around, entry: around.entries.get(key), treeOf };
}
