/** The entries of the pick that shows a plan before it is carried out. Pure, so that it can be tested without VS Code. */
import type { PlanPreview } from '../../../server/src/language-server/protocol/index';
import { t } from '../l10n/translate';
import { type Entry, entryOf, fileName, goAhead } from '../ui/messages';

/** A row of the pick. Only the first two kinds do something when they are chosen. */
export type Row =
  | ({ readonly kind: 'go' | 'options' | 'note' } & Entry)
  | { readonly kind: 'heading'; readonly label: string };

/** How many letters surely fit into a row, and into one that has the heading of its section at its right end. */
const WIDTH = { row: 76, first: 56 };

/** All that is to be known before going on, the way on first. */
export function previewRows(plan: PlanPreview, options: boolean): Row[] {
  const edited = plan.edited.map((uri) => note('edit', fileName(uri)));
  const modes = plan.modes.map((mode) =>
    note('lock', mode.relative, t('{0} (was {1})', octal(mode.mode), octal(mode.before))),
  );
  return [
    { kind: 'go', icon: 'check', label: goAhead(plan), description: '', detail: undefined },
    ...(options
      ? [{ kind: 'options' as const, icon: 'gear', label: t('Options…'), description: '', detail: undefined }]
      : []),
    ...section(
      t('Effects'),
      plan.effects.flatMap((text, index) => sentence('warning', text, index === 0)),
    ),
    ...section(
      t('Will be created'),
      plan.create.map((file) => ({ kind: 'note' as const, ...entryOf(file, plan.names) })),
    ),
    ...section(t('Will be edited'), edited),
    ...section(t('Permissions'), modes),
    ...section(
      t('To do afterwards'),
      plan.reminders.flatMap((text, index) => sentence('info', text, index === 0)),
    ),
  ];
}

function section(label: string, rows: readonly Row[]): Row[] {
  return rows.length === 0 ? [] : [{ kind: 'heading', label }, ...rows];
}

function note(icon: string, label: string, description = ''): Row {
  return { kind: 'note', icon, label, description, detail: undefined };
}

/** A row cuts off what it can't hold, so a long sentence takes several. */
function sentence(icon: string, text: string, first: boolean): Row[] {
  return wrap(text, WIDTH.row, first ? WIDTH.first : WIDTH.row).map((line, at) =>
    note(at === 0 ? icon : 'blank', line),
  );
}

/**
 * Breaks a text between words into lines of at most `width` letters, the first of at most `first`. A longer word has a
 * line of its own.
 */
export function wrap(text: string, width: number, first = width): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    const room = lines.length === 1 ? first : width;
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function octal(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`;
}
