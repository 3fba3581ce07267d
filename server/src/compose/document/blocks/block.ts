/**
 * One block of a file, parsed on its own: kept as long as its text stays, and that of the blocks whose anchors it
 * names, wherever they move to.
 */
import { isMap, type Node } from 'yaml';
import type { DocumentTree, MapTree, Tree, TreeEntry } from '../../node/node';
import { readTree } from '../../node/read-node';
import type { Lookup } from '../../syntax/interpolation';
import { countLines, type LineIndex, lineIndex } from '../../syntax/line-index';
import { type DeclarationsPart, declarationsOfPart } from '../../yaml/declarations';
import { type BracketWalk, bracketWalk } from '../../yaml/nesting-limit';
import { parseYaml, type YamlFile, type YamlProblem } from '../../yaml/parse-yaml';
import type { BlockKind } from './scan-blocks';

/** What is read of a block by variables and directory. Its spans count from the start of the text that the block is parsed as. */
export interface BlockTree {
  readonly file: string;
  readonly directory: string | undefined;
  readonly lookup: Lookup;
  readonly document: DocumentTree;
  /** The mapping that the key is part of: the file's root, or `services`. */
  readonly around: MapTree;
  /** The key and its value; undefined for a key that a tag takes out. */
  readonly entry: TreeEntry | undefined;
  /** An anchored node of the block, as part of another one. */
  treeOf(node: Node): Tree;
}

/** For the name of an anchor the last block before that has it. */
export type AnchorTable = ReadonlyMap<string, Block>;

export interface Block {
  readonly kind: BlockKind;
  readonly key: string;
  readonly column: number;
  readonly text: string;
  /** What follows: it decides where the block's last values end. */
  readonly next: BlockKind | 'end';
  /** Characters that stand before the block in `yaml.text`. */
  readonly lead: number;
  /** False where it isn't YAML by itself: then the file isn't read in blocks. */
  readonly isSound: boolean;
  /** What is wrong with it; offsets are those of the block read by itself, `lead` characters further than its own. */
  readonly problems: readonly YamlProblem[];
  readonly syntaxErrors: readonly number[];
  readonly brackets: BracketWalk;
  /** Those of its text; `lineCount` is known without counting them all anew. */
  readonly lines: LineIndex;
  readonly lineCount: number;
  /** What it adds to the file's declarations. */
  readonly declarations: DeclarationsPart;
  /** Its anchors, and what they stand at. */
  readonly anchors: ReadonlyMap<string, Node>;
  /** Names of anchors that it needs of blocks before it, and which block has each. */
  readonly needs: ReadonlyMap<string, Block | undefined>;
  /** Those blocks, and those that they need. */
  readonly needed: readonly Block[];
  tree(file: string, directory: string | undefined, lookup: Lookup): BlockTree;
  /** Whether its text has a word; looked for once as long as the word is the same. */
  mentions(word: string): boolean;
}

const SERVICES = 'services:\n';
/** Stands where the next block begins, so that what lies between belongs to the same as in the whole file. */
const NEXT = 'zz-next:\n';
/** Ways to read a block that are kept: a file can be part of two stacks, and be extended by a third one. */
const MAX_TREES = 4;
/**
 * Characters of all blocks whose anchors one block can name. Limits on what merge keys bring together count for whole
 * files, and can't be met below this.
 */
const MAX_NEEDED = 16_384;
/** Blocks whose anchors one block can name. */
const MAX_NEEDED_BLOCKS = 30;

export function createBlock(
  { kind, key, column }: Pick<Block, 'kind' | 'key' | 'column'>,
  text: string,
  next: Block['next'],
  table: AnchorTable,
): Block {
  const source = sourceOf(kind, column, text, next);
  const yaml = parseYaml(source, (name) => table.get(name)?.anchors.get(name));
  const { wanted } = yaml;
  const needs = wanted.size > 0 ? new Map([...wanted].map((name) => [name, table.get(name)])) : NOTHING;
  const needed = neededBy(needs);
  const isSound =
    yaml.problems.length + yaml.syntaxErrors.length + yaml.duplicateKeys.length === 0 &&
    hasOwnKeyAlone(yaml, kind, next) &&
    canBeNeeded(needed);
  return new ParsedBlock(kind, key, column, text, next, isSound, yaml, needs, needed);
}

/** The text that a block is parsed as. */
function sourceOf(kind: BlockKind, column: number, text: string, next: Block['next']): string {
  // Of a `services:` line there is nothing more to know.
  if (kind === 'head') return SERVICES;
  const after = next === 'end' ? '' : `${next === 'service' ? ' '.repeat(column) : ''}${NEXT}`;
  return `${SERVICES.slice(0, leadOf(kind))}${text}${after}`;
}

function leadOf(kind: BlockKind): number {
  return kind === 'service' ? SERVICES.length : 0;
}

/** False where the parser found more keys beside the block's own than the lines show: `  : value` is one. */
function hasOwnKeyAlone({ roots }: YamlFile, kind: BlockKind, next: Block['next']): boolean {
  const [root] = roots;
  if (roots.length !== 1 || !isMap(root)) return false;
  if (kind !== 'service') return root.items.length === (kind === 'head' || next === 'end' ? 1 : 2);
  const services = root.items[0]?.value;
  const beside = next === 'service' ? 1 : 0;
  const after = next === 'service' || next === 'end' ? 0 : 1;
  return isMap(services) && services.items.length === 1 + beside && root.items.length === 1 + after;
}

/** True where `block` would be the same after other blocks. */
export function fitsBehind({ needs }: Block, table: AnchorTable): boolean {
  for (const [name, block] of needs) if (table.get(name) !== block) return false;
  return true;
}

function neededBy(needs: Block['needs']): readonly Block[] {
  if (needs.size === 0) return [];
  return [...new Set([...needs.values()].flatMap((block) => (block ? [block, ...block.needed] : [])))];
}

function canBeNeeded(blocks: readonly Block[]): boolean {
  if (blocks.length === 0) return true;
  const length = blocks.reduce((sum, { text }) => sum + text.length, 0);
  // What a tag takes out, it takes out wherever an alias repeats it.
  const hasTags = blocks.some(({ text }) => /!(?:reset|override)\b/.test(text));
  return length <= MAX_NEEDED && blocks.length <= MAX_NEEDED_BLOCKS && !hasTags;
}

/** Most blocks have no anchors, and need none. */
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

class ParsedBlock implements Block {
  readonly brackets: BracketWalk;
  readonly problems: readonly YamlProblem[];
  readonly syntaxErrors: readonly number[];
  readonly anchors: ReadonlyMap<string, Node>;
  readonly lineCount: number;
  readonly #trees: BlockTree[] = [];
  #word: string | undefined;
  #hasWord = false;
  #lines: LineIndex | undefined;
  #declarations: DeclarationsPart | undefined;

  constructor(
    readonly kind: BlockKind,
    readonly key: string,
    readonly column: number,
    readonly text: string,
    readonly next: Block['next'],
    readonly isSound: boolean,
    readonly yaml: YamlFile,
    readonly needs: Block['needs'],
    readonly needed: readonly Block[],
  ) {
    this.brackets = bracketWalk(text);
    this.problems = yaml.problems;
    this.syntaxErrors = yaml.syntaxErrors;
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

  get declarations(): DeclarationsPart {
    this.#declarations ??= declarationsOfPart(this.kind, this.key, this.yaml);
    return this.#declarations;
  }

  mentions(word: string): boolean {
    if (word !== this.#word) {
      this.#word = word;
      this.#hasWord = this.text.includes(word);
    }
    return this.#hasWord;
  }

  tree(file: string, directory: string | undefined, lookup: Lookup): BlockTree {
    const trees = this.#trees;
    const at = trees.findIndex(
      (tree) => tree.file === file && tree.directory === directory && tree.lookup === lookup,
    );
    const known = trees[at] ?? blockTree(this, this.yaml, { file, directory, lookup });
    if (at !== 0) {
      if (at > 0) trees.splice(at, 1);
      trees.unshift(known);
      trees.length = Math.min(trees.length, MAX_TREES);
    }
    return known;
  }
}

function blockTree(
  block: Block,
  yaml: YamlFile,
  reading: Pick<BlockTree, 'file' | 'directory' | 'lookup'>,
): BlockTree {
  const { kind, key, needs } = block;
  const { file, directory, lookup } = reading;
  const [root] = yaml.roots;
  if (!root) throw new Error('a block that is not sound has no tree');
  const outer = (node: Node): Tree => {
    const needed = needs.get(yaml.outer.get(node) ?? '');
    if (!needed) throw new Error('a block that is not sound has no tree');
    return needed.tree(file, directory, lookup).treeOf(node);
  };
  const { treeOf, ...document } = readTree(root, { yaml, block, outer, ...reading });
  const whole = document.root as MapTree;
  const around = kind === 'service' ? (whole.entries.get('services')?.value as MapTree) : whole;
  return { ...reading, document, around, entry: around.entries.get(key), treeOf };
}
