/** What of a document can be read as a compose model; what can't is reported and left out. */

import type { ParsedFile } from '../document/document';
import { pathsIn, type Recovery } from '../document/error-recovery';
import { type MapTree, mapWith, type Tree, type TreeEntry } from '../node/node';
import type { Loading } from './context';
import { describe } from './read-service';

/** A document's mapping with services that are mappings; what isn't is reported and left out. */
export function checkDocument(
  root: Tree,
  file: string,
  { text, syntaxErrors, duplicateKeys, recovery }: ParsedFile,
  loading: Loading,
): MapTree | undefined {
  // After a syntax error the tree is the parser's guess: what looks wrong in it is no second mistake.
  const refuse: Loading['problem'] = (message, span) => {
    if (syntaxErrors.length === 0) loading.problem(message, span);
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
  if (!recovery && isWhole(list.value, syntaxErrors, duplicateKeys)) return root;
  const services = new Map(list.value.entries);
  const startOf = ({ key }: TreeEntry) => loading.locate(key).start;
  const starts = [...services.values()].map(startOf).sort((a, b) => a - b);
  const endOf = (start: number) => (starts.find((other) => other > start) ?? Number.MAX_SAFE_INTEGER) - 1;
  const places = recovery ? starts.map((start) => ({ start, end: endOf(start) })) : [];
  let refused = false;
  for (const [name, entry] of services) {
    const { key, value } = entry;
    if (value.kind !== 'map' && value.kind !== 'null') {
      // Reported one by one: a name left out makes every field of a service look like a service.
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
    const isBroken = key.file === file && syntaxErrors.some((start) => start >= from && start <= end);
    // Which of two lists counts isn't known, and what is in neither of them isn't either.
    const doubtful = duplicateKeys.some(
      (start) => start >= from && start <= end && /^["']?(volumes|secrets|configs)\b/.test(text.slice(start)),
    );
    const unread =
      recovery && key.file === file ? unreadPaths(text, recovery, { start: from, end }, places) : undefined;
    if (isBroken || doubtful || unread) {
      const { span, directory, lookup } = value;
      const empty: MapTree = { kind: 'map', span, directory, lookup, entries: new Map() };
      const whole = value.kind === 'map' ? value : empty;
      const isPartial = isBroken || doubtful || undefined;
      services.set(name, { key, value: mapWith(whole, whole.entries, isPartial, unread) });
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
  recovery: Recovery,
  service: TextRange,
  all: readonly TextRange[],
): string[] | undefined {
  const isIn = ({ start, end }: TextRange) => recovery.start >= start && recovery.start <= end;
  if (isIn(service)) return pathsIn(text.slice(service.start, service.end + 1));
  const holder = all.find(isIn);
  const isShared = !holder || text.slice(holder.start, holder.end + 1).includes('&');
  return isShared ? pathsIn(text.slice(recovery.start, recovery.end)) : undefined;
}

interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** True where every service is a mapping or empty, and nothing in the file is in doubt. */
function isWhole(
  { entries }: MapTree,
  syntaxErrors: readonly number[],
  duplicateKeys: readonly number[],
): boolean {
  if (syntaxErrors.length + duplicateKeys.length > 0) return false;
  for (const { value } of entries.values()) if (value.kind !== 'map' && value.kind !== 'null') return false;
  return true;
}

function withEntry(map: MapTree, key: string, entry: TreeEntry | undefined): MapTree {
  const entries = new Map(map.entries);
  if (entry) entries.set(key, entry);
  else entries.delete(key);
  return mapWith(map, entries);
}
