/** One piece of a cut file, parsed on its own: kept as long as its text stays, wherever it moves to. */
import type { CutKind } from './cuts';
import type { Lookup } from './interpolation';
import { movedSpan, movedTree } from './moved';
import { type BracketWalk, bracketWalk } from './nesting';
import { type OutlinePart, outlinePart } from './outline';
import { type LineIndex, lineIndex } from './text';
import { type DocumentTree, type MapTree, readTree, type TreeEntry } from './tree';
import { parseYaml, type YamlFile } from './yaml-document';

/** What is read of a piece by variables and directory; offsets are those of `yaml.text`. */
export interface PieceTree {
  readonly file: string;
  readonly directory: string | undefined;
  readonly lookup: Lookup;
  readonly document: DocumentTree;
  /** The mapping that the key is part of: the file's root, or `services`. */
  readonly around: MapTree;
  /** The key and its value as they stand in `yaml.text`. */
  readonly origin: TreeEntry | undefined;
  /** The key and its value `by` characters further; undefined for a key that a tag takes out. */
  entry(by: number): TreeEntry | undefined;
}

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
  readonly brackets: BracketWalk;
  readonly lines: LineIndex;
  /** What the file's outline has of it. */
  readonly outline: OutlinePart;
  tree(file: string, directory: string | undefined, lookup: Lookup): PieceTree;
}

const SERVICES = 'services:\n';
/** Stands where the next piece begins, so that what lies between belongs to the same as in the whole file. */
const NEXT = 'zz-next:\n';
/** Ways to read a piece that are kept: a file can be part of two stacks, and be extended by a third one. */
const MAX_TREES = 4;

export function createPiece(
  { kind, key, column }: Pick<Piece, 'kind' | 'key' | 'column'>,
  text: string,
  next: Piece['next'],
): Piece {
  const lead = kind === 'service' ? SERVICES.length : 0;
  const after = next === 'end' ? '' : `${next === 'service' ? ' '.repeat(column) : ''}${NEXT}`;
  // Of a `services:` line there is nothing more to know.
  const yaml = parseYaml(kind === 'head' ? SERVICES : `${SERVICES.slice(0, lead)}${text}${after}`);
  const isSound =
    yaml.problems.length + yaml.damage.length + yaml.twice.length === 0 && yaml.roots.length === 1;
  return new ParsedPiece(kind, key, column, text, next, lead, isSound, yaml);
}

class ParsedPiece implements Piece {
  readonly brackets: BracketWalk;
  readonly #trees: PieceTree[] = [];
  #lines: LineIndex | undefined;
  #outline: OutlinePart | undefined;

  constructor(
    readonly kind: CutKind,
    readonly key: string,
    readonly column: number,
    readonly text: string,
    readonly next: Piece['next'],
    readonly lead: number,
    readonly isSound: boolean,
    readonly yaml: YamlFile,
  ) {
    this.brackets = bracketWalk(text);
  }

  get lines(): LineIndex {
    this.#lines ??= lineIndex(this.text);
    return this.#lines;
  }

  get outline(): OutlinePart {
    this.#outline ??= outlinePart(this.kind, this.key, this.yaml);
    return this.#outline;
  }

  tree(file: string, directory: string | undefined, lookup: Lookup): PieceTree {
    const trees = this.#trees;
    const at = trees.findIndex(
      (each) => each.file === file && each.directory === directory && each.lookup === lookup,
    );
    const known = trees[at] ?? pieceTree(this, this.yaml, file, directory, lookup);
    if (at !== 0) {
      if (at > 0) trees.splice(at, 1);
      trees.unshift(known);
      trees.length = Math.min(trees.length, MAX_TREES);
    }
    return known;
  }
}

function pieceTree(
  { kind, key }: Pick<Piece, 'kind' | 'key'>,
  yaml: YamlFile,
  file: string,
  directory: string | undefined,
  lookup: Lookup,
): PieceTree {
  const [root] = yaml.roots;
  if (!root) throw new Error('a piece that is not sound has no tree');
  const document = readTree(root, { yaml, file, directory, lookup });
  const whole = document.root as MapTree;
  const around = kind === 'service' ? (whole.entries.get('services')?.value as MapTree) : whole;
  const own = around.entries.get(key);
  // Where it stood last: most pieces stand there still.
  let placed: { readonly by: number; readonly entry: TreeEntry } | undefined;
  return {
    file,
    directory,
    lookup,
    document,
    around,
    origin: own,
    entry(by) {
      if (!own) return undefined;
      if (placed?.by !== by)
        placed = { by, entry: { key: movedSpan(own.key, by), value: movedTree(own.value, by) } };
      return placed.entry;
    },
  };
}
