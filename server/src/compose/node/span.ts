/** Where values of a file are written, so that they stay right when only lines above them come or go. */
import type { Span } from '../types';

/**
 * A span whose offsets count from the start of a block, for a file that is parsed in blocks; from the start of the file
 * where there is none. Trees hold no other spans, so a tree holds wherever its blocks move to.
 */
export interface BlockSpan extends Span {
  readonly block: object | undefined;
}

/** The same span counted from the start of its file. */
export type Locate = (span: Span) => Span;

/** Whether two spans are in one text, so that their offsets can be compared. */
export function isInSameText(a: Span, b: Span): boolean {
  return a.file === b.file && blockOf(a) === blockOf(b);
}

/** The block that the offsets of a span count from. */
export function blockOf(span: Span): object | undefined {
  return (span as Partial<BlockSpan>).block;
}
