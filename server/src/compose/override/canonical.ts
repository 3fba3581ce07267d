/**
 * Lists of a service with one entry for each name or path, as compose-go's `override/uncity.go` and
 * `transform/canonical.go` make them.
 */

import { memo } from '../../cache/memo';
import { scalarWith } from '../node/lazy-scalar';
import { listWith, mapWith, type Tree, type TreeEntry, textOf } from '../node/node';
import { cleanTarget, splitShortVolume } from '../syntax/short-volume';
import type { Merging } from './context';
import { writtenPath } from './equal';

/** The model with the lists of its services made unique; networks become a mapping. */
export function canonical(model: Tree, merging: Merging): Tree {
  if (model.kind !== 'map') return model;
  const services = model.entries.get('services');
  if (services?.value.kind !== 'map') return model;
  const changed = new Map<string, TreeEntry>();
  for (const [name, { key, value }] of services.value.entries)
    changed.set(name, { key, value: canonicalService(value, merging) });
  const entries = new Map(model.entries);
  entries.set('services', { ...services, value: mapWith(services.value, changed) });
  return mapWith(model, entries);
}

type Index = (item: Tree, merging: Merging) => string | undefined;

const UNIQUE: Readonly<Record<string, Index>> = {
  volumes: volumeKey,
  environment: (item) => environmentKeyOf(item),
  env_file: (item, merging) => {
    const path = item.kind === 'scalar' ? item : textOf(item, 'path');
    return path && writtenPath(path, merging);
  },
  secrets: (item) => mountKey(item, '/run/secrets'),
  configs: (item) => mountKey(item, ''),
  profiles: (item) => environmentKeyOf(item),
};

/** Services made canonical, by what they were and the directory that paths in them were compared in. */
const known = memo(
  (_: Tree): { last?: { readonly directory: string | undefined; readonly service: Tree } } => ({}),
);

/** A service with its lists made unique. */
export function canonicalService(service: Tree, merging: Merging): Tree {
  const before = known(service).last;
  if (before && before.directory === merging.directory) return before.service;
  const result = uniqueLists(service, merging);
  known(service).last = { directory: merging.directory, service: result };
  return result;
}

function uniqueLists(service: Tree, merging: Merging): Tree {
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
    let items = uniqueItems(list.items, index, merging);
    // Targets count as they are written first, then cleaned: that decides which of several spellings stays.
    if (MERGED.has(key)) items = uniqueItems(items.map(merged), index, merging);
    if (items.length < list.items.length || items.some((item, i) => item !== list.items[i]))
      set(key, { ...entry, value: listWith(list, items) });
  }
  const networks = service.entries.get('networks');
  if (networks?.value.kind === 'list') set('networks', { ...networks, value: networkMap(networks.value) });
  return entries ? mapWith(service, entries) : service;
}

/** One item for each key: the last one, at the place of the first. Items without a key stay. */
function uniqueItems(items: readonly Tree[], index: Index, merging: Merging): readonly Tree[] {
  const result: Tree[] = [];
  const places = new Map<string, number>();
  for (const item of items) {
    const key = index(item, merging);
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

/** Lists whose short entries are long ones after a merge, as far as other entries are compared with them. */
const MERGED: ReadonlySet<string> = new Set(['volumes', 'secrets', 'configs', 'env_file']);

function merged(item: Tree): Tree {
  return item.kind === 'scalar' && !item.isMerged ? scalarWith(item, { isMerged: true }) : item;
}

function mountKey(item: Tree, directory: string): string | undefined {
  if (item.kind === 'scalar') return `${directory}/${item.text.value}`;
  if (item.kind !== 'map') return undefined;
  return textOf(item, 'target')?.text.value ?? `${directory}/${textOf(item, 'source')?.text.value ?? ''}`;
}

/** A list's items; a single value is a list of one. */
export function sequence(tree: Tree): readonly Tree[] {
  if (tree.kind === 'list') return tree.items;
  return tree.kind === 'scalar' ? [tree] : [];
}

/** `networks` as a mapping. */
export function networkMap(tree: Tree): Tree {
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
