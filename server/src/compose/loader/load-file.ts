/** Loading compose files into one model: documents, includes, extends, merging, in compose-go's order. */

import type { ParsedFile } from '../document/document';
import { type Mending, pathsIn } from '../document/error-recovery';
import { type DocumentTree, type MapTree, mapWith, type Tree, type TreeEntry } from '../node/node';
import { type Merging, mergeModels, withoutReset } from '../override/merge';
import type { Lookup } from '../syntax/interpolation';
import type { Loading } from './context';
import { extendServices } from './extends';
import { includeFiles } from './include';
import { describe } from './read-service';

/** A level of loading: the files named by the stack, or those of one `include`. */
export interface Level {
  readonly loading: Loading;
  readonly lookup: Lookup;
  /** Directory against which relative paths resolve; undefined for unsaved files. */
  readonly directory: string | undefined;
  /** The files that led here by `include`, outermost first. */
  readonly included: readonly string[];
  readonly role: 'merged' | 'included';
}

export function mergingOf({ lookup, directory, loading }: Level): Merging {
  return { lookup, directory, paths: loading.paths };
}

/** The model of files merged in order; undefined where none of them holds one. */
export async function loadFiles(
  files: readonly string[],
  level: Level,
  at?: Tree,
): Promise<Tree | undefined> {
  let model: Tree | undefined;
  for (const file of files) model = await loadFile(file, model, level, at);
  return model;
}

async function loadFile(
  file: string,
  before: Tree | undefined,
  level: Level,
  at: Tree | undefined,
): Promise<Tree | undefined> {
  const { loading } = level;
  const yaml = await loading.parse(file, at?.span);
  if (!yaml) return before;
  let model = before;
  for (const tree of yaml.trees(file, level.directory, level.lookup)) {
    for (const { message, span } of tree.errors) loading.problem(message, span);
    const own = checked(tree.root, file, yaml, loading);
    if (!own) continue;
    // What a file includes comes below what it says itself; what it extends may be included.
    const whole = await includeFiles(own, tree, file, level);
    declare(own, loading);
    const kept = model && withoutReset(model, tree.resets);
    forget(tree, model, loading);
    const extended = await extendServices(whole, tree, file, level);
    model = mergeModels(kept, extended, mergingOf(level));
  }
  // What a file is merged as comes before what else it is used for, and last comes what wins.
  if (loading.files.get(file)?.role !== 'merged') {
    loading.files.delete(file);
    loading.files.set(file, { file, text: yaml.text, directory: level.directory, role: level.role });
  }
  return model;
}

/** A document's mapping with services that are mappings; what isn't is told and left out. */
export function checked(
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
  const starts = [...services.values()].map(({ key }) => key.start).sort((a, b) => a - b);
  const endOf = (start: number) => (starts.find((other) => other > start) ?? Number.MAX_SAFE_INTEGER) - 1;
  const places = mended ? starts.map((start) => ({ start, end: endOf(start) })) : [];
  let refused = false;
  for (const [name, { key, value }] of services) {
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
    const end = endOf(key.start);
    const damaged = key.file === file && damage.some((start) => start >= key.start && start <= end);
    // Which of two lists counts isn't known, and what is in neither of them isn't either.
    const doubtful = twice.some(
      (start) =>
        start >= key.start && start <= end && /^["']?(volumes|secrets|configs)\b/.test(text.slice(start)),
    );
    const unread =
      mended && key.file === file ? unreadPaths(text, mended, { start: key.start, end }, places) : undefined;
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

function declare(model: MapTree, { declarations }: Loading): void {
  const services = model.entries.get('services')?.value;
  if (services?.kind !== 'map') return;
  for (const [name, { key }] of services.entries) {
    const known = declarations.get(name) ?? [];
    if (!known.some((span) => span.file === key.file && span.start === key.start)) known.push(key);
    declarations.set(name, known);
  }
}

/** A service that is reset as a whole is declared anew, if at all. */
function forget({ resets, root }: DocumentTree, before: Tree | undefined, { declarations }: Loading): void {
  if (!before) return;
  for (const [section, name, ...rest] of resets) {
    if (section !== 'services' || name === undefined || rest.length > 0) continue;
    const known = declarations.get(name);
    if (known)
      declarations.set(
        name,
        known.filter(({ file }) => file === root.span.file),
      );
  }
}
