/** Trees whose places are moved: a piece of a file is read once, and shown where it stands now. */
import type { Span, Text } from './model';
import { lazyScalar } from './scalar-tree';
import type { SourcedString } from './sourced-string';
import type { ListTree, MapTree, ScalarTree, Tree, TreeEntry } from './tree';

/** A place outside of the text that is moved: it stays where it is. */
class FixedSpan implements Span {
  constructor(
    readonly file: string,
    readonly start: number,
    readonly end: number,
  ) {}
}

/** A span in the same file, `by` characters further; of a tree that is fixed, the span itself. */
export function movedSpan(span: Span, by: number): Span {
  if (span instanceof FixedSpan) return span;
  const { file, start, end } = span;
  return { file, start: start + by, end: end + by };
}

/** `span` with another end. */
export function spanTo(span: Span, end: number): Span {
  const { file, start } = span;
  return span instanceof FixedSpan ? new FixedSpan(file, start, end) : { file, start, end };
}

/** How trees are moved. */
interface Move {
  readonly by: number;
  readonly span: (span: Span) => Span;
}

/** `tree` with all its places `by` characters further; all of it must be of one file. Nothing is read before it is asked for. */
export function movedTree(tree: Tree, by: number): Tree {
  return by === 0 ? tree : moved(tree, { by, span: (span) => movedSpan(span, by) });
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
export function originOf(tree: Tree): { readonly tree: Tree; readonly by: number } {
  const isMoved = tree instanceof MovedMap && !(tree.span instanceof FixedSpan);
  return isMoved ? { tree: tree.origin, by: tree.move.by } : { tree, by: 0 };
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
export function movedText({ value, raw, span }: Text, by: number): Text {
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
