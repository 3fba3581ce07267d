/** What edits do to every stack that their files are in: only what the plan names may change, in none of them more. */

import { memo } from '../../cache/memo';
import type { FileOperation } from '../../changes/types';
import { createParseCache } from '../../compose/document/document-cache';
import { sideEffects, withoutEffect } from '../../compose/edit/side-effects';
import { loadValues, type ProjectValues } from '../../compose/loader/project-values';
import type { Analysis } from '../check/run-rules';
import type { SoundEdits } from '../edits/to-text-edits';
import { partOf } from './block-services';

export interface Effects {
  /** For operations that are planned for `analyses`: their stacks, and all others that hold an edited file. */
  of(analyses: readonly Analysis[]): SoundEdits;
  /**
   * Whether operations may change more than their services, as far as the text tells: only there is it worth the time to
   * load all stacks before they are offered. Before they are carried out, that is done always.
   */
  mayReach(analysis: Analysis, operations: readonly FileOperation[]): Promise<boolean>;
}

/** What may be the name of an extended service. */
const EXTENDED = /\b(?:extends|service)["']?\s*:\s*([^\n]*)/g;
/** In the text of one service: anchors, and aliases that no merge key has. */
const ANCHOR_OR_ALIAS = /(?:^|[\s:[{,-])&[\w-]|\*(?<!<<[ \t]*:[ \t]*\*)[\w-]/m;
const MERGE_KEY = /<<["']?[ \t]*:/;
/** Services on the line of their key: in brackets, of an alias, or with an anchor. */
const SERVICES_ELSEWHERE = /^["']?services["']?[ \t]*:[ \t]*[^\s#]/m;
/** The lists of a service that operations add to. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  'add-mount': /^[ \t]+["']?volumes["']?[ \t]*:/m,
  'set-environment': /^[ \t]+["']?environment["']?[ \t]*:/m,
};

/** Whether a text that an operation changes counts elsewhere, or takes the place of what is merged into the service. */
function isSharedText(analysis: Analysis, { file, operation }: FileOperation): boolean {
  const text = analysis.deployment.stack.files.find((each) => each.file === file)?.text;
  if (text === undefined || !('service' in operation) || operation.service === undefined) return true;
  if (SERVICES_ELSEWHERE.test(text)) return true;
  const [from, to] = partOf(analysis, file, text, operation.service);
  if ('start' in operation && (operation.start < from || operation.start >= to)) return true;
  const block = text.slice(from, to);
  const field = FIELDS[operation.op];
  return ANCHOR_OR_ALIAS.test(block) || (field !== undefined && MERGE_KEY.test(block) && !field.test(block));
}

/** Whether one of the services may be extended in a text; yes where it names one by an anchor or a variable. */
function mayExtend(text: string, services: readonly string[]): boolean {
  if (!/\bextends\b/.test(text)) return false;
  return [...text.matchAll(EXTENDED)].some(
    ([, value = '']) =>
      /^["'{]?\s*[$&*!|>#]/.test(value) || services.some((service) => value.includes(service)),
  );
}

/** `related`: the analyses of all stacks that a compose file is in. */
export function createEffects(related: (file: string) => Promise<readonly Analysis[]>): Effects {
  // Not the cache of the texts as they are: these stay as they are.
  const cache = createParseCache();

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

  const before = memo((analysis: Analysis) => valuesOf(analysis));

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
    async mayReach(analysis, operations) {
      if (operations.some((each) => isSharedText(analysis, each))) return true;
      const all = await allOf([analysis], [...new Set(operations.map(({ file }) => file))]);
      const services = operations.flatMap(({ operation }) =>
        'service' in operation && operation.service !== undefined ? operation.service : [],
      );
      return all.some(({ deployment }) =>
        deployment.stack.files.some(({ text }) => mayExtend(text, services)),
      );
    },
  };
}
