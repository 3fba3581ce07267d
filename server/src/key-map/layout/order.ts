/** The order of files from top to bottom: those of one shared key together, and few lines that cross. Pure. */
import type { FileBox, Section, SharedKey } from '../model/types';

/** Files that stay together: those of one shared key, else one. */
export interface Unit {
  readonly boxes: readonly FileBox[];
  readonly shared: SharedKey | undefined;
}

/** Rounds of ordering; more change nothing that anybody sees. */
const ROUNDS = 4;

/** All files of a section, each once. */
export function orderOf({ files, services, edges, shared }: Section): readonly Unit[] {
  const inGroup = new Map(shared.flatMap((group) => group.files.map((id) => [id, group] as const)));
  const groups = new Map<SharedKey, FileBox[]>();
  const units: { boxes: FileBox[]; shared: SharedKey | undefined }[] = [];
  for (const file of files) {
    const group = inGroup.get(file.id);
    const known = group && groups.get(group);
    if (known) {
      known.push(file);
      continue;
    }
    const boxes = [file];
    if (group) groups.set(group, boxes);
    units.push({ boxes, shared: group });
  }
  const usersOf = new Map<string, string[]>();
  const filesOf = new Map<string, string[]>();
  for (const { from, to } of edges) {
    usersOf.set(to, [...(usersOf.get(to) ?? []), from]);
    filesOf.set(from, [...(filesOf.get(from) ?? []), to]);
  }
  let order: readonly Unit[] = units;
  let ranks = new Map(services.map(({ id }, index) => [id, index]));
  for (let round = 0; round < ROUNDS; round++) {
    order = sortedBy(order, ({ boxes }) =>
      mean(
        boxes.flatMap(({ id }) => usersOf.get(id) ?? []),
        ranks,
      ),
    );
    const places = new Map(order.flatMap(({ boxes }) => boxes).map(({ id }, index) => [id, index]));
    const ids = sortedBy(
      services.map(({ id }) => id),
      (id) => mean(filesOf.get(id) ?? [], places),
    );
    ranks = new Map(ids.map((id, index) => [id, index]));
  }
  return order;
}

function mean(ids: readonly string[], ranks: ReadonlyMap<string, number>): number {
  const known = ids.flatMap((id) => ranks.get(id) ?? []);
  return known.length === 0 ? Number.MAX_VALUE : known.reduce((sum, rank) => sum + rank, 0) / known.length;
}

/** Sorted, equals in their old order. */
function sortedBy<T>(items: readonly T[], key: (item: T) => number): T[] {
  return items
    .map((item) => ({ item, value: key(item) }))
    .sort((a, b) => a.value - b.value)
    .map(({ item }) => item);
}
