/**
 * A compose file as a tree whose every part knows where it was written: variables replaced, aliases and merge keys
 * followed, `!reset` and `!override` noted. Trees are never changed, so parts can be shared.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Lookup } from '../syntax/interpolation';
import type { Span } from '../types';
import type { YamlFile } from '../yaml/parse-yaml';
import { lazyScalar } from './lazy-scalar';
import { type SourcedString, sourcedString } from './source-string';

export interface Written {
  /** Where it stands: for an alias, the alias. */
  readonly span: Span;
  /** Directory against which relative paths in it resolve; undefined for unsaved files. */
  readonly directory: string | undefined;
  /** The variables of the model that it is part of. */
  readonly lookup: Lookup;
}

export interface ScalarTree extends Written {
  readonly kind: 'scalar';
  readonly text: SourcedString;
  readonly type: 'string' | 'number' | 'boolean' | 'other';
  /** A short volume, secret … that went through a merge: it counts as the long one from then on, its target cleaned. */
  readonly isMerged?: boolean | undefined;
  /** A path of another file than those that are merged: it counts as resolved, relative to the model's directory. */
  readonly isResolved?: boolean | undefined;
}

export interface ListTree extends Written {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface MapTree extends Written {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** For a service: part of it could not be read, for a syntax error, or a base that could not be had. */
  readonly isDamaged?: boolean;
  /** For a service: a line of it was not read, and could mount something at one of these paths. */
  readonly unread?: readonly string[] | undefined;
}

/** An entry of a mapping that became part of a list: `environment` merged with that of another file. */
export interface PairTree extends Written {
  readonly kind: 'pair';
  readonly name: string;
  readonly entry: TreeEntry;
}

/** An empty value. */
export interface NullTree extends Written {
  readonly kind: 'null';
}

export type Tree = ScalarTree | ListTree | MapTree | PairTree | NullTree;

export interface TreeEntry {
  /** The key where it is written. */
  readonly key: Span;
  readonly value: Tree;
}

/** Keys from the root to a value that is taken out of what it is merged into. */
export type ResetPath = readonly string[];

export interface TreeOptions {
  readonly yaml: YamlFile;
  readonly file: string;
  readonly directory: string | undefined;
  readonly lookup: Lookup;
  /** The tree of a node of another text that an alias names, where it stands; none of it has tags. */
  readonly outer?: (node: Node) => Tree;
}

export interface DocumentTree {
  readonly root: Tree;
  readonly resets: readonly ResetPath[];
  /** What can't be replaced in the document's values. */
  readonly errors: SourcedString['errors'];
}

/** Deeper than this nobody writes; what is below is left out. */
const MAX_DEPTH = 60;
/** Paths of `!reset` beyond this are an attack: anchors can multiply them. */
export const MAX_RESETS = 10_000;

export interface ReadTree extends DocumentTree {
  /** The tree of a node of the document. */
  treeOf(node: Node): Tree;
}

/** Reads one document of a file. */
export function readTree(document: Node, { yaml, file, directory, lookup, outer }: TreeOptions): ReadTree {
  const resets: ResetPath[] = [];
  const errors: SourcedString['errors'][number][] = [];
  const known = new Map<Node, Tree>();

  const written = (node: Node): Written => {
    const [start, end] = node.range ?? [0, 0];
    return { span: { file, start, end }, directory, lookup };
  };

  /** Keys from the root to what is being read. */
  const path: string[] = [];

  function readAt(key: string, node: Node, depth: number): Tree | undefined {
    path.push(key);
    const tree = read(node, depth);
    path.pop();
    return tree;
  }

  function read(node: Node, depth: number): Tree | undefined {
    const target = yaml.resolve(node);
    if (target === undefined || depth > MAX_DEPTH) return { ...written(node), kind: 'null' };
    if (outer && yaml.outer.has(target)) return placedAt(outer(target), written(node));
    if (target.tag === '!reset' || target.tag === '!override') {
      if (resets.length < MAX_RESETS) resets.push([...path]);
      if (target.tag === '!reset') return undefined;
    }
    // What has no tags in it is the same wherever an alias or a merge key repeats it.
    const before = resets.length;
    const tree = known.get(target) ?? content(target, depth);
    if (resets.length === before) known.set(target, tree);
    return isAlias(node) ? placedAt(tree, written(node)) : tree;
  }

  function content(node: Node, depth: number): Tree {
    const place = written(node);
    if (isSeq(node)) {
      const items = (node.items as Node[]).flatMap((item, index) => {
        if (!item) return [];
        return readAt(String(index), item, depth + 1) ?? [];
      });
      return { ...place, kind: 'list', items };
    }
    if (isMap(node)) return mapOf(node, depth);
    if (!isScalar(node) || node.value === null) return { ...place, kind: 'null' };
    const [start, end] = node.range ?? [0, 0];
    // Most values of a file are never asked for.
    const scalar = lazyScalar(place, () => sourcedString(node as Scalar, file, yaml.text, lookup));
    // An escape can stand for the sign too.
    if (/[$\\]/.test(yaml.text.slice(start, end))) errors.push(...scalar.text.errors);
    return scalar;
  }

  function mapOf(node: YAMLMap, depth: number): MapTree {
    const entries = new Map<string, TreeEntry>();
    for (const { key, keyNode, written: value, outer: merged } of yaml.entries(node)) {
      if (merged && outer) {
        const entry = entryOf(outer(merged), key);
        if (entry) entries.set(key, entry);
        continue;
      }
      const place = written(keyNode).span;
      const tree = value
        ? readAt(key, value, depth + 1)
        : ({ span: place, directory, lookup, kind: 'null' } as const);
      if (tree) entries.set(key, { key: place, value: tree });
    }
    return { ...written(node), kind: 'map', entries };
  }

  const root = read(document, 0) ?? { ...written(document), kind: 'null' };
  return { root, resets, errors, treeOf: (node) => known.get(node) ?? content(node, 0) };
}

/** `map` with other entries. A mapping can be one that is read only when it is asked for, so none is copied by its fields. */
export function mapWith(
  map: MapTree,
  entries: MapTree['entries'],
  isDamaged = map.isDamaged,
  unread = map.unread,
): MapTree {
  const { span, directory, lookup } = map;
  const damage = { ...(isDamaged ? { isDamaged } : {}), ...(unread ? { unread } : {}) };
  return { kind: 'map', span, directory, lookup, entries, ...damage };
}

/** A list at the place of `tree`, as `mapWith`. */
export function listWith({ span, directory, lookup }: Tree, items: readonly Tree[]): ListTree {
  return { kind: 'list', span, directory, lookup, items };
}

/** `tree` as an alias repeats it at another place. */
function placedAt(tree: Tree, place: Written): Tree {
  switch (tree.kind) {
    case 'map':
      return { kind: 'map', ...place, entries: tree.entries };
    case 'list':
      return { kind: 'list', ...place, items: tree.items };
    case 'scalar':
      return lazyScalar(place, () => tree.text, tree);
    case 'pair':
      return { ...tree, ...place };
    case 'null':
      return { kind: 'null', ...place };
  }
}

/** The entry of a mapping; undefined for anything else. */
export function entryOf(tree: Tree | undefined, key: string): TreeEntry | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key) : undefined;
}

/** A field's value; undefined where it is missing or empty. */
export function fieldOf(tree: Tree | undefined, key: string): Tree | undefined {
  const value = entryOf(tree, key)?.value;
  return value?.kind === 'null' ? undefined : value;
}

/** A field's text; undefined where it is missing or no scalar. */
export function textOf(tree: Tree | undefined, key: string): ScalarTree | undefined {
  const value = fieldOf(tree, key);
  return value?.kind === 'scalar' ? value : undefined;
}
