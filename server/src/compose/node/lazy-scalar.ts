/** Scalars of trees, whose text is read only when it is asked for: most values of a file never are. */
import type { Lookup } from '../syntax/interpolation';
import type { ScalarTree, Written } from './node';
import type { SourcedString } from './source-string';
import type { BlockSpan } from './span';

/** A scalar whose text is read when it is asked for, once. */
export function lazyScalar(
  place: Written,
  read: () => SourcedString,
  marks: Pick<ScalarTree, 'isMerged' | 'isResolved'> = {},
): ScalarTree {
  return new LazyScalar(place, read, marks);
}

/** `scalar` with other marks, or another directory. */
export function scalarWith(
  scalar: ScalarTree,
  change: Partial<Pick<ScalarTree, 'isMerged' | 'isResolved' | 'directory'>>,
): ScalarTree {
  const { span, directory, lookup, isMerged, isResolved } = scalar;
  const marks = { isMerged, isResolved, ...change };
  return new LazyScalar({ span, directory, lookup, ...change }, () => scalar.text, marks);
}

/** A class, since an object with accessors of its own takes ten times the room and the time. */
class LazyScalar implements ScalarTree {
  readonly kind = 'scalar';
  readonly span: BlockSpan;
  readonly directory: string | undefined;
  readonly lookup: Lookup;
  readonly isMerged: boolean | undefined;
  readonly isResolved: boolean | undefined;
  #read: (() => SourcedString) | undefined;
  #text: SourcedString | undefined;

  constructor(
    { span, directory, lookup }: Written,
    read: () => SourcedString,
    { isMerged, isResolved }: Pick<ScalarTree, 'isMerged' | 'isResolved'>,
  ) {
    this.span = span;
    this.directory = directory;
    this.lookup = lookup;
    this.isMerged = isMerged;
    this.isResolved = isResolved;
    this.#read = read;
  }

  get text(): SourcedString {
    if (this.#read) {
      this.#text = this.#read();
      this.#read = undefined;
    }
    return this.#text as SourcedString;
  }

  get type(): ScalarTree['type'] {
    return this.text.type;
  }
}
