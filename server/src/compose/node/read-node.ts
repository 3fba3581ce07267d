/** Reads a YAML document as a tree. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Lookup } from '../syntax/interpolation';
import type { YamlFile } from '../yaml/parse-yaml';
import { lazyScalar } from './lazy-scalar';
import {
  type DocumentTree,
  entryOf,
  type MapTree,
  type ResetPath,
  type Tree,
  type TreeEntry,
  type Written,
} from './node';
import { type SourcedString, sourcedString } from './source-string';

export interface TreeOptions {
  readonly yaml: YamlFile;
  readonly file: string;
  /** The block that `yaml` is, of a file that is parsed in blocks. */
  readonly block?: object | undefined;
  readonly directory: string | undefined;
  readonly lookup: Lookup;
  /** The tree of a node of another text that an alias names, where it stands; none of it has tags. */
  readonly outer?: (node: Node) => Tree;
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
export function readTree(
  document: Node,
  { yaml, file, block, directory, lookup, outer }: TreeOptions,
): ReadTree {
  const resets: ResetPath[] = [];
  const errors: SourcedString['errors'][number][] = [];
  const known = new Map<Node, Tree>();

  const written = (node: Node): Written => {
    const [start, end] = node.range ?? [0, 0];
    return { span: { file, start, end, block }, directory, lookup };
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
    const scalar = lazyScalar(place, () => sourcedString(node as Scalar, place.span, yaml.text, lookup));
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
  function treeOf(node: Node): Tree {
    const tree = known.get(node) ?? content(node, 0);
    known.set(node, tree);
    return tree;
  }
  return { root, resets, errors, treeOf };
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
