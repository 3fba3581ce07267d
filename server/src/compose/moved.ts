/** Trees whose places are moved: a piece of a file is read once, and shown where it stands now. */
import type { Span, Text } from './model';
import { lazyScalar } from './scalar-tree';
import type { SourcedString } from './sourced-string';
import type { ListTree, MapTree, ScalarTree, Tree, TreeEntry } from './tree';

/** A span in the same file, `by` characters further. */
export function movedSpan({ file, start, end }: Span, by: number): Span {
  return { file, start: start + by, end: end + by };
}

/** `tree` with all its places `by` characters further; all of it must be of one file. Nothing is read before it is asked for. */
export function movedTree(tree: Tree, by: number): Tree {
  if (by === 0) return tree;
  switch (tree.kind) {
    case 'map':
      return new MovedMap(tree, by);
    case 'list':
      return new MovedList(tree, by);
    case 'scalar':
      return movedScalar(tree, by);
    case 'pair':
      return { ...tree, span: movedSpan(tree.span, by), entry: movedEntry(tree.entry, by) };
    case 'null': {
      const { span, directory, lookup, kind } = tree;
      return { span: movedSpan(span, by), directory, lookup, kind };
    }
  }
}

function movedEntry({ key, value }: TreeEntry, by: number): TreeEntry {
  return { key: movedSpan(key, by), value: movedTree(value, by) };
}

/** Where a tree is another one moved, that one: what is found out of it holds for both, but for the places. */
export function originOf(tree: Tree): { readonly tree: Tree; readonly by: number } {
  return tree instanceof MovedMap ? { tree: tree.origin, by: tree.by } : { tree, by: 0 };
}

/** Its parts are accessors, so it is never spread into another object: `mapWith` copies mappings. */
class MovedMap implements MapTree {
  readonly kind = 'map';
  #entries: ReadonlyMap<string, TreeEntry> | undefined;

  constructor(
    readonly origin: MapTree,
    readonly by: number,
  ) {}

  get span(): Span {
    return movedSpan(this.origin.span, this.by);
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
    for (const [key, entry] of this.origin.entries) entries.set(key, movedEntry(entry, this.by));
    this.#entries = entries;
    return entries;
  }
}

class MovedList implements ListTree {
  readonly kind = 'list';
  #items: readonly Tree[] | undefined;

  constructor(
    readonly origin: ListTree,
    readonly by: number,
  ) {}

  get span(): Span {
    return movedSpan(this.origin.span, this.by);
  }

  get directory() {
    return this.origin.directory;
  }

  get lookup() {
    return this.origin.lookup;
  }

  get items(): readonly Tree[] {
    this.#items ??= this.origin.items.map((item) => movedTree(item, this.by));
    return this.#items;
  }
}

function movedScalar(origin: ScalarTree, by: number): ScalarTree {
  const { span, directory, lookup } = origin;
  const place = { span: movedSpan(span, by), directory, lookup };
  return lazyScalar(place, () => movedString(origin.text, by), origin);
}

/** The text with its place moved. */
export function movedText({ value, raw, span }: Text, by: number): Text {
  return { value, raw, span: movedSpan(span, by) };
}

/** The string with its places moved; what its characters are stays. */
function movedString(text: SourcedString, by: number): SourcedString {
  return {
    value: text.value,
    raw: text.raw,
    type: text.type,
    unresolved: text.unresolved.map((each) => ({ ...each, span: movedSpan(each.span, by) })),
    errors: text.errors.map((each) => ({ ...each, span: movedSpan(each.span, by) })),
    spanOf: (from, to) => movedSpan(text.spanOf(from, to), by),
    rawOf: (from, to) => text.rawOf(from, to),
    text: (from, to) => movedText(text.text(from, to), by),
  };
}
