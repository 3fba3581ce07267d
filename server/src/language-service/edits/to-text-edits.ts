/** Parts and findings as the surfaces get them: lines and characters instead of offsets, edits instead of operations. */

import { namesFor } from '../../changes/tls-pair';
import type { FileOperation, FixContext, KeyJob } from '../../changes/types';
import { editCompose } from '../../compose/edit/edit';
import { applyChanges, type LineIndex, lineIndex } from '../../compose/syntax/line-index';
import type { Span } from '../../compose/types';
import type { FileEdits, PlannedFile, PlannedNames, Range } from '../api/index';

export function rangeOf(span: Span, lines: LineIndex): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

export interface Rendered {
  readonly edits: readonly FileEdits[];
  /** What can't be carried out the way the file is written. */
  readonly undone: readonly FileOperation[];
  /** The edited files as they will be. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Whether operations do what they name and nothing else; `texts`: the edited files as they will be. */
export type SoundEdits = (
  operations: readonly FileOperation[],
  texts: ReadonlyMap<string, string>,
) => Promise<boolean>;

type Read = (file: string) => Promise<string | undefined>;

/**
 * The text edits of operations, by file; files that stay as they are left out. `isSound`: what would do more than it
 * names is not carried out, and of the rest as much as can be.
 */
export async function renderEdits(
  all: readonly FileOperation[],
  read: Read,
  isSound: SoundEdits = async () => true,
): Promise<Rendered> {
  const first = await renderFeasible(all, read);
  const left = without(all, first.undone);
  if (left.length === 0 || (await isSound(left, first.texts))) return first;
  const groups = groupsOf(left);
  const isFine = async (tried: readonly FileOperation[]) => {
    const { undone, texts } = await renderFeasible(tried, read);
    return undone.length === 0 && isSound(tried, texts);
  };
  const kept = await soundGroups([], groups, isFine);
  const rendered = await renderFeasible(kept.flat(), read);
  return { ...rendered, undone: without(all, without(kept.flat(), rendered.undone)) };
}

/** What belongs together, in order. */
function groupsOf(all: readonly FileOperation[]): readonly (readonly FileOperation[])[] {
  const groups = new Map<unknown, FileOperation[]>();
  for (const each of all) {
    const key = each.together ?? each;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}

/** Of `groups`, those that can be added to `base`, found by halves: it is nearly always all of them, or one that can't. */
async function soundGroups(
  base: readonly (readonly FileOperation[])[],
  groups: readonly (readonly FileOperation[])[],
  isFine: (tried: readonly FileOperation[]) => Promise<boolean>,
): Promise<readonly (readonly FileOperation[])[]> {
  if (groups.length === 0 || (await isFine([...base, ...groups].flat()))) return groups;
  if (groups.length === 1) return [];
  const middle = groups.length >> 1;
  const first = await soundGroups(base, groups.slice(0, middle), isFine);
  const second = await soundGroups([...base, ...first], groups.slice(middle), isFine);
  return [...first, ...second];
}

function without(all: readonly FileOperation[], some: readonly FileOperation[]): readonly FileOperation[] {
  const left = new Set(some);
  return all.filter((each) => !left.has(each));
}

/** What the files' texts allow; what belongs together is left out together. */
async function renderFeasible(all: readonly FileOperation[], read: Read): Promise<Rendered> {
  let left = all;
  const undone = new Set<FileOperation>();
  while (true) {
    const rendered = await renderOnce(left, read);
    const torn = new Set(rendered.undone.flatMap(({ together }) => together ?? []));
    for (const each of rendered.undone) undone.add(each);
    const before = undone.size;
    for (const each of left) if (each.together !== undefined && torn.has(each.together)) undone.add(each);
    if (undone.size === before) return { ...rendered, undone: [...undone] };
    left = left.filter((each) => !undone.has(each));
  }
}

async function renderOnce(all: readonly FileOperation[], read: Read): Promise<Rendered> {
  const edits: FileEdits[] = [];
  const undone: FileOperation[] = [];
  const texts = new Map<string, string>();
  for (const file of new Set(all.map((operation) => operation.file))) {
    const found = await read(file);
    const text = found ?? '';
    const lines = lineIndex(text);
    const operations = all.filter((candidate) => candidate.file === file);
    const edit = editCompose(
      text,
      operations.map(({ operation }) => operation),
    );
    undone.push(...operations.filter(({ operation }) => edit.undone.includes(operation)));
    if (edit.changes.length === 0) continue;
    texts.set(file, applyChanges(text, edit.changes));
    const changes = edit.changes.map(({ start, end, newText }) => ({
      range: rangeOf({ file, start, end }, lines),
      newText,
    }));
    edits.push({ file, edits: changes, basis: text, ...(found === undefined ? { creates: true } : {}) });
  }
  return { edits, undone, texts };
}

export function plannedFiles(jobs: readonly KeyJob[]): PlannedFile[] {
  return jobs.flatMap((job) => {
    const service = job.mender.service.name;
    return filesOf(job).map(([path, kind]) => ({ path, kind, service }));
  });
}

function filesOf({ order, mender }: KeyJob): readonly (readonly [string, PlannedFile['kind']])[] {
  switch (order.kind) {
    case 'token-key':
      return [[order.keyPath, 'token-key']];
    case 'conversion': {
      const tls = mender.role.id === 'api-gateway' || mender.role.id === 'storage-proxy';
      return [[order.keyPath, tls ? 'private-key' : 'token-key']];
    }
    case 'bundle':
      return [[order.bundlePath, 'bundle']];
    case 'certificate':
    case 'chain':
      return [[order.certificatePath, 'certificate']];
    case 'tls-pair':
      return [
        [order.certificatePath, 'certificate'],
        [order.keyPath, 'private-key'],
      ];
    case 'request':
      return [
        [order.requestPath, 'request'],
        ...(order.newKey ? [[order.keyPath, 'private-key'] as const] : []),
      ];
  }
}

/** The names of each certificate, by service: those of what it replaces, then what the compose files tell. */
export function plannedNames(jobs: readonly KeyJob[], context: FixContext): PlannedNames[] {
  // A gateway with two certificates is asked for its names once.
  const byService = new Map<string, PlannedNames>();
  for (const { order, mender, keepNames = [] } of jobs) {
    if (!('names' in order)) continue;
    const service = mender.service.name;
    const { told, fallback } = namesFor(mender, context);
    const known = byService.get(service)?.names ?? [];
    byService.set(service, { service, names: [...new Set([...known, ...keepNames, ...told])], fallback });
  }
  return [...byService.values()];
}
