/** What can be carried out the way that the compose files are written, and what is left of a part where some can't. */

import type { FileOperation, Part } from '../../changes/types';
import { isWhere } from '../../compose/edit/verify';
import type { Host } from '../../platform/platform';
import type { Analysis } from '../check/run-rules';
import { renderEdits } from '../edits/to-text-edits';
import { partOf } from './block-services';
import type { Effects } from './effects';
import { type Bounds, outsideOf } from './write-bounds';

/**
 * Tags, braces, explicit keys, aliases, a field that is no list: only in a service with such a thing, or a mistake, is
 * an edit likely to fail, and only there is it worth the time to try it.
 */
const UNUSUAL = [
  /(?<!\$)\{/,
  /^[ \t]*(?:- +)*\?/m,
  /[:,-]\s+!/,
  /(?<!<<:)\s\*\w/,
  /^[ \t]*["']?(?:volumes|environment)["']?\s*:[^\S\n]*[^\s#[]/m,
];

/** The texts that were checked, by file: offsets of operations are theirs, whatever the files hold by now. */
export function analysedTexts(analyses: readonly Analysis[]): ReadonlyMap<string, string> {
  return new Map(
    analyses.flatMap(({ deployment }) => deployment.stack.files.map(({ file, text }) => [file, text])),
  );
}

/** Whether a part touches nothing outside, and all its operations on compose files can be carried out. */
export async function isFeasible(
  part: Part,
  analysis: Analysis,
  bounds: Bounds,
  effects: Effects,
  host: Host,
): Promise<boolean> {
  if ((await undoneOf(part, analysis, effects)).length > 0) return false;
  return (await outsideOf(part, bounds, host)).length === 0;
}

/** The operations of a part on compose files that can't be carried out, or would do more than they name. */
export async function undoneOf(
  { operations }: Part,
  analysis: Analysis,
  effects: Effects,
): Promise<readonly FileOperation[]> {
  const texts = analysedTexts([analysis]);
  const { problems } = analysis.deployment.stack;
  const isDoubtful = ({ file, operation }: FileOperation) => {
    const text = texts.get(file) ?? '';
    if (operation.op === 'replace' || operation.op === 'append-line') return !isWhere(operation, text);
    const [from, to] = partOf(analysis, file, text, operation.service);
    return (
      UNUSUAL.some((each) => each.test(text.slice(from, to))) ||
      problems.some(({ span }) => span.file === file && span.start >= from && span.start <= to) ||
      (operation.op === 'make-read-only' && text.slice(operation.start, operation.end).includes('$'))
    );
  };
  const all = operations.filter(({ file }) => texts.has(file));
  const isShared = all.length > 0 && (await effects.mayReach(analysis, all));
  if (!isShared && !all.some(isDoubtful)) return [];
  const isSound = isShared ? effects.of([analysis]) : undefined;
  return (await renderEdits(all, async (file) => texts.get(file), isSound)).undone;
}

/** Whether any of the parts has an operation that can be carried out. */
export async function changesFiles(
  parts: readonly (Part & { readonly analysis: Analysis })[],
  effects: Effects,
): Promise<boolean> {
  for (const part of parts)
    if (part.operations.length > (await undoneOf(part, part.analysis, effects)).length) return true;
  return false;
}

/** A part without operations that are the same as one of `undone`, and what belongs together with them. */
export function withoutUndone(part: Part, undone: readonly FileOperation[]): Part {
  if (undone.length === 0) return part;
  const names = new Set(undone.map((each) => JSON.stringify(each)));
  const torn = new Set(undone.flatMap(({ together }) => together ?? []));
  const isWhole = ({ together }: { readonly together?: string }) =>
    together === undefined || !torn.has(together);
  const { modes = [] } = part;
  const left: Part = {
    ...part,
    operations: part.operations.filter((each) => !names.has(JSON.stringify(each))),
    jobs: part.jobs.filter(isWhole),
    modes: modes.filter(isWhole),
  };
  // Where nothing is done, it means nothing for anybody.
  const isNothing = left.operations.length + left.jobs.length + (left.modes?.length ?? 0) === 0;
  return isNothing ? { ...left, effects: [], reminders: [] } : left;
}
