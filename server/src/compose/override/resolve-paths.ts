/** Services of an extended or included file, whose paths count as resolved in the model that they become part of. */

import { scalarWith } from '../node/lazy-scalar';
import { listWith, type MapTree, mapWith, onceForEach, type Tree, type TreeEntry } from '../node/node';

/** `services`, a mapping of names, with its host paths marked. */
export function withResolvedPaths(services: MapTree): MapTree {
  return mapped(services, (service) => (service.kind === 'map' ? resolvedService(service) : service));
}

const resolvedService = onceForEach((service) =>
  mapped(service, (value, key) => {
    if (value.kind === 'scalar' && key === 'env_file') return resolved(value);
    if (value.kind !== 'list' || (key !== 'env_file' && key !== 'volumes')) return value;
    return listWith(
      value,
      value.items.map((item) => resolvedItem(item, key)),
    );
  }),
);

function resolvedItem(item: Tree, key: string): Tree {
  if (item.kind !== 'map') return resolved(item);
  if (key === 'env_file') return mapped(item, (value, name) => (name === 'path' ? resolved(value) : value));
  const type = item.entries.get('type')?.value;
  const isBind = type?.kind === 'scalar' && type.text.value === 'bind';
  return isBind ? mapped(item, (value, name) => (name === 'source' ? resolved(value) : value)) : item;
}

function resolved(tree: Tree): Tree {
  return tree.kind === 'scalar' && !tree.isResolved ? scalarWith(tree, { isResolved: true }) : tree;
}

function mapped(map: MapTree, change: (value: Tree, key: string) => Tree): MapTree {
  let entries: Map<string, TreeEntry> | undefined;
  for (const [key, entry] of map.entries) {
    const value = change(entry.value, key);
    if (value === entry.value) continue;
    entries ??= new Map(map.entries);
    entries.set(key, { ...entry, value });
  }
  return entries ? mapWith(map, entries) : map;
}

/**
 * Top-level `volumes` of an included file. The device of a bind mount is resolved where the volume is said to be one;
 * otherwise its path counts from `directory`, that of the model which it becomes part of.
 */
export function withResolvedDevices(volumes: MapTree, directory: string | undefined): MapTree {
  return mapped(volumes, (volume) => {
    const options = volume.kind === 'map' ? volume.entries.get('driver_opts')?.value : undefined;
    if (volume.kind !== 'map' || options?.kind !== 'map') return volume;
    const isBind = saying(volume, 'driver') === 'local' && saying(options, 'o') === 'bind';
    return mapped(volume, (value, key) => {
      if (key !== 'driver_opts' || value.kind !== 'map') return value;
      return mapped(value, (device, name) => {
        if (name !== 'device' || device.kind !== 'scalar' || device.isResolved) return device;
        return isBind ? resolved(device) : scalarWith(device, { directory });
      });
    });
  });
}

function saying(map: MapTree, key: string): string | undefined {
  const value = map.entries.get(key)?.value;
  return value?.kind === 'scalar' ? value.text.value : undefined;
}
