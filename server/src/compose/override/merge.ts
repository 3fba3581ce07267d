/**
 * Merging compose models as compose-go's `override` does: mappings by key, lists by concatenation, and a few fields
 * by rules of their own (`override/merge.go`, `override/uncity.go`). Of two values the one merged on top wins.
 */
import { memo } from '../../cache/memo';
import {
  type ListTree,
  listWith,
  type MapTree,
  mapWith,
  type ResetPath,
  type Tree,
  type TreeEntry,
} from '../node/node';
import { isInSameText } from '../node/span';
import type { Lookup } from '../syntax/interpolation';
import { canonical, networkMap, sequence } from './canonical';
import type { Merging } from './context';
import { sameValue } from './equal';

/** Merging goes no deeper: what matters here isn't. */
const MAX_DEPTH = 12;
/** Comparisons of two lists beyond this are an attack: nothing is found twice in them. */
const MAX_COMPARISONS = 250_000;

type Rule = (base: Tree, over: Tree, merging: Merging) => Tree;

const SERVICE_RULES: Readonly<Record<string, Rule>> = {
  environment: (base, over, { lookup }) =>
    listWith(over, [...pairsOf(base, lookup), ...pairsOf(over, lookup)]),
  env_file: (base, over, merging) => appended(over, sequence(base), sequence(over), merging),
  networks: (base, over, merging) => anyRule(networkMap(base), networkMap(over), merging, 0),
  command: (_, over) => over,
  entrypoint: (_, over) => over,
};

/** `over` merged on top of `base`, both whole models; their lists are made unique. */
export function mergeModels(base: Tree | undefined, over: Tree, merging: Merging): Tree {
  return canonical(base ? mergeTrees(base, over, merging) : over, merging);
}

/** The same with lists left as they come. */
export function mergeTrees(base: Tree, over: Tree, merging: Merging): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over.kind === 'null' ? base : over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    entries.set(key, before ? mergeEntry(key, before, entry, merging) : entry);
  }
  return mapWith(over, entries);
}

function mergeEntry(key: string, before: TreeEntry, entry: TreeEntry, merging: Merging): TreeEntry {
  if (key !== 'services') return join(before, entry, anyRule(before.value, entry.value, merging, 0));
  const [base, over] = [before.value, entry.value];
  if (base.kind !== 'map' || over.kind !== 'map') return over.kind === 'null' ? before : entry;
  const services = new Map(base.entries);
  for (const [name, service] of over.entries) {
    const other = services.get(name);
    services.set(
      name,
      other ? join(other, service, mergeServices(other.value, service.value, merging)) : service,
    );
  }
  return join(before, entry, mapWith(over, services));
}

/** The key is the one of what counts: an empty value on top changes nothing. */
function join(before: TreeEntry, entry: TreeEntry, value: Tree): TreeEntry {
  return { key: value === before.value ? before.key : entry.key, value };
}

/** One service merged on top of another, as by several files or by `extends`. */
export function mergeServices(base: Tree, over: Tree, merging: Merging): Tree {
  if (over.kind === 'null') return base;
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const kept = mergedServices(over)(base);
  const known = kept.last;
  if (known?.lookup === merging.lookup && known.directory === merging.directory) return known.service;
  const service = mergeMaps(base, over, merging);
  const { lookup, directory } = merging;
  kept.last = { lookup, directory, service };
  return service;
}

/** Services merged before, by the one on top and the one below. */
const mergedServices = memo((_over: Tree) =>
  memo((_base: Tree): { last?: Pick<Merging, 'lookup' | 'directory'> & { readonly service: Tree } } => ({})),
);

function mergeMaps(base: MapTree, over: MapTree, merging: Merging): Tree {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    if (!before) {
      entries.set(key, entry);
      continue;
    }
    const rule = SERVICE_RULES[key];
    const value = rule
      ? rule(before.value, entry.value, merging)
      : anyRule(before.value, entry.value, merging, 0);
    entries.set(key, join(before, entry, value));
  }
  const unread = base.unread && over.unread ? [...base.unread, ...over.unread] : (base.unread ?? over.unread);
  return mapWith(over, entries, base.isPartial || over.isPartial, unread);
}

/** What was merged already: aliases can repeat a mapping far more often than it is written. */
type Merged = Map<ReadonlyMap<string, TreeEntry>, Map<ReadonlyMap<string, TreeEntry>, MapTree['entries']>>;

function anyRule(base: Tree, over: Tree, merging: Merging, depth: number, known: Merged = new Map()): Tree {
  if (over.kind === 'null') return base;
  if (base.kind === 'list' && over.kind === 'list') return appended(over, base.items, over.items, merging);
  if (base.kind !== 'map' || over.kind !== 'map' || base.entries === over.entries || depth > MAX_DEPTH)
    return over;
  const before = known.get(base.entries)?.get(over.entries);
  if (before) return mapWith(over, before);
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const other = entries.get(key);
    entries.set(
      key,
      other ? join(other, entry, anyRule(other.value, entry.value, merging, depth + 1, known)) : entry,
    );
  }
  const byOver = known.get(base.entries) ?? new Map();
  known.set(base.entries, byOver.set(over.entries, entries));
  return mapWith(over, entries);
}

/** `over` after `base`; what `base` has already stays where it is. */
function appended(place: Tree, base: readonly Tree[], over: readonly Tree[], merging: Merging): ListTree {
  const items = [...base];
  for (const item of over) {
    const isCompared = items.length * over.length <= MAX_COMPARISONS;
    if (!isCompared || !items.some((other) => sameValue(other, item, merging))) items.push(item);
  }
  return listWith(place, items);
}

/** `environment` as a list; entries of a mapping keep their name and value apart. */
function pairsOf(tree: Tree, lookup: Lookup): readonly Tree[] {
  if (tree.kind !== 'map') return sequence(tree);
  return [...tree.entries].map(([name, entry]) => ({
    kind: 'pair',
    name,
    entry,
    span: spanOf(entry),
    directory: tree.directory,
    // What has no value is looked up in the model in which it becomes part of a list.
    lookup,
  }));
}

function spanOf({ key, value: { span } }: TreeEntry): TreeEntry['key'] {
  return { ...key, end: isInSameText(key, span) ? Math.max(key.end, span.end) : key.end };
}

/** `model` without what `resets` name: the values that a later file resets or overrides. */
export function withoutReset(model: Tree, resets: readonly ResetPath[]): Tree {
  if (model.kind !== 'map' || resets.length === 0) return model;
  const byKey = new Map<string, ResetPath[]>();
  for (const [key, ...rest] of resets) {
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), rest]);
  }
  const entries = new Map<string, TreeEntry>();
  for (const [key, entry] of model.entries) {
    const below = byKey.get(key);
    if (!below) entries.set(key, entry);
    else if (!below.some((path) => path.length === 0))
      entries.set(key, { ...entry, value: withoutReset(entry.value, below) });
  }
  return mapWith(model, entries);
}
