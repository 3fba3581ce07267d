/** Checks a file as it would be with another text: what is being typed is left out, and the rest of it is whole. */

import type { FactsCache } from '../../../pki/files/file-facts-cache';
import type { Host } from '../../../platform/platform';
import type { Settings } from '../../api/index';
import { type CheckedStack, createChecker } from '../../check/check-file';
import type { Texts } from '../../files/document-texts';

export interface DraftChecker {
  /** The stacks of `file`, read with `text`. */
  check(file: string, text: string): Promise<readonly CheckedStack[]>;
  /** Another document has another text. */
  changed(file: string): void;
  forget(): void;
}

export function createDraftChecker(
  texts: Texts,
  host: Host,
  facts: FactsCache,
  settings: () => Settings,
): DraftChecker {
  let draft = { file: '', text: '' };
  const { check, forget } = createChecker(
    {
      ...texts,
      isOpen: (file) => file === draft.file || texts.isOpen(file),
      read: async (file, limit) => (file === draft.file ? { text: draft.text } : texts.read(file, limit)),
    },
    host,
    facts,
    settings,
  );
  // One draft at a time: each is read through the same texts.
  let before: Promise<unknown> = Promise.resolve();
  // From letter to letter of one entry the draft stays the same.
  let last: { file: string; text: string; stacks: Promise<readonly CheckedStack[]> } | undefined;
  return {
    check(file, text) {
      if (last?.file === file && last.text === text) return last.stacks;
      const run = before.then(async () => {
        draft = { file, text };
        const result = await check(file);
        return result && 'stacks' in result ? result.stacks : [];
      });
      before = run.catch(() => {
        if (last?.stacks === run) last = undefined;
      });
      last = { file, text, stacks: run };
      return run;
    },
    changed(file) {
      if (last?.file !== file) last = undefined;
    },
    forget() {
      last = undefined;
      forget();
    },
  };
}
