/** Trees whose places are moved: a piece of a file is read once, and shown where it stands now. */
import type { Span, Text } from '../types';
import { lazyScalar } from './lazy-scalar';
import type { ListTree, MapTree, ScalarTree, Tree, TreeEntry } from './node';
import type { SourcedString } from './source-string';

/** A place outside of the text that is moved: it stays where it is. */
class FixedSpan implements Span {
  constructor(
    readonly file: string,
    readonly start: number,
    readonly end: number,
  ) {}
}

/** By how many characters places move: as many in every file, or in each of some files as many as are said of it. */
export type Shift = number | ReadonlyMap<string, number>;

/** A span in the same file, `by` characters further; of a tree that is fixed, the span itself. */
export function movedSpan(span: Span, by: Shift): Span {
  if (span instanceof FixedSpan) return span;
  const { file, start, end } = span;
  const far = typeof by === 'number' ? by : (by.get(file) ?? 0);
  return { file, start: start + far, end: end + far };
}

/** The way back. */
export function reversed(by: Shift): Shift {
  return typeof by === 'number' ? -by : new Map([...by].map(([file, far]) => [file, -far]));
}

/** `span` with another end. */
export function spanTo(span: Span, end: number): Span {
  const { file, start } = span;
  return span instanceof FixedSpan ? new FixedSpan(file, start, end) : { file, start, end };
}

/** How trees are moved. */
interface Move {
  readonly by: Shift;
  readonly span: (span: Span) => Span;
}

/**
 * `tree` with all its places `by` characters further; where that is a number, all of it must be of one file. Nothing is
 * read before it is asked for.
 */
export function movedTree(tree: Tree, by: Shift): Tree {
  return moved(tree, { by, span: (span) => movedSpan(span, by) });
}

/** `tree`, made of the origin of `other`, moved as that is. */
export function movedAs(other: Tree, tree: Tree): Tree {
  return isMoved(other) ? moved(tree, other.move) : tree;
}

/** As `movedTree`, for a tree that is made part of another one, and stays where it is when that is moved. */
export function fixedTree(tree: Tree, by: number): Tree {
  const span = (place: Span) => {
    if (place instanceof FixedSpan) return place;
    return new FixedSpan(place.file, place.start + by, place.end + by);
  };
  return moved(tree, { by, span });
}

function moved(tree: Tree, move: Move): Tree {
  if (tree.span instanceof FixedSpan) return tree;
  switch (tree.kind) {
    case 'map':
      return new MovedMap(tree, move);
    case 'list':
      return new MovedList(tree, move);
    case 'scalar':
      return movedScalar(tree, move);
    case 'pair':
      return { ...tree, span: move.span(tree.span), entry: movedEntry(tree.entry, move) };
    case 'null': {
      const { span, directory, lookup, kind } = tree;
      return { span: move.span(span), directory, lookup, kind };
    }
  }
}

function movedEntry({ key, value }: TreeEntry, move: Move): TreeEntry {
  return { key: move.span(key), value: moved(value, move) };
}

/** Where a tree is another one moved, that one: what is found out of it holds for both, but for the places. */
export function originOf(tree: Tree): { readonly tree: Tree; readonly by: Shift } {
  return isMoved(tree) ? { tree: tree.origin, by: tree.move.by } : { tree, by: 0 };
}

function isMoved(tree: Tree): tree is MovedMap {
  return tree instanceof MovedMap && !(tree.span instanceof FixedSpan);
}

/** By how many characters a moved mapping is moved in each of its files; undefined for one that isn't moved. */
export function shiftsOf(tree: Tree): ReadonlyMap<string, number> | undefined {
  if (!isMoved(tree)) return undefined;
  const { by } = tree.move;
  return typeof by === 'number' ? new Map([[tree.origin.span.file, by]]) : by;
}

/** How what is put together of two mappings' origins is moved; undefined where a file moves by two numbers. */
export function jointShift(one: Tree, other: Tree): Shift | undefined {
  const [first, second] = [shiftsOf(one), shiftsOf(other)];
  if (!first || !second) return undefined;
  const isOne = [...second].every(([file, by]) => (first.get(file) ?? by) === by);
  return isOne ? new Map([...first, ...second]) : undefined;
}

/** `change`, made once for all places that a mapping is moved to. */
export function ofOrigin(change: (map: MapTree) => Tree): (map: MapTree) => Tree {
  const known = new WeakMap<Tree, Tree>();
  return (map) => {
    const { tree: origin } = originOf(map);
    const changed = known.get(origin) ?? change(origin as MapTree);
    known.set(origin, changed);
    return changed === origin ? map : movedAs(map, changed);
  };
}

/** Its parts are accessors, so it is never spread into another object: `mapWith` copies mappings. */
class MovedMap implements MapTree {
  readonly kind = 'map';
  #entries: ReadonlyMap<string, TreeEntry> | undefined;

  constructor(
    readonly origin: MapTree,
    readonly move: Move,
  ) {}

  get span(): Span {
    return this.move.span(this.origin.span);
  }

  get directory() {
    return this.origin.directory;
  }

  get lookup() {
    return this.origin.lookup;
  }

  get isDamaged() {
    return this.origin.isDamaged;
  }

  get entries(): ReadonlyMap<string, TreeEntry> {
    if (this.#entries) return this.#entries;
    const entries = new Map<string, TreeEntry>();
    for (const [key, entry] of this.origin.entries) entries.set(key, movedEntry(entry, this.move));
    this.#entries = entries;
    return entries;
  }
}

class MovedList implements ListTree {
  readonly kind = 'list';
  #items: readonly Tree[] | undefined;

  constructor(
    readonly origin: ListTree,
    readonly move: Move,
  ) {}

  get span(): Span {
    return this.move.span(this.origin.span);
  }

  get directory() {
    return this.origin.directory;
  }

  get lookup() {
    return this.origin.lookup;
  }

  get items(): readonly Tree[] {
    this.#items ??= this.origin.items.map((item) => moved(item, this.move));
    return this.#items;
  }
}

function movedScalar(origin: ScalarTree, move: Move): ScalarTree {
  const { span, directory, lookup } = origin;
  const place = { span: move.span(span), directory, lookup };
  return lazyScalar(place, () => movedString(origin.text, move), origin);
}

/** The text with its place moved. */
export function movedText({ value, raw, span }: Text, by: Shift): Text {
  return { value, raw, span: movedSpan(span, by) };
}

/** The string with its places moved; what its characters are stays. */
function movedString(text: SourcedString, { span: move }: Move): SourcedString {
  return {
    value: text.value,
    raw: text.raw,
    type: text.type,
    unresolved: text.unresolved.map((each) => ({ ...each, span: move(each.span) })),
    errors: text.errors.map((each) => ({ ...each, span: move(each.span) })),
    spanOf: (from, to) => move(text.spanOf(from, to)),
    rawOf: (from, to) => text.rawOf(from, to),
    text(from, to) {
      const { value, raw, span } = text.text(from, to);
      return { value, raw, span: move(span) };
    },
  };
}
