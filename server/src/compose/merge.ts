/**
 * Merging compose models as compose-go's `override` does: mappings by key, lists by concatenation, and a few fields
 * by rules of their own (`override/merge.go`, `override/uncity.go`). Of two values the one merged on top wins.
 */
import type { Lookup } from './interpolation';
import { cleanTarget, splitShortVolume } from './short-volume';
import type { ListTree, MapTree, ResetPath, Tree, TreeEntry } from './tree';
import { textOf } from './tree';

/** Merging goes no deeper: what matters here isn't. */
const MAX_DEPTH = 12;

type Rule = (base: Tree, over: Tree, lookup: Lookup) => Tree;

const SERVICE_RULES: Readonly<Record<string, Rule>> = {
  environment: (base, over, lookup) => listOf(over, [...pairsOf(base, lookup), ...pairsOf(over, lookup)]),
  env_file: (base, over) => listOf(over, [...sequence(base), ...sequence(over)]),
  networks: (base, over) => anyRule(networkMap(base), networkMap(over), 0),
  command: (_, over) => over,
  entrypoint: (_, over) => over,
};

/** `over` merged on top of `base`, both whole models; their lists are made unique. */
export function mergeModels(base: Tree | undefined, over: Tree, lookup: Lookup): Tree {
  if (base?.kind !== 'map' || over.kind !== 'map')
    return over.kind === 'null' && base ? base : canonical(over);
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    entries.set(key, before ? mergeEntry(key, before, entry, lookup) : entry);
  }
  return canonical({ ...over, entries });
}

function mergeEntry(key: string, before: TreeEntry, entry: TreeEntry, lookup: Lookup): TreeEntry {
  if (key !== 'services') return join(before, entry, anyRule(before.value, entry.value, 0));
  const [base, over] = [before.value, entry.value];
  if (base.kind !== 'map' || over.kind !== 'map') return over.kind === 'null' ? before : entry;
  const services = new Map(base.entries);
  for (const [name, service] of over.entries) {
    const other = services.get(name);
    services.set(
      name,
      other ? join(other, service, mergeServices(other.value, service.value, lookup)) : service,
    );
  }
  return join(before, entry, { ...over, entries: services });
}

/** The key is the one of what counts: an empty value on top changes nothing. */
function join(before: TreeEntry, entry: TreeEntry, value: Tree): TreeEntry {
  return { key: value === before.value ? before.key : entry.key, value };
}

/** One service merged on top of another, as by several files or by `extends`. */
export function mergeServices(base: Tree, over: Tree, lookup: Lookup): Tree {
  if (over.kind === 'null') return base;
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    if (!before) {
      entries.set(key, entry);
      continue;
    }
    const rule = SERVICE_RULES[key];
    const value = rule ? rule(before.value, entry.value, lookup) : anyRule(before.value, entry.value, 0);
    entries.set(key, join(before, entry, value));
  }
  return { ...over, entries };
}

/** What was merged already: aliases can repeat a mapping far more often than it is written. */
type Merged = Map<ReadonlyMap<string, TreeEntry>, Map<ReadonlyMap<string, TreeEntry>, MapTree['entries']>>;

function anyRule(base: Tree, over: Tree, depth: number, known: Merged = new Map()): Tree {
  if (over.kind === 'null') return base;
  if (base.kind === 'list' && over.kind === 'list') return listOf(over, [...base.items, ...over.items]);
  if (base.kind !== 'map' || over.kind !== 'map' || base.entries === over.entries || depth > MAX_DEPTH)
    return over;
  const before = known.get(base.entries)?.get(over.entries);
  if (before) return { ...over, entries: before };
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const other = entries.get(key);
    entries.set(key, other ? join(other, entry, anyRule(other.value, entry.value, depth + 1, known)) : entry);
  }
  const byOver = known.get(base.entries) ?? new Map();
  known.set(base.entries, byOver.set(over.entries, entries));
  return { ...over, entries };
}

function listOf(place: Tree, items: readonly Tree[]): ListTree {
  const { span, directory, lookup } = place;
  return { kind: 'list', span, directory, lookup, items };
}

/** `environment` as a list; entries of a mapping keep their name and value apart. */
function pairsOf(tree: Tree, lookup: Lookup): readonly Tree[] {
  if (tree.kind !== 'map') return sequence(tree);
  return [...tree.entries].map(([name, entry]) => ({
    kind: 'pair',
    name,
    entry,
    span: { ...entry.key, end: Math.max(entry.key.end, sameFile(entry) ? entry.value.span.end : 0) },
    directory: tree.directory,
    // What has no value is looked up in the model in which it becomes part of a list.
    lookup,
  }));
}

function sameFile({ key, value }: TreeEntry): boolean {
  return key.file === value.span.file;
}

function sequence(tree: Tree): readonly Tree[] {
  if (tree.kind === 'list') return tree.items;
  return tree.kind === 'scalar' ? [tree] : [];
}

function networkMap(tree: Tree): Tree {
  if (tree.kind === 'map') return tree;
  const entries = new Map<string, TreeEntry>();
  for (const item of sequence(tree)) {
    if (item.kind !== 'scalar') continue;
    const { span, directory, lookup } = item;
    entries.set(item.text.value, { key: span, value: { kind: 'null', span, directory, lookup } });
  }
  const { span, directory, lookup } = tree;
  return { kind: 'map', entries, span, directory, lookup };
}

/** The model with the lists of its services made unique; networks become a mapping. */
function canonical(model: Tree): Tree {
  if (model.kind !== 'map') return model;
  const services = model.entries.get('services');
  if (services?.value.kind !== 'map') return model;
  const changed = new Map<string, TreeEntry>();
  for (const [name, { key, value }] of services.value.entries)
    changed.set(name, { key, value: canonicalService(value) });
  const entries = new Map(model.entries);
  entries.set('services', { ...services, value: { ...services.value, entries: changed } });
  return { ...model, entries };
}

type Index = (item: Tree) => string | undefined;

const UNIQUE: Readonly<Record<string, Index>> = {
  volumes: volumeKey,
  environment: (item) => environmentKeyOf(item),
  env_file: (item) => (item.kind === 'scalar' ? item.text.value : textOf(item, 'path')?.text.value),
  secrets: (item) => mountKey(item, '/run/secrets'),
  configs: (item) => mountKey(item, ''),
  profiles: (item) => environmentKeyOf(item),
};

function canonicalService(service: Tree): MapTree | Tree {
  if (service.kind !== 'map') return service;
  let entries: Map<string, TreeEntry> | undefined;
  const set = (key: string, entry: TreeEntry) => {
    entries ??= new Map(service.entries);
    entries.set(key, entry);
  };
  for (const [key, index] of Object.entries(UNIQUE)) {
    const entry = service.entries.get(key);
    const list = entry?.value;
    if (entry === undefined || list?.kind !== 'list') continue;
    let items = uniqueItems(list.items, index);
    // Targets count as they are written first, then cleaned: that decides which of several spellings stays.
    if (key === 'volumes') items = uniqueItems(items.map(mergedVolume), index);
    if (items.length < list.items.length || items.some((item, i) => item !== list.items[i]))
      set(key, { ...entry, value: { ...list, items } });
  }
  const networks = service.entries.get('networks');
  if (networks?.value.kind === 'list') set('networks', { ...networks, value: networkMap(networks.value) });
  return entries ? { ...service, entries } : service;
}

/** One item for each key: the last one, at the place of the first. Items without a key stay. */
function uniqueItems(items: readonly Tree[], index: Index): readonly Tree[] {
  const result: Tree[] = [];
  const places = new Map<string, number>();
  for (const item of items) {
    const key = index(item);
    const place = key === undefined ? undefined : places.get(key);
    if (place !== undefined) result[place] = item;
    else {
      if (key !== undefined) places.set(key, result.length);
      result.push(item);
    }
  }
  return result;
}

/** The name of an entry of `environment`, and what tells entries of other plain lists apart. */
function environmentKeyOf(item: Tree): string | undefined {
  if (item.kind === 'pair') return item.name;
  return item.kind === 'scalar' ? item.text.value.split('=', 1)[0] : undefined;
}

function volumeKey(item: Tree): string | undefined {
  if (item.kind === 'map') return textOf(item, 'target')?.text.value;
  if (item.kind !== 'scalar') return undefined;
  const { value, unresolved } = item.text;
  const [first, second] = splitShortVolume(value, unresolved.length > 0) ?? [];
  const place = second ?? first;
  const target = place && value.slice(place.from, place.to);
  return target !== undefined && item.isMerged ? cleanTarget(target) : target;
}

function mergedVolume(item: Tree): Tree {
  return item.kind === 'scalar' && !item.isMerged ? { ...item, isMerged: true } : item;
}

function mountKey(item: Tree, directory: string): string | undefined {
  if (item.kind === 'scalar') return `${directory}/${item.text.value}`;
  if (item.kind !== 'map') return undefined;
  return textOf(item, 'target')?.text.value ?? `${directory}/${textOf(item, 'source')?.text.value ?? ''}`;
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
  return { ...model, entries };
}
