/**
 * A compose file as a tree whose every part knows where it was written: variables replaced, aliases and merge keys
 * followed, `!reset` and `!override` noted. Trees are never changed, so parts can be shared.
 */
import type { Lookup } from '../syntax/interpolation';
import type { SourcedString } from './source-string';
import type { BlockSpan } from './span';

export interface Written {
  /** Where it stands: for an alias, the alias. */
  readonly span: BlockSpan;
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
  readonly isPartial?: boolean;
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
  readonly key: BlockSpan;
  readonly value: Tree;
}

/** Keys from the root to a value that is taken out of what it is merged into. */
export type ResetPath = readonly string[];

export interface DocumentTree {
  readonly root: Tree;
  readonly resets: readonly ResetPath[];
  /** What can't be replaced in the document's values. */
  readonly errors: SourcedString['errors'];
}

/** `map` with other entries. A mapping can be one that is read only when it is asked for, so none is copied by its fields. */
export function mapWith(
  map: MapTree,
  entries: MapTree['entries'],
  isPartial = map.isPartial,
  unread = map.unread,
): MapTree {
  const { span, directory, lookup } = map;
  const syntaxErrors = { ...(isPartial ? { isPartial } : {}), ...(unread ? { unread } : {}) };
  return { kind: 'map', span, directory, lookup, entries, ...syntaxErrors };
}

/** A list at the place of `tree`, as `mapWith`. */
export function listWith({ span, directory, lookup }: Tree, items: readonly Tree[]): ListTree {
  return { kind: 'list', span, directory, lookup, items };
}

/** `change`, made once for each mapping. */
export function onceForEach(change: (map: MapTree) => Tree): (map: MapTree) => Tree {
  const known = new WeakMap<MapTree, Tree>();
  return (map) => {
    const changed = known.get(map) ?? change(map);
    known.set(map, changed);
    return changed;
  };
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
