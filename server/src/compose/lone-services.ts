/**
 * The services of a file that is all of its stack, read in pieces: from one text to the next only those are read that
 * an edit touched, and what was found of the others is kept.
 */
import type { Cutting } from './cutting';
import type { ComposeProblem, Service } from './model';
import { movedSpan } from './moved';
import { movedService } from './moved-service';
import type { Piece, Places } from './piece';

/** One service as its piece has it. */
export interface PieceService {
  /** Its places are those of the piece's own text, unless `isPlaced`. */
  readonly service: Service;
  readonly problems: readonly ComposeProblem[];
  /** True where it has places of other pieces too, so that it stands as it is and can't be moved. */
  readonly isPlaced: boolean;
}

/** Reads the service of a piece that begins at `start`; undefined where more than the piece is needed for that. */
export type ReadPiece = (piece: Piece, start: number) => PieceService | undefined;

export type ServiceTest = (service: Service) => boolean;

/** The services of `services` that `test` holds for, in order; it must rest on nothing but the service without its places. */
export function servicesWith(services: ReadonlyMap<string, Service>, test: ServiceTest): readonly Service[] {
  return services instanceof LoneServices ? services.matching(test) : [...services.values()].filter(test);
}

/**
 * The services of a cut file; undefined where `read` can't read one. `before` is what was read of an earlier text with
 * the same variables, directory, top-level elements and places of anchors.
 */
export function loneServices(
  cutting: Cutting,
  read: ReadPiece,
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
  const readAt = (index: number): PieceService | undefined => {
    const piece = pieces[index];
    return piece?.kind === 'service' ? read(piece, starts[index] ?? 0) : undefined;
  };
  const fresh: (PieceService | undefined)[] = [];
  // Two edits at once have pieces between them that only moved.
  const between = new Map<Piece, PieceService | undefined>();
  for (let index = first; index < oldLast; index++) between.set(old[index] as Piece, before?.found[index]);
  for (let index = first; index < last; index++) {
    const service = between.get(pieces[index] as Piece) ?? readAt(index);
    if (!service && pieces[index]?.kind === 'service') return undefined;
    fresh.push(service);
  }
  const known = before?.found ?? [];
  const found = known.slice(0, first).concat(fresh, known.slice(oldLast));
  const change = { first, last, oldLast, by: last - oldLast };
  const placed = updated(before?.placed, change, (index) => found[index]?.isPlaced === true);
  for (const index of placed) found[index] = readAt(index);
  return new LoneServices(cutting, found, placed, change, before);
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
  readonly #starts: readonly number[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #services: (Service | undefined)[] = [];
  readonly #lists = new Map<ServiceTest, number[]>();
  readonly #troubled: readonly number[];

  constructor(
    { pieces, starts, places }: Cutting,
    readonly found: readonly (PieceService | undefined)[],
    /** Indexes of those that can't be moved. */
    readonly placed: readonly number[],
    change: Change,
    before: LoneServices | undefined,
  ) {
    this.pieces = pieces;
    this.places = places;
    this.#starts = starts;
    const isSame = before !== undefined && sameNames(before.pieces, pieces, change);
    this.#indexes = isSame ? before.#indexes : indexesOf(pieces);
    this.size = this.#indexes.size;
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
    return found !== undefined && test(found.service);
  }

  #at(index: number): Service | undefined {
    const known = this.#services[index];
    if (known) return known;
    const found = this.found[index];
    const piece = this.pieces[index];
    if (!found || !piece) return undefined;
    const by = (this.#starts[index] ?? 0) - piece.lead;
    const service = found.isPlaced ? found.service : movedService(found.service, by);
    this.#services[index] = service;
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
    return list.flatMap((index) => this.#at(index) ?? []);
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

function hasProblems(found: PieceService | undefined): boolean {
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
