/** What was done, in words and as JSON. */
import type { Plan, PlannedFile, PlannedMode } from '../../language-service/api/index';
import type { TaskAnswer } from '../../language-service/api/tasks';
import { allFindings, displayer, exactDisplayer, type Gathered } from '../check/check-files';
import { stacksOf } from '../check/stacks';
import type { Context } from '../core/context';
import { printable, type Style } from '../core/style';
import { findingJson, print, stackJson } from '../formats/json';
import { isEmpty } from '../formats/report';
import { allowHint } from '../session/named-directories';
import type { Batch, Session } from '../session/types';
import { fileJson, fileLines, type Making, modeJson, modeLines } from './print-plan';

/** What was done to all files together. */
export interface Outcome {
  readonly created: PlannedFile[];
  readonly names: Map<string, readonly string[]>;
  /** Absolute paths of the texts that were written. */
  readonly edited: Set<string>;
  readonly modes: PlannedMode[];
  readonly effects: Set<string>;
  readonly reminders: Set<string>;
  /** Why there was nothing to do. */
  readonly notes: Set<string>;
  /** What could not be done. */
  readonly failures: Set<string>;
  declined: boolean;
  /** Ctrl-C came: what follows was not begun. */
  interrupted: boolean;
}

export function noOutcome(): Outcome {
  return {
    created: [],
    names: new Map(),
    edited: new Set(),
    modes: [],
    effects: new Set(),
    reminders: new Set(),
    notes: new Set(),
    failures: new Set(),
    declined: false,
    interrupted: false,
  };
}

/** The plan of an answer, where it does something; else the reason goes among the notes or the failures. */
export function planIn(
  answer: TaskAnswer,
  { exit }: Batch,
  { notes, failures, reminders }: Pick<Outcome, 'notes' | 'failures' | 'reminders'>,
  context: Context,
): Plan | undefined {
  const hint = allowHint(answer, context);
  if (answer.kind === 'refused') failures.add([answer.message, hint ?? []].flat().join(' '));
  if (answer.kind === 'nothing') notes.add(answer.message);
  if (answer.kind !== 'plan') return undefined;
  const { plan } = answer;
  if (!isEmpty(plan)) {
    if (hint !== undefined) reminders.add(hint);
    return plan;
  }
  // What was asked for has been left to the person, such as a file outside of what was named.
  const reported = exit === 'done' ? failures : notes;
  for (const reminder of [...plan.reminders, hint ?? []].flat()) reported.add(reminder);
  return undefined;
}

/** True when nothing was made, edited or set. */
export function didNothing({ created, edited, modes }: Outcome): boolean {
  return created.length + edited.size + modes.length === 0;
}

/** For people: what was made, edited and set, or why nothing was, and what is left to do. */
export function outcomeText(outcome: Outcome, style: Style, batch: Batch, { context }: Session): string {
  const making = makingOf(outcome, batch, displayer(context));
  const lines = [
    ...fileLines(outcome.created, making).map((line) => `${style.green('Created')} ${line}`),
    ...[...outcome.edited].map((file) => `${style.green('Edited')}  ${printable(making.display(file))}`),
    ...modeLines(outcome.modes, making.display).map((line) => `${style.green('Set')}     ${line}`),
  ];
  if (lines.length === 0 && outcome.failures.size === 0) lines.push(...nothingLines(outcome, batch));
  lines.push(...section('Effects:', outcome.effects, style));
  lines.push(...section('To do:', outcome.reminders, style));
  return lines.map((line) => `${line}\n`).join('');
}

function section(title: string, sentences: ReadonlySet<string>, style: Style): string[] {
  if (sentences.size === 0) return [];
  return ['', style.bold(title), ...[...sentences].map((sentence) => `  * ${printable(sentence)}`)];
}

/** Why nothing was done. */
export function nothingLines(
  { declined, notes }: Pick<Outcome, 'declined' | 'notes'>,
  { hint }: Pick<Batch, 'hint'>,
): string[] {
  if (declined) return ['Nothing was changed.'];
  if (notes.size === 0) return ['Nothing to change.'];
  return [...[...notes].map(printable), ...(hint === undefined ? [] : [hint])];
}

/**
 * `{version, created, edited, modes, effects, reminders, notes, failures, left, stacks}`; `left` are the findings that
 * a check reports now.
 */
export function outcomeJson(outcome: Outcome, after: Gathered, batch: Batch, { context }: Session): string {
  const making = makingOf(outcome, batch, exactDisplayer(context));
  const { display } = making;
  return print({
    version: 1,
    created: outcome.created.map((file) => fileJson(file, making)),
    edited: [...outcome.edited].map(display),
    modes: outcome.modes.map((mode) => modeJson(mode, display)),
    effects: [...outcome.effects],
    reminders: [...outcome.reminders],
    notes: [...outcome.notes],
    failures: [...outcome.failures],
    left: allFindings(after.reports).map((finding) => findingJson(finding, display)),
    stacks: stacksOf(after.reports).map((stack) => stackJson(stack, display)),
  });
}

function makingOf({ names }: Outcome, { make = {} }: Batch, display: Making['display']): Making {
  return { names, make, display };
}
