/**
 * The short way to the services of a stack that is one file in plain style: no service of it builds on another one, or
 * on another file, so each is read by itself, and an edit reads the one that it touched.
 */

import type { Piece, Places } from '../document/blocks/block';
import { topLevel } from '../document/document';
import { fieldOf, type Tree, textOf } from '../node/node';
import { canonicalService } from '../override/canonical';
import type { Merging } from '../override/merge';
import type { Lookup } from '../syntax/interpolation';
import type { Loading } from './context';
import { type LoneServices, loneServices, type PieceService, type ServiceTest } from './lone-services';
import type { Sources } from './read-volumes';
import { pieceService } from './service-cache';

/** What the services of a model are read with. */
export interface Project {
  readonly loading: Loading;
  readonly lookup: Lookup;
  readonly directory: string | undefined;
  readonly profiles: readonly string[];
  readonly hostPath: Sources['hostPath'];
  readonly tests: readonly ServiceTest[];
}

/** The services of `file`, its problems told; undefined where it isn't that simple, and nothing is told. */
export async function loneFile(file: string, project: Project): Promise<LoneServices | undefined> {
  const { loading, lookup, directory } = project;
  const parsed = await loading.parse(file, undefined);
  const cutting = parsed?.cutting;
  if (!cutting?.pieces.some(({ kind }) => kind === 'service')) return undefined;
  for (const piece of cutting.tops) {
    if (piece.key === 'include' || piece.key === 'services' || !isPlain(piece, cutting.places, file, project))
      return undefined;
  }
  const sections = new Map<Kind, Tree | undefined>();
  const sources: Sources = {
    hostPath: project.hostPath,
    topLevel(kind, name) {
      if (!sections.has(kind)) sections.set(kind, topLevel(cutting, kind, file, directory, lookup));
      return effective(kind, fieldOf(sections.get(kind), name));
    },
  };
  const read = (piece: Piece, start: number) =>
    readPiece(piece, start, { file, places: cutting.places, sources, project });
  const before = loading.cache.lone(file, directory, lookup);
  const isSame =
    before?.reader.tests === project.tests &&
    samePlaces(before.places, cutting.places) &&
    sameElements(before.tops, cutting.tops);
  const services = loneServices(cutting, { file, tests: project.tests, read }, isSame ? before : undefined);
  if (!services) return undefined;
  loading.cache.keepLone(file, directory, lookup, services);
  loading.files.set(file, { file, text: cutting.text, directory, role: 'merged' });
  loading.problems.push(...services.problems());
  return services;
}

function isPlain(piece: Piece, places: Places, file: string, { directory, lookup }: Project): boolean {
  const { errors, resets } = piece.tree(file, directory, lookup, places).document;
  return errors.length + resets.length === 0;
}

interface PieceReading {
  readonly file: string;
  readonly places: Places;
  readonly sources: Sources;
  readonly project: Project;
}

/** undefined for a service that needs more than its piece, or has something to be told out of turn. */
function readPiece(
  piece: Piece,
  start: number,
  { file, places, sources, project }: PieceReading,
): PieceService | undefined {
  const { loading, lookup, directory, profiles } = project;
  if (!isPlain(piece, places, file, project)) return undefined;
  const { origin } = piece.tree(file, directory, lookup, places);
  if (!origin || (origin.value.kind !== 'map' && origin.value.kind !== 'null')) return undefined;
  if (fieldOf(origin.value, 'extends') || fieldOf(origin.value, 'env_file')) return undefined;
  const merging: Merging = { lookup, directory, paths: loading.paths };
  const tree = canonicalService(origin.value, merging);
  return pieceService(piece.key, tree, start - piece.lead, origin.key, {
    sources,
    declarations: [],
    environmentFiles: new Map(),
    profiles,
    lookup,
    damaged: false,
    isIntact: () => true,
    problems: [],
  });
}

type Kind = Parameters<Sources['topLevel']>[0];

/** A top-level element, where it says anything of the mounts that name it. */
export function effective(kind: Kind, element: Tree | undefined): Tree | undefined {
  const says =
    kind === 'volumes' ? textOf(fieldOf(element, 'driver_opts'), 'device') : textOf(element, 'file');
  return says && element;
}

const ELEMENTS: ReadonlySet<string> = new Set<Kind>(['volumes', 'secrets', 'configs']);

/** Whether the elements among top-level pieces are the same, wherever they stand. */
function sameElements(a: readonly Piece[], b: readonly Piece[]): boolean {
  const of = (pieces: readonly Piece[]) => pieces.filter(({ key }) => ELEMENTS.has(key));
  const [first, second] = [of(a), of(b)];
  return first.length === second.length && first.every((piece, index) => piece === second[index]);
}

/** Whether the pieces that others can name stand where they stood. */
function samePlaces(a: Places, b: Places): boolean {
  if (a.size !== b.size) return false;
  for (const [piece, start] of a) if (b.get(piece) !== start) return false;
  return true;
}
