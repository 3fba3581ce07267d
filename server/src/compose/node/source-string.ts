/** Strings of compose files that know, character by character, where they were written. */
import type { Scalar } from 'yaml';
import { interpolate, type Lookup } from '../syntax/interpolation';
import { type PlainScalar, plainScalar } from '../syntax/plain-scalar';
import type { Span, Text, UnresolvedVariable } from '../types';
import type { BlockSpan } from './span';

export interface SourcedString {
  /** After interpolation. */
  readonly value: string;
  /** Before interpolation, quotes removed. */
  readonly raw: string;
  /** What it is to YAML; quoted text is text, whatever it says. */
  readonly type: PlainScalar['type'];
  readonly unresolved: readonly UnresolvedVariable[];
  readonly errors: readonly { readonly message: string; readonly span: Span }[];
  /** Where `value.slice(from, to)` was written: as narrow as can be told, the whole scalar if it can't. */
  spanOf(from: number, to: number): Span;
  /** What was written for `value.slice(from, to)`, variables not replaced. */
  rawOf(from: number, to: number): string;
  /** A part of it with its place. */
  text(from: number, to: number): Text;
}

/** A text without variables that stands at `place` letter by letter. */
export function literalText(value: string, place: BlockSpan): SourcedString {
  const { start } = place;
  const spanOf = (from: number, to: number) => ({ ...place, start: start + from, end: start + to });
  const rawOf = (from: number, to: number) => value.slice(from, to);
  const text = (from: number, to: number): Text => {
    return { value: rawOf(from, to), raw: rawOf(from, to), span: spanOf(from, to) };
  };
  return { value, raw: value, type: 'string', unresolved: [], errors: [], spanOf, rawOf, text };
}

/** A scalar's text and variables, written at `whole` in `source`. Numbers read as Go prints them. */
export function sourcedString(
  scalar: Scalar,
  whole: BlockSpan,
  source: string,
  lookup: Lookup,
): SourcedString {
  const { file, start, end, block } = whole;
  const written = source.slice(start, end);
  const { decoded, offsets } = decode(scalar, written, start);
  const done = interpolate(decoded, lookup);
  const place = (rawFrom: number, rawTo: number): BlockSpan => {
    if (offsets === undefined) return whole;
    if (typeof offsets === 'number') return { file, start: offsets + rawFrom, end: offsets + rawTo, block };
    return { file, start: offsets[rawFrom] ?? start, end: offsets[rawTo] ?? end, block };
  };
  const toRaw = (from: number, to: number): [number, number] => {
    if (done.pieces.length === 0) return [0, decoded.length];
    let rawFrom: number | undefined;
    let rawTo = 0;
    for (const piece of done.pieces) {
      const touches = piece.to > from && piece.from < to;
      // A variable without value takes no room; it belongs to the part that it stands in or ends.
      const vanished = piece.from === piece.to && piece.from >= from && piece.from <= to;
      if (!touches && !vanished) continue;
      const first = piece.literal ? piece.rawFrom + Math.max(0, from - piece.from) : piece.rawFrom;
      rawFrom ??= first;
      rawTo = piece.literal ? piece.rawFrom + Math.min(piece.to, to) - piece.from : piece.rawTo;
    }
    if (rawFrom !== undefined) return [rawFrom, Math.max(rawFrom, rawTo)];
    // Nothing of it was written as such: the place where it would stand.
    const before = done.pieces.filter((piece) => piece.to <= from).at(-1);
    return [before?.rawTo ?? 0, before?.rawTo ?? 0];
  };
  return {
    value: done.value,
    raw: decoded,
    unresolved: done.unresolved.map(({ name, from, to, required }) => ({
      name,
      span: place(from, to),
      ...(required ? { required } : {}),
    })),
    type: isPlain(scalar) ? plainOf(scalar, written).type : 'string',
    errors: done.errors.map(({ message, from, to }) => ({ message, span: place(from, to) })),
    spanOf: (from, to) => place(...toRaw(from, to)),
    rawOf: (from, to) => decoded.slice(...toRaw(from, to)),
    text(from, to) {
      const [rawFrom, rawTo] = toRaw(from, to);
      return {
        value: done.value.slice(from, to),
        raw: decoded.slice(rawFrom, rawTo),
        span: place(rawFrom, rawTo),
      };
    },
  };
}

function isPlain({ type }: Scalar): boolean {
  return type === 'PLAIN' || type === undefined;
}

function plainOf(scalar: Scalar, written: string): PlainScalar {
  const text = scalar.source ?? (typeof scalar.value === 'string' ? scalar.value : written);
  // A tag says that it is text after all.
  return scalar.tag?.endsWith(':str') ? { type: 'string', text } : plainScalar(text);
}

/**
 * The scalar's text before interpolation, and for each of its characters the offset in the file: a number where
 * the text stands there unchanged, a list (one longer than the text) where escapes shorten it, undefined where
 * lines were folded.
 */
function decode(
  scalar: Scalar,
  written: string,
  start: number,
): { decoded: string; offsets?: number | number[] } {
  if (isPlain(scalar)) {
    const decoded = plainOf(scalar, written).text;
    return decoded === written ? { decoded, offsets: start } : { decoded };
  }
  const decoded = String(scalar.value ?? '');
  const inner = written.slice(1, written.length > 1 ? -1 : undefined);
  if (scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE') {
    if (inner === decoded) return { decoded, offsets: start + 1 };
    if (/[\r\n]/.test(inner)) return { decoded };
    const offsets: number[] = [];
    const step = scalar.type === 'QUOTE_SINGLE' ? /''|[\s\S]/g : /\\(?:x..|u.{4}|U.{8}|[\s\S])|[\s\S]/g;
    for (const match of inner.matchAll(step)) {
      const length = match[0].startsWith('\\U') && Number.parseInt(match[0].slice(2), 16) > 0xffff ? 2 : 1;
      for (let i = 0; i < length; i++) offsets.push(start + 1 + match.index);
    }
    offsets.push(start + 1 + inner.length);
    return offsets.length === decoded.length + 1 ? { decoded, offsets } : { decoded };
  }
  return { decoded };
}
