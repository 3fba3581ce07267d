/** What could be written at a cursor: the mounts, files, paths and variables that a Mender service still needs. */
import type { FixContext, HostFiles } from '../../../changes/types';
import { createPlannedState } from '../../../changes/types';
import type { Completion } from '../../api/editor-features';
import type { Position, Settings } from '../../api/index';
import type { LastCheck } from '../../check/check-cache';
import type { CheckedStack } from '../../check/check-file';
import { mightBeMender } from '../../check/is-relevant-file';
import type { Texts } from '../../files/document-texts';
import { commentProposals } from './comments';
import { cursorAt } from './cursor/cursor';
import type { Cursor } from './cursor/types';
import { environmentProposals } from './environment';
import { elementProposals, secretProposals } from './secrets';
import type { EntryContext, Proposal } from './types';
import { volumeProposals } from './volumes';

export interface CompleteParts {
  readonly texts: Texts;
  readonly around: HostFiles;
  readonly settings: () => Settings;
  readonly last: LastCheck;
  /** The stacks of a file as they would be with another text of it. */
  readonly checkText: (file: string, text: string) => Promise<readonly CheckedStack[]>;
}

/** Proposals at a position, the needed ones first; none outside of what is Mender's. */
export async function completeAt(
  file: string,
  position: Position,
  parts: CompleteParts,
  signal: AbortSignal | undefined,
): Promise<readonly Completion[]> {
  const read = await parts.texts.read(file);
  const text = 'text' in read ? read.text : '';
  if (!mightBeMender(text)) return [];
  const cursor = cursorAt(text, position);
  if (!cursor || signal?.aborted) return [];
  // Where nothing is typed yet, the text was checked as it is.
  const isWhole = cursor.repaired === text;
  const checked = await (isWhole ? parts.last.stacks(file) : parts.checkText(file, cursor.repaired));
  if (signal?.aborted) return [];
  return present(cursor, await proposalsFor(file, cursor, checked, parts));
}

async function proposalsFor(
  file: string,
  cursor: Cursor,
  checked: readonly CheckedStack[],
  { around, settings }: CompleteParts,
): Promise<readonly Proposal[]> {
  if (cursor.kind === 'comment') return commentProposals(file, cursor, checked, settings());
  for (const each of checked) {
    const { deployment } = each.analysis;
    const fix: FixContext = { deployment, around, planned: createPlannedState() };
    const inStack = { checked: each, fix, settings: settings() };
    if (cursor.kind === 'element') {
      if (deployment.services.length > 0) return elementProposals(cursor, inStack);
      continue;
    }
    const mender = deployment.services.find(
      ({ service }) =>
        service.name === cursor.service && service.declarations.some((span) => span.file === file),
    );
    if (!mender) continue;
    return entryProposals({ ...inStack, cursor, mender });
  }
  return [];
}

function entryProposals(context: EntryContext): Promise<readonly Proposal[]> | readonly Proposal[] {
  const { kind } = context.cursor;
  if (kind === 'volumes') return volumeProposals(context);
  return kind === 'environment' ? environmentProposals(context) : secretProposals(context, kind);
}

function present({ line }: Cursor, proposals: readonly Proposal[]): Completion[] {
  const seen = new Set<string>();
  const fresh = proposals.filter(({ newText }) => !seen.has(newText) && seen.add(newText));
  const sorted = fresh.map((each, index) => ({ each, index }));
  sorted.sort((a, b) => a.each.rank - b.each.rank || a.index - b.index);
  return sorted.map(({ each }, index) => {
    const { label, detail, markdown, kind, at, newText, words, rank } = each;
    return {
      label,
      detail,
      markdown,
      kind,
      range: { start: { line, character: at.from }, end: { line, character: at.to } },
      newText,
      filter: words === '' ? newText : `${newText} ${words}`,
      order: String(index).padStart(4, '0'),
      preselect: index === 0 && rank === 0,
    };
  });
}
