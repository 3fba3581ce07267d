/**
 * The services of a file that is all of its stack, read in pieces: from one text to the next only those are read that
 * an edit touched, and what was found of the others is kept.
 */

import type { Piece, Places } from '../document/blocks/block';
import type { Cutting } from '../document/blocks/block-list';
import { replaced } from '../document/blocks/splice';
import { movedSpan } from '../node/shifted-node';
import type { ComposeProblem, Service } from '../types';
import { movedService } from './shifted-service';

/** One service as its piece has it. */
export interface PieceService {
  /** Its places are those of the piece's own text, unless `isPlaced`. */
  readonly service: Service;
  readonly problems: readonly ComposeProblem[];
  /** True where it has places of other pieces too, so that it stands as it is and can't be moved. */
  readonly isPlaced: boolean;
}

/** As `PieceService`; one that nobody is known to ask for is let go, and read again if somebody does. */
type Found = Omit<PieceService, 'service'> & { readonly service: Service | undefined };

/** One that nobody asks for, and has nothing wrong: what most services of a large file are. */
const LET_GO: Found = { service: undefined, problems: [], isPlaced: false };

/** What is asked of all services of a stack; it must rest on nothing but the service without its places. */
export type ServiceTest = (service: Service) => boolean;

export interface Reader {
  readonly file: string;
  /** What is going to be asked of the services: one that none of them holds for isn't kept. */
  readonly tests: readonly ServiceTest[];
  /** Reads the service of a piece that begins at `start`; undefined where more than the piece is needed for that. */
  readonly read: (piece: Piece, start: number) => PieceService | undefined;
}

/** The services of `services` that `test` holds for, in order. */
export function servicesWith(services: ReadonlyMap<string, Service>, test: ServiceTest): readonly Service[] {
  return services instanceof LoneServices ? services.matching(test) : [...services.values()].filter(test);
}

/** The services that can have anything at a place of another one: by an anchor, or by an element that both name. */
export function linkedServices(services: ReadonlyMap<string, Service>): readonly Service[] {
  return services instanceof LoneServices ? services.linked() : [...services.values()];
}

/** Offsets in `file` at which services begin, in order: their names, or the lines that these stand in. */
export function startsOfServices(services: ReadonlyMap<string, Service>, file: string): readonly number[] {
  if (services instanceof LoneServices) return services.startsIn(file);
  return [...services.values()]
    .flatMap(({ declarations }) => declarations)
    .flatMap((span) => (span.file === file ? span.start : []))
    .sort((a, b) => a - b);
}

/**
 * The services of a cut file; undefined where the reader can't read one. `before` is what was read of an earlier text
 * with the same variables, directory, top-level elements and places of anchors.
 */
export function loneServices(
  cutting: Cutting,
  reader: Reader,
  before: LoneServices | undefined,
): LoneServices | undefined {
  const { pieces, starts } = cutting;
  const old = before?.pieces ?? [];
  let first = 0;
  while (first < old.length && first < pieces.length && old[first] === pieces[first]) first++;
  let last = pieces.length;
  let oldLast = old.length;
  while (last > first && oldLast > first && old[oldLast - 1] === pieces[last - 1]) {
    last--;
    oldLast--;
  }
  const readAt = (index: number): Found | undefined => {
    const piece = pieces[index];
    const read = piece?.kind === 'service' ? reader.read(piece, starts[index] ?? 0) : undefined;
    if (!piece || !read) return undefined;
    // What it is linked to may move, and then it is read anew.
    if (isLinked(piece, read)) return read;
    piece.rest();
    return reader.tests.some((test) => test(read.service)) ? read : letGo(read);
  };
  const fresh: (Found | undefined)[] = [];
  // Two edits at once have pieces between them that only moved.
  const between = new Map<Piece, Found | undefined>();
  for (let index = first; index < oldLast; index++) between.set(old[index] as Piece, before?.found[index]);
  for (let index = first; index < last; index++) {
    const service = between.get(pieces[index] as Piece) ?? readAt(index);
    if (!service && pieces[index]?.kind === 'service') return undefined;
    fresh.push(service);
  }
  const known = before?.found ?? [];
  const found = replaced(known, first, oldLast, fresh);
  const change = { first, last, oldLast, by: last - oldLast };
  const placed = updated(before?.placed, change, (index) => found[index]?.isPlaced === true);
  for (const index of placed) found[index] = readAt(index);
  return new LoneServices(cutting, reader, found, placed, change, before);
}

function isLinked({ anchors, needs }: Piece, { isPlaced }: Found): boolean {
  return isPlaced || anchors.size + needs.size > 0;
}

function letGo({ problems }: PieceService): Found {
  return problems.length > 0 ? { ...LET_GO, problems } : LET_GO;
}

interface Change {
  /** Pieces before this one, and from `last` on (`oldLast` before), are what they were. */
  readonly first: number;
  readonly last: number;
  readonly oldLast: number;
  readonly by: number;
}

/** A map of services that are put where they stand when they are asked for. */
export class LoneServices implements ReadonlyMap<string, Service> {
  readonly pieces: readonly Piece[];
  /** Offsets of the pieces that have anchors. */
  readonly places: Places;
  readonly size: number;
  /** Those at top-level keys. */
  readonly tops: readonly Piece[];
  readonly #starts: readonly number[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #services: Map<number, Service>;
  readonly #lists = new Map<ServiceTest, number[]>();
  readonly #troubled: readonly number[];

  constructor(
    { pieces, starts, places, tops }: Cutting,
    readonly reader: Reader,
    readonly found: readonly (Found | undefined)[],
    /** Indexes of those that can't be moved. */
    readonly placed: readonly number[],
    change: Change,
    before: LoneServices | undefined,
  ) {
    this.pieces = pieces;
    this.places = places;
    this.tops = tops;
    this.#starts = starts;
    const isSame = before !== undefined && sameNames(before.pieces, pieces, change);
    this.#indexes = isSame ? before.#indexes : indexesOf(pieces);
    this.size = this.#indexes.size;
    // Before the edit nothing moved, unless it was before the first piece; what has places of other pieces was read anew.
    const isThere = before !== undefined && placed.length === 0 && before.#starts[0] === starts[0];
    this.#services = new Map();
    if (isThere)
      for (const [index, service] of before.#services)
        if (index < change.first) this.#services.set(index, service);
    if (before && placed.length === 0) {
      this.#troubled = updated(before.#troubled, change, (index) => hasProblems(found[index]));
      for (const [test, list] of before.#lists)
        this.#lists.set(
          test,
          updated(list, change, (index) => this.#holds(test, index)),
        );
    } else {
      // One that can't be moved may be another one, with other problems.
      this.#troubled = found.flatMap((each, index) => (hasProblems(each) ? index : []));
    }
  }

  #holds(test: ServiceTest, index: number): boolean {
    const found = this.found[index];
    if (!found) return false;
    if (found.service) return test(found.service);
    // It was let go because none of these holds for it.
    if (this.reader.tests.includes(test)) return false;
    const service = this.#at(index);
    return service !== undefined && test(service);
  }

  #at(index: number): Service | undefined {
    const known = this.#services.get(index);
    if (known) return known;
    const found = this.found[index];
    const piece = this.pieces[index];
    if (!found || !piece) return undefined;
    const start = this.#starts[index] ?? 0;
    const read = found.service ? { ...found, service: found.service } : this.reader.read(piece, start);
    if (!read) return undefined;
    if (!found.service) piece.rest();
    const service = read.isPlaced ? read.service : movedService(read.service, start - piece.lead);
    this.#services.set(index, service);
    return service;
  }

  /** What the services say is wrong, in order. */
  problems(): ComposeProblem[] {
    return this.#troubled.flatMap((index) => {
      const { problems = [], isPlaced = false } = this.found[index] ?? {};
      const by = isPlaced ? 0 : (this.#starts[index] ?? 0) - (this.pieces[index]?.lead ?? 0);
      return problems.map(({ message, span }) => ({ message, span: movedSpan(span, by) }));
    });
  }

  matching(test: ServiceTest): readonly Service[] {
    const known = this.#lists.get(test);
    const list = known ?? this.found.flatMap((_, index) => (this.#holds(test, index) ? index : []));
    if (!known) this.#lists.set(test, list);
    const services: Service[] = [];
    for (const index of list) {
      const service = this.#at(index);
      if (service) services.push(service);
    }
    return services;
  }

  linked(): readonly Service[] {
    return this.pieces.flatMap((piece, index) => {
      const found = this.found[index];
      return found && isLinked(piece, found) ? (this.#at(index) ?? []) : [];
    });
  }

  startsIn(file: string): readonly number[] {
    if (file !== this.reader.file) return [];
    return this.#starts.filter((_, index) => this.found[index]);
  }

  get(name: string): Service | undefined {
    const index = this.#indexes.get(name);
    return index === undefined ? undefined : this.#at(index);
  }

  has(name: string): boolean {
    return this.#indexes.has(name);
  }

  keys(): MapIterator<string> {
    return this.#indexes.keys();
  }

  *values(): MapIterator<Service> {
    for (const [, service] of this) yield service;
  }

  entries(): MapIterator<[string, Service]> {
    return this[Symbol.iterator]();
  }

  *[Symbol.iterator](): MapIterator<[string, Service]> {
    for (const [name, index] of this.#indexes) {
      const service = this.#at(index);
      if (service) yield [name, service];
    }
  }

  forEach(
    callback: (service: Service, name: string, map: ReadonlyMap<string, Service>) => void,
    self?: unknown,
  ): void {
    for (const [name, service] of this) callback.call(self, service, name, this);
  }
}

/** `list`, the indexes for which `holds` was true, brought to the new pieces. */
function updated(
  list: readonly number[] | undefined,
  { first, last, oldLast, by }: Change,
  holds: (index: number) => boolean,
): number[] {
  const result: number[] = [];
  for (const index of list ?? []) if (index < first) result.push(index);
  for (let index = first; index < last; index++) if (holds(index)) result.push(index);
  for (const index of list ?? []) if (index >= oldLast) result.push(index + by);
  return result;
}

function hasProblems(found: Found | undefined): boolean {
  return found !== undefined && found.problems.length > 0;
}

function sameNames(old: readonly Piece[], pieces: readonly Piece[], { first, last, by }: Change): boolean {
  if (by !== 0) return false;
  for (let index = first; index < last; index++) {
    const [a, b] = [old[index], pieces[index]];
    if (a?.kind !== b?.kind || a?.key !== b?.key) return false;
  }
  return true;
}

function indexesOf(pieces: readonly Piece[]): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (piece?.kind === 'service') indexes.set(piece.key, index);
  }
  return indexes;
}
