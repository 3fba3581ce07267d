/** The methods of an editor, each over the last check. */
import type { Host } from '../platform/platform';
import type { EditorMethods } from './api/editor-features';
import type { FixSummary } from './api/index';
import type { CodedFinding } from './check/run-rules';
import { rangeOf } from './edits/to-text-edits';
import { lensesOf } from './features/code-lens';
import type { CompleteParts } from './features/completion/completion';
import { definitionAt } from './features/definition';
import { linksOf } from './features/document-links';
import { outlineOf } from './features/document-symbols';
import { describeMount } from './features/hover/mount';
import { describeService, describeVariable } from './features/hover/service-and-variable';
import { hintsOf } from './features/inlay-hints';
import { referencesAt } from './features/references';
import { offsetOf, pointedAt } from './features/shared/element-at';
import type { Planner } from './plans/planner';

export interface EditorParts extends CompleteParts {
  readonly host: Host;
  /** Loaded when it is asked for. */
  readonly planning: () => Promise<typeof import('./planning') & { readonly planner: Planner }>;
}

/** Links under a hover: a few, not a menu. */
const MAX_ACTIONS = 3;

export function createEditorFeatures(parts: EditorParts): EditorMethods {
  const { host, last, planning, settings } = parts;

  /** The fixes of findings, each remedy once; in an untrusted workspace none. */
  async function fixesFor(file: string, findings: readonly CodedFinding[]): Promise<readonly FixSummary[]> {
    if (!settings().trusted || findings.length === 0) return [];
    const { planner, summaryOf } = await planning();
    const fixes = new Map<string, FixSummary>();
    for (const coded of findings) {
      for (const proposal of await planner.proposals(coded, { file })) {
        if (!fixes.has(proposal.draft.title)) fixes.set(proposal.draft.title, summaryOf(proposal));
      }
    }
    return [...fixes.values()].sort((a, b) => Number(b.preferred) - Number(a.preferred));
  }

  return {
    async describe(file, position) {
      const checked = await last.stacks(file);
      const offset = offsetOf(file, position, checked);
      const pointed = offset === undefined ? undefined : pointedAt(file, offset, checked);
      if (offset === undefined || !pointed) return undefined;
      const reported =
        pointed.kind === 'mount'
          ? describeMount(pointed, file, offset)
          : pointed.kind === 'variable'
            ? describeVariable(pointed)
            : describeService(pointed, settings());
      if (!reported) return undefined;
      return {
        range: rangeOf({ file, ...reported }, pointed.checked.analysis.lines(file)),
        markdown: reported.markdown,
        actions: (await fixesFor(file, reported.findings)).slice(0, MAX_ACTIONS),
      };
    },
    async complete(file, position, signal) {
      const { completeAt } = await planning();
      return completeAt(file, position, parts, signal);
    },
    async lenses(file) {
      const lenses = lensesOf(file, await last.stacks(file), settings());
      return lenses.map(({ findings: _, ...lens }) => lens);
    },
    async lensFix(file, key) {
      const lenses = lensesOf(file, await last.stacks(file), settings());
      const lens = lenses.find((each) => each.key === key);
      return lens && (await fixesFor(file, lens.findings))[0];
    },
    async hints(file, range) {
      return hintsOf(file, range, await last.stacks(file));
    },
    async links(file) {
      return settings().trusted ? linksOf(file, await last.stacks(file), host) : [];
    },
    async definition(file, position) {
      const checked = await last.stacks(file);
      const offset = offsetOf(file, position, checked);
      return offset === undefined ? undefined : definitionAt(file, offset, checked, host, settings().trusted);
    },
    async references(file, position) {
      const checked = await last.stacks(file);
      const offset = offsetOf(file, position, checked);
      return offset === undefined ? [] : referencesAt(file, offset, checked);
    },
    async outline(file) {
      return outlineOf(file, await last.stacks(file), settings());
    },
  };
}
