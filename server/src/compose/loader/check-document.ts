/** What of a document can be read as a compose model; what can't is told and left out. */

import type { ParsedFile } from '../document/document';
import { type Mending, pathsIn } from '../document/error-recovery';
import { type MapTree, mapWith, type Tree, type TreeEntry } from '../node/node';
import type { Loading } from './context';
import { describe } from './read-service';

/** A document's mapping with services that are mappings; what isn't is told and left out. */
export function checkDocument(
  root: Tree,
  file: string,
  { text, damage, twice, mended }: ParsedFile,
  loading: Loading,
): MapTree | undefined {
  // After a syntax error the tree is the parser's guess: what looks wrong in it is no second mistake.
  const refuse: Loading['problem'] = (message, span) => {
    if (damage.length === 0) loading.problem(message, span);
  };
  if (root.kind !== 'map') {
    refuse(`A compose file is a mapping with \`services:\`; this one is ${describe(root)}.`, root.span);
    return undefined;
  }
  const list = root.entries.get('services');
  if (!list || list.value.kind === 'null') return root;
  if (list.value.kind !== 'map') {
    refuse(`\`services\` must be a mapping of service names, not ${describe(list.value)}.`, list.value.span);
    return withEntry(root, 'services', undefined);
  }
  if (!mended && isWhole(list.value, damage, twice)) return root;
  const services = new Map(list.value.entries);
  const startOf = ({ key }: TreeEntry) => loading.locate(key).start;
  const starts = [...services.values()].map(startOf).sort((a, b) => a - b);
  const endOf = (start: number) => (starts.find((other) => other > start) ?? Number.MAX_SAFE_INTEGER) - 1;
  const places = mended ? starts.map((start) => ({ start, end: endOf(start) })) : [];
  let refused = false;
  for (const [name, entry] of services) {
    const { key, value } = entry;
    if (value.kind !== 'map' && value.kind !== 'null') {
      // Told one by one: a name left out makes every field of a service look like a service.
      if (!refused) {
        refuse(
          `The service ${name} must be a mapping (\`image:\`, \`volumes:\`, …), not ${describe(value)}.`,
          value.span,
        );
      }
      refused = true;
      services.delete(name);
      continue;
    }
    const from = startOf(entry);
    const end = endOf(from);
    const damaged = key.file === file && damage.some((start) => start >= from && start <= end);
    // Which of two lists counts isn't known, and what is in neither of them isn't either.
    const doubtful = twice.some(
      (start) => start >= from && start <= end && /^["']?(volumes|secrets|configs)\b/.test(text.slice(start)),
    );
    const unread =
      mended && key.file === file ? unreadPaths(text, mended, { start: from, end }, places) : undefined;
    if (damaged || doubtful || unread) {
      const { span, directory, lookup } = value;
      const empty: MapTree = { kind: 'map', span, directory, lookup, entries: new Map() };
      const whole = value.kind === 'map' ? value : empty;
      const isDamaged = damaged || doubtful || undefined;
      services.set(name, { key, value: mapWith(whole, whole.entries, isDamaged, unread) });
    }
  }
  return withEntry(root, 'services', { ...list, value: mapWith(list.value, services) });
}

/**
 * What `Tree.unread` is of a service that stands at `service`: of the one with the line that wasn't read, every path
 * that it names. Others can have what the line says only by an anchor.
 */
function unreadPaths(
  text: string,
  mended: Mending,
  service: Stretch,
  all: readonly Stretch[],
): string[] | undefined {
  const isIn = ({ start, end }: Stretch) => mended.start >= start && mended.start <= end;
  if (isIn(service)) return pathsIn(text.slice(service.start, service.end + 1));
  const holder = all.find(isIn);
  const isShared = !holder || text.slice(holder.start, holder.end + 1).includes('&');
  return isShared ? pathsIn(text.slice(mended.start, mended.end)) : undefined;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** True where every service is a mapping or empty, and nothing in the file is in doubt. */
function isWhole({ entries }: MapTree, damage: readonly number[], twice: readonly number[]): boolean {
  if (damage.length + twice.length > 0) return false;
  for (const { value } of entries.values()) if (value.kind !== 'map' && value.kind !== 'null') return false;
  return true;
}

function withEntry(map: MapTree, key: string, entry: TreeEntry | undefined): MapTree {
  const entries = new Map(map.entries);
  if (entry) entries.set(key, entry);
  else entries.delete(key);
  return mapWith(map, entries);
}
