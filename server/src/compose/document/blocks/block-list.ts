/** A file as the pieces it is cut into, brought from one text to the next: what an edit didn't touch stays as it is. */

import { detached } from '../../syntax/line-index';
import { areBracketsTooDeep, bracketWalk } from '../../yaml/nesting-limit';
import type { YamlProblem } from '../../yaml/parse-yaml';
import { createPiece, fitsBehind, type Piece } from './block';
import { type Cut, type CutState, cutsFrom, stateAfter } from './scan-blocks';
import { replaced } from './splice';

export interface Cutting {
  readonly text: string;
  /** In the order of the file, without gaps from the first one on. */
  readonly pieces: readonly Piece[];
  /** Offset of each piece. */
  readonly starts: readonly number[];
  /** A key of the file or of `services` stands there twice. */
  readonly hasTwins: boolean;
  /** Those that are no YAML by themselves. */
  readonly unsound: readonly Piece[];
  /** Brackets nest deeper than the parser may be asked to follow. */
  readonly isTooDeep: boolean;
  /** Words that were looked for, and that no piece has. */
  readonly absent: Set<string>;
  /** The number of each piece's first line, once somebody asked for it. */
  readonly lines: { firsts?: readonly number[] };
  /** The outlines of the pieces are those of the cutting that it was made from. */
  readonly before: Cutting | undefined;
}

/** Cuts `text`, which is often nearly that of `before`; undefined for a file that can't be cut. */
export function cut(text: string, before: Cutting | undefined): Cutting | undefined {
  return (before && recut(text, before)) ?? cutAnew(text, before);
}

/** True where the pieces, each parsed on its own, are what the whole file is. */
export function isSound({ pieces, hasTwins, unsound, isTooDeep }: Cutting): boolean {
  return !hasTwins && !isTooDeep && pieces.length > 0 && unsound.length === 0;
}

export interface Damage {
  readonly at: number;
  readonly problems: readonly YamlProblem[];
}

/**
 * The mistake of a file that is sound but for one piece, as the parser tells it of the whole file; undefined where it
 * reaches out of the piece.
 */
export function loneDamage(cutting: Cutting): Damage | undefined {
  const { pieces, starts, hasTwins, unsound, isTooDeep } = cutting;
  const [piece, ...more] = unsound;
  if (!piece || hasTwins || isTooDeep || more.length > 0) return undefined;
  const [damage, ...others] = piece.damage;
  const end = piece.lead + piece.text.length;
  const isInside = piece.problems.every((problem) => problem.start >= piece.lead && problem.end < end);
  if (damage === undefined || others.length > 0 || damage >= end || !isInside) return undefined;
  const by = (starts[pieces.indexOf(piece)] ?? 0) - piece.lead;
  const problems = piece.problems.map((each) => ({ ...each, start: each.start + by, end: each.end + by }));
  return { at: damage + by, problems };
}

function cutAnew(text: string, before: Cutting | undefined): Cutting | undefined {
  const cuts = cutsFrom(text, 0, { at: 'lead' });
  if (!cuts) return undefined;
  const pieces = piecesOf({ text, cuts, end: text.length, next: 'end', known: before?.pieces ?? [] });
  const starts = cuts.map(({ start }) => start);
  return {
    text,
    pieces,
    starts,
    hasTwins: hasTwins(pieces),
    unsound: pieces.filter(isUnsound),
    isTooDeep: isTooDeep(text, pieces, starts),
    absent: new Set(),
    lines: {},
    before: undefined,
  };
}

/** Looks at the lines around the edit alone; undefined where more than the pieces around it changed. */
function recut(text: string, before: Cutting): Cutting | undefined {
  const { pieces, starts } = before;
  const same = commonPrefix(before.text, text);
  const tail = commonSuffix(before.text, text, same);
  const by = text.length - before.text.length;
  const first = firstTouched(before, same);
  const from = first === 0 ? 0 : (starts[first] ?? 0);
  const state = stateBefore(pieces, first);
  let rest = pieces.length;
  const cuts = cutsFrom(text, from, state, (found) => {
    const place = countUpTo(starts, found.start - by) - 1;
    const known = pieces[place];
    const isBehind =
      found.start >= text.length - tail && place >= first && starts[place] === found.start - by;
    if (!isBehind || !known || known.kind !== found.kind || found.kind === 'head') return false;
    if (known.key !== found.key || known.column !== found.column) return false;
    rest = place;
    return true;
  });
  if (!cuts) return undefined;
  const isMet = rest < pieces.length;
  const own = isMet ? cuts.slice(0, -1) : cuts;
  const end = isMet ? (starts[rest] ?? 0) + by : text.length;
  const next = pieces[rest]?.kind ?? 'end';
  const known = pieces.slice(first, rest);
  // Each text of a file would be kept for the piece that its edit made.
  const fresh = piecesOf({ text, cuts: own, end, next, known, earlier: { pieces, first }, part: detached });
  // What follows may name anchors of the pieces that changed.
  if (!sameAnchors(known, fresh)) return undefined;
  const all = replaced(pieces, first, rest, fresh);
  const allStarts = replaced(
    starts,
    first,
    rest,
    own.map(({ start }) => start),
  );
  if (by !== 0)
    for (let i = first + own.length; i < allStarts.length; i++) allStarts[i] = (allStarts[i] ?? 0) + by;
  const isKeyed = sameKeys(pieces, first, rest, fresh);
  return {
    text,
    pieces: all,
    starts: allStarts,
    hasTwins: isKeyed ? before.hasTwins : hasTwins(all),
    unsound: before.unsound.length > 0 || fresh.some(isUnsound) ? all.filter(isUnsound) : before.unsound,
    isTooDeep: (before.isTooDeep || !nestsAlike(known, fresh)) && isTooDeep(text, all, allStarts),
    absent: new Set([...before.absent].filter((word) => !fresh.some((piece) => piece.mentions(word)))),
    lines: first > 0 && sameLines(known, fresh) ? before.lines : {},
    before: isKeyed && sameOutlines(pieces, first, fresh) ? before : undefined,
  };
}

function isUnsound({ isSound }: Piece): boolean {
  return !isSound;
}

function isAnchored({ anchors }: Piece): boolean {
  return anchors.size > 0;
}

function sameLines(known: readonly Piece[], fresh: readonly Piece[]): boolean {
  return (
    known.length === fresh.length &&
    known.every(({ lineCount }, index) => lineCount === fresh[index]?.lineCount)
  );
}

/** True where what is open behind `fresh` is what was open behind `known`, and in them no more is open at once. */
function nestsAlike(known: readonly Piece[], fresh: readonly Piece[]): boolean {
  const isClosed = ({ brackets: { end, least } }: Piece) => end === 0 && least === 0;
  const most = (pieces: readonly Piece[]) => Math.max(0, ...pieces.map(({ brackets }) => brackets.most));
  return known.every(isClosed) && fresh.every(isClosed) && most(fresh) <= most(known);
}

function isTooDeep(text: string, pieces: readonly Piece[], starts: readonly number[]): boolean {
  return areBracketsTooDeep(bracketWalk(text.slice(0, starts[0])), pieces);
}

/** The piece before the one in which the texts begin to differ: what follows it may be another one now. */
function firstTouched({ pieces, starts }: Cutting, at: number): number {
  let first = Math.max(0, countUpTo(starts, at) - 2);
  // A list of services is looked at from its head on, unless another service stands before.
  while (first > 0 && pieces[first]?.kind === 'service' && pieces[first - 1]?.kind !== 'service') first--;
  return first;
}

/** How many of `numbers`, which are sorted, aren't above `value`. */
export function countUpTo(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How the line of a piece was looked at. */
function stateBefore(pieces: readonly Piece[], index: number): CutState {
  const piece = pieces[index];
  if (index === 0 || !piece) return { at: 'lead' };
  return piece.kind === 'service' ? stateAfter(piece) : { at: 'top' };
}

interface Making {
  readonly text: string;
  readonly cuts: readonly Cut[];
  /** Where the last one ends, and what follows. */
  readonly end: number;
  readonly next: Piece['next'];
  /** Pieces of an earlier text, which may be among them. */
  readonly known: readonly Piece[];
  /** The pieces before them: the first of some. */
  readonly earlier?: { readonly pieces: readonly Piece[]; readonly first: number };
  /** Makes the text of a piece from the part of `text` that it is. */
  readonly part?: (text: string) => string;
}

function piecesOf({ text, cuts, end, next, known, earlier, part = asItIs }: Making): Piece[] {
  const byText = new Map(known.map((piece) => [piece.text, piece]));
  const table = new Map<string, Piece>();
  // Where nothing is named, it need not be known what could be.
  const [first, last] = [cuts[0]?.start ?? 0, end];
  if (earlier && text.slice(first, last).includes('*'))
    for (const piece of earlier.pieces.slice(0, earlier.first)) addAnchors(table, piece);
  return cuts.map((each, index) => {
    const after = cuts[index + 1];
    const own = text.slice(each.start, after?.start ?? end);
    const follows = after?.kind ?? next;
    const piece = byText.get(own);
    const isSame =
      piece?.kind === each.kind &&
      piece.key === each.key &&
      piece.column === each.column &&
      piece.next === follows &&
      fitsBehind(piece, table);
    const made = isSame ? piece : createPiece({ ...each, key: part(each.key) }, part(own), follows, table);
    addAnchors(table, made);
    return made;
  });
}

function asItIs(text: string): string {
  return text;
}

function addAnchors(table: Map<string, Piece>, piece: Piece): void {
  for (const name of piece.anchors.keys()) table.set(name, piece);
}

/** Where the text that each piece is parsed as would begin in the file. */
export function originsOf({ pieces, starts }: Cutting): ReadonlyMap<object, number> {
  const origins = new Map<object, number>();
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (piece) origins.set(piece, (starts[index] ?? 0) - piece.lead);
  }
  return origins;
}

/** Whether the same pieces have anchors, in the same order. */
function sameAnchors(before: readonly Piece[], now: readonly Piece[]): boolean {
  const [first, second] = [before, now].map((pieces) => pieces.filter(isAnchored));
  return (
    first?.length === second?.length && first?.every((piece, index) => piece === second?.[index]) === true
  );
}

function hasTwins(pieces: readonly Piece[]): boolean {
  const top = new Set<string>();
  const services = new Set<string>();
  return pieces.some(({ kind, key }) => {
    const keys = kind === 'service' ? services : top;
    const { size } = keys;
    return keys.add(key).size === size;
  });
}

function sameKeys(old: readonly Piece[], first: number, rest: number, fresh: readonly Piece[]): boolean {
  return (
    rest - first === fresh.length &&
    fresh.every(({ kind, key }, index) => {
      const before = old[first + index];
      return before?.kind === kind && before.key === key;
    })
  );
}

function sameOutlines(old: readonly Piece[], first: number, fresh: readonly Piece[]): boolean {
  return fresh.every((piece, index) => {
    const before = old[first + index];
    return (
      piece === before || (piece.isSound && before?.isSound && piece.outline.mark === before.outline.mark)
    );
  });
}

/** Characters that two texts begin with alike. Halves are compared as wholes: the engine does that in no time. */
function commonPrefix(a: string, b: string): number {
  let low = 0;
  let high = Math.min(a.length, b.length);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Characters that they end with alike, behind the first `from`. */
function commonSuffix(a: string, b: string, from: number): number {
  let low = 0;
  let high = Math.min(a.length, b.length) - from;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const same = a.slice(a.length - middle, a.length - low) === b.slice(b.length - middle, b.length - low);
    if (same) low = middle;
    else high = middle - 1;
  }
  return low;
}
