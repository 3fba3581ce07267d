/** What edits do to every stack that their files are in: only what the plan names may change, in none of them more. */

import { createParseCache } from '../../compose/document/document-cache';
import { sideEffects, withoutEffect } from '../../compose/edit/side-effects';
import { loadValues, type ProjectValues } from '../../compose/loader/project-values';
import type { Analysis } from '../check/run-rules';
import type { SoundEdits } from '../edits/to-text-edits';

export interface Effects {
  /** For operations that are planned for `analyses`: their stacks, and all others that hold an edited file. */
  of(analyses: readonly Analysis[]): SoundEdits;
  /** Whether what a service has may reach another one, or a file another stack: only there is it worth the time to load all. */
  mayReach(analysis: Analysis, files: readonly string[]): Promise<boolean>;
}

/** Anchors, aliases, merge keys, `extends`: what makes one text count for several services. */
const SHARED = /[&*][\w-]|<<[^\S\n]*:|\bextends\b/;

/** `related`: the analyses of all stacks that a compose file is in. */
export function createEffects(related: (file: string) => Promise<readonly Analysis[]>): Effects {
  // Not the cache of the texts as they are: these stay as they are.
  const cache = createParseCache();
  const known = new WeakMap<Analysis, Promise<ProjectValues>>();

  function valuesOf(analysis: Analysis, texts?: ReadonlyMap<string, string>): Promise<ProjectValues> {
    const { input } = analysis;
    if (!input)
      return Promise.resolve({
        services: new Map(),
        elements: new Map(),
        problems: [],
        isComplete: () => true,
      });
    return loadValues({
      ...input,
      cache,
      read: async (file) => {
        const text = texts?.get(file);
        return text === undefined ? input.read(file) : { text };
      },
    });
  }

  function before(analysis: Analysis): Promise<ProjectValues> {
    const values = known.get(analysis) ?? valuesOf(analysis);
    known.set(analysis, values);
    return values;
  }

  /** One analysis of each stack: two of the same files say the same. */
  async function allOf(
    analyses: readonly Analysis[],
    files: readonly string[],
  ): Promise<readonly Analysis[]> {
    const composed = new Set(
      analyses.flatMap(({ deployment }) => deployment.stack.files.map(({ file }) => file)),
    );
    const others: Analysis[] = [];
    for (const file of files) if (composed.has(file)) others.push(...(await related(file)));
    const byInput = new Map(
      [...analyses, ...others].map((each) => [
        JSON.stringify([each.input?.files, each.input?.projectDirectory, each.input?.envFiles]),
        each,
      ]),
    );
    return [...byInput.values()];
  }

  return {
    of: (analyses) => async (operations, texts) => {
      const own = new Set(analyses);
      for (const analysis of await allOf(analyses, [...texts.keys()])) {
        const after = await valuesOf(analysis, texts);
        if (sideEffects(await before(analysis), after, operations).length > 0) return false;
        const mine = operations.filter(
          ({ operation }) =>
            own.has(analysis) &&
            'service' in operation &&
            operation.service !== undefined &&
            after.services.has(operation.service),
        );
        if (withoutEffect(after, mine).length > 0) return false;
      }
      return true;
    },
    async mayReach(analysis, files) {
      const all = await allOf([analysis], files);
      return all.some(({ deployment }) => deployment.stack.files.some(({ text }) => SHARED.test(text)));
    },
  };
}
