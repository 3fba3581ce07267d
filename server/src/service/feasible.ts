/** What can be carried out the way that the compose files are written, and what is left of a part where some can't. */
import type { FileOperation, Part } from '../fixes/draft';
import type { Analysis } from './analysis';
import { renderEdits } from './render';

/**
 * Tags, braces, explicit keys, aliases, several documents, a field that is no list: only in such files can an edit
 * fail, and only there is it worth the time to try it.
 */
const UNUSUAL =
  /(?<!\$)\{|^\s*(?:- +)*\?|[:,-]\s+!|(?<!<<:)\s\*\w|^---|^\s*["']?(?:volumes|environment)["']?\s*:[^\S\n]*[^\s#[]/m;

/** The texts that were judged, by file: offsets of operations are theirs, whatever the files hold by now. */
export function analysedTexts(analyses: readonly Analysis[]): ReadonlyMap<string, string> {
  return new Map(
    analyses.flatMap(({ deployment }) => deployment.stack.files.map(({ file, text }) => [file, text])),
  );
}

/** Whether all operations of a part on compose files can be carried out. */
export async function isFeasible({ operations }: Part, analysis: Analysis): Promise<boolean> {
  const texts = analysedTexts([analysis]);
  const doubtful = operations.filter(({ file }) => UNUSUAL.test(texts.get(file) ?? ''));
  if (doubtful.length === 0) return true;
  const { undone } = await renderEdits(doubtful, async (file) => texts.get(file));
  return undone.length === 0;
}

/** A part without operations that are the same as one of `undone`. */
export function withoutUndone<T extends Part>(part: T, undone: readonly FileOperation[]): T {
  if (undone.length === 0) return part;
  const names = new Set(undone.map((each) => JSON.stringify(each)));
  return { ...part, operations: part.operations.filter((each) => !names.has(JSON.stringify(each))) };
}
