import type { PlannedFile, PlannedMode } from '../../language-service/api/index';
import type { TaskAnswer } from '../../language-service/api/tasks';
import { allFindings, exactDisplayer, exitCode } from '../check/check-files';
import { stacksOf } from '../check/stacks';
import { EXIT } from '../core/context';
import { printable } from '../core/style';
import { isCompose } from '../formats/excerpt';
import { print, stackJson } from '../formats/json';
import type { Batch, Session } from '../session/types';
import { readText } from './apply-plan';
import { effectsText } from './confirm';
import { certificateNames, fileJson, fileLines, type Making, modeJson, modeLines } from './print-plan';
import { nothingLines, planIn } from './print-result';
import { applyEdits } from './text-edits';
import { unifiedDiff } from './unified-diff';

/** What all plans together would do. */
interface Preview {
  readonly create: Map<string, PlannedFile>;
  readonly names: Map<string, readonly string[]>;
  readonly texts: Map<string, { readonly before: string; readonly after: string }>;
  readonly modes: Map<string, PlannedMode>;
  readonly effects: Set<string>;
  readonly reminders: Set<string>;
  readonly notes: Set<string>;
  readonly failures: Set<string>;
}

/**
 * Prints what the jobs would create, set and, as a diff, edit; answers the exit code. Writes no file.
 * @throws CommandError for a file that can't be read
 */
export async function dryRun(
  answers: readonly TaskAnswer[],
  batch: Batch,
  session: Session,
): Promise<number> {
  const { context, gathered, json } = session;
  const { streams } = context;
  const preview = await previewOf(answers, batch, session);
  for (const failure of preview.failures) streams.stderr.write(`mender-compose: ${printable(failure)}\n`);
  const making = { names: preview.names, make: batch.make ?? {}, display: exactDisplayer(context) };
  if (json) streams.stdout.write(previewJson(preview, making, session));
  else streams.stdout.write(previewText(preview, making, batch));
  if (preview.failures.size > 0) return EXIT.trouble;
  return exitCode(batch.exit === 'findings' ? allFindings(gathered.reports) : [], gathered.problems);
}

async function previewOf(
  answers: readonly TaskAnswer[],
  batch: Batch,
  { context, service }: Session,
): Promise<Preview> {
  const preview: Preview = {
    create: new Map(),
    names: new Map(),
    texts: new Map(),
    modes: new Map(),
    effects: new Set(),
    reminders: new Set(),
    notes: new Set(),
    failures: new Set(),
  };
  let version = 0;
  for (const [index, job] of batch.jobs.entries()) {
    const answer = (version === 0 && answers[index]) || (await job.plan());
    const plan = planIn(answer, batch, preview, context);
    if (!plan) continue;
    for (const planned of plan.create) preview.create.set(planned.path, planned);
    for (const mode of plan.modes) preview.modes.set(mode.path, mode);
    for (const [name, hosts] of certificateNames(plan, batch.given)) preview.names.set(name, hosts);
    for (const effect of plan.effects) preview.effects.add(effect);
    for (const reminder of plan.reminders) preview.reminders.add(reminder);
    for (const { file, edits, ...more } of plan.ignores) {
      const known = preview.texts.get(file);
      const before = known?.before ?? (await readText({ file, edits, ...more }, context)) ?? '';
      // Of two plans for one directory, both want the line for what keys are called while they are written.
      const lines = edits
        .flatMap(({ newText }) => newText.split(/(?<=\n)/))
        .filter((line) => !known?.after.includes(line));
      const after = (known?.after ?? before) + lines.join('');
      preview.texts.set(file, { before, after });
    }
    for (const edited of plan.edits) {
      const known = preview.texts.get(edited.file);
      const before = known?.before ?? (await readText(edited, context)) ?? '';
      const after = applyEdits(known?.after ?? before, edited.edits);
      preview.texts.set(edited.file, { before, after });
      // The next plan sees these edits, as it would in a real run.
      service.open(edited.file, after, ++version);
    }
  }
  return preview;
}

/** Lists, then the diff: `patch` skips what comes before the first. */
function previewText(preview: Preview, making: Making, batch: Batch): string {
  const { create, effects, failures, modes } = preview;
  const diff = diffOf(preview, making);
  const parts = [
    list('Would create', fileLines([...create.values()], making)),
    list('Would set the permissions of', modeLines([...modes.values()], making.display)),
    effectsText([...effects]),
    diff,
  ].filter((part) => part !== '');
  if (create.size + modes.size > 0 || diff !== '') return parts.join('\n');
  return failures.size > 0
    ? ''
    : `${nothingLines({ declined: false, notes: preview.notes }, batch).join('\n')}\n`;
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** `{version, create, edit, modes, diff, effects, reminders, notes, failures, stacks}` */
function previewJson(preview: Preview, making: Making, { gathered }: Session): string {
  const { display } = making;
  return print({
    version: 1,
    create: [...preview.create.values()].map((file) => fileJson(file, making)),
    edit: [...preview.texts.keys()].map(display),
    modes: [...preview.modes.values()].map((mode) => modeJson(mode, display)),
    diff: diffOf(preview, making),
    effects: [...preview.effects],
    reminders: [...preview.reminders],
    notes: [...preview.notes],
    failures: [...preview.failures],
    stacks: stacksOf(gathered.reports).map((stack) => stackJson(stack, display)),
  });
}

function diffOf({ texts }: Preview, { display }: Making): string {
  return [...texts]
    .map(([file, { before, after }]) =>
      // Around what is added to another file, such as `.env`, there may be secrets.
      unifiedDiff(diffName(display(file)), before, after, isCompose(before) ? undefined : 0),
    )
    .join('');
}

function diffName(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\//, '');
}
