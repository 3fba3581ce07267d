/**
 * What all commands that make files have in common: show, ask, make, edit, show the result. Everything of VS Code stands behind
 * `Ui`, everything of the server behind the functions that are handed in, so that it can be tested without either.
 */
import type {
  ApplyParams,
  PlanAnswer,
  PlanPreview,
} from '../../../server/src/language-server/protocol/index';
import * as messages from '../ui/messages';
import type { Step } from '../ui/multi-step';
import type { ConfirmQuestion, Ui } from '../ui/ui';

/** Names of certificates by service. */
export type Names = Readonly<Record<string, readonly string[]>>;

export interface FixRun {
  /** Of the compose file. */
  readonly uri: string;
  /** One fix of the light bulb. */
  readonly fixId: string;
  /** True where it was started from a link: it is shown, and asked for, unless all of it can be undone. */
  readonly review: boolean;
  readonly trusted: boolean;
  /** False for a document that isn't saved yet, or lies on a file system that only an extension knows. */
  readonly onDisk: boolean;
  plan(): Promise<PlanAnswer>;
}

/** Carries out a quick fix that makes files. The user is shown every way it can end, except that a prompt was cancelled. */
export async function runFix(ui: Ui, run: FixRun): Promise<void> {
  if (!run.trusted) return ui.refuseUntrusted();
  if (!run.onDisk) return ui.inform(messages.noDisk(run.uri));
  const plan = await run.plan();
  if (!plan.ok) return ui.fail(plan.message);
  if (isEmpty(plan)) return reportNothingToDo(ui, plan);
  const { title } = plan;
  // A fix of permissions says in its title whose; where files are made as well, the plan names what is closed to others.
  const [creates, sets] = [plan.create.length > 0, plan.modes.length > 0];
  const confirm = run.review ? creates || sets : creates && sets;
  const names = await askAboutPlan(ui, { title, plan, options: false }, { confirm });
  if (typeof names === 'string') return;
  const { uri, fixId } = run;
  await carryOut(ui, { uri, fixId, names, confirmed: agreedTo(plan) }, title);
}

/** What a plan that was shown creates, and gives other permissions. */
export function agreedTo({ create, modes }: PlanPreview): readonly string[] {
  return [...create, ...modes].map(({ path }) => path);
}

/** Nothing would be done: all is there, or what is left is left to the user. */
export function reportNothingToDo(
  ui: Pick<Ui, 'inform' | 'fail'>,
  { reminders }: PlanPreview,
): Promise<void> {
  return reminders.length > 0 ? ui.fail(reminders.join(' ')) : ui.inform(messages.NOTHING_MISSING);
}

/** True when nothing would be done. */
export function isEmpty(plan: PlanPreview): boolean {
  return plan.create.length === 0 && plan.edited.length === 0 && plan.modes.length === 0;
}

export interface AboutPlan {
  /** False where the user has agreed by choosing the fix. */
  readonly confirm: boolean;
  /** Where the confirmation stands in a longer run. */
  readonly step?: Step;
  /** Names that were typed before, by service. */
  readonly names?: Names;
}

/** Confirms a plan and asks for the names that no file tells, with a way back from each prompt to the one before. */
export async function askAboutPlan(
  ui: Ui,
  question: ConfirmQuestion,
  { confirm, step = { number: 1, total: 1, back: false }, names = {} }: AboutPlan,
): Promise<Names | 'options' | 'back' | 'cancel'> {
  const open = question.plan.names.filter((entry) => entry.names.length === 0 && !names[entry.service]);
  const before = confirm ? 1 : 0;
  const answers = new Map<string, readonly string[]>(Object.entries(names));
  let at = 0;
  while (at < before + open.length) {
    const here = {
      number: step.number + at,
      total: step.total - 1 + before + open.length,
      back: at > 0 || step.back,
    };
    const entry = open[at - before];
    const answer =
      entry === undefined
        ? await ui.confirm(question, here)
        : await askNames(ui, question, entry, answers, here);
    if (answer === 'cancel' || answer === 'options') return answer;
    if (answer === 'back') {
      if (at === 0) return 'back';
      at--;
      continue;
    }
    if (entry !== undefined && answer !== 'go') answers.set(entry.service, answer);
    at++;
  }
  return Object.fromEntries(answers);
}

function askNames(
  ui: Ui,
  { title }: ConfirmQuestion,
  { service, fallback }: PlanPreview['names'][number],
  answers: ReadonlyMap<string, readonly string[]>,
  step: Step,
) {
  const value = (answers.get(service) ?? fallback).join(', ');
  return ui.askNames({ title, service, prompt: messages.namesPrompt(service, fallback), value }, step);
}

/** Makes the files, mounts them, again from today's text as often as the user wants, and shows the result. */
export async function carryOut(ui: Ui, params: ApplyParams, title: string): Promise<void> {
  const made = await ui.make(params, title);
  if (!made.ok) return made.cancelled || made.nothing ? ui.inform(made.message) : ui.fail(made.message);
  let result = made;
  while (!(await ui.edit(result))) {
    // Planned anew, a task would make its files anew: those that are there would be left over.
    if (params.task !== undefined && params.task.kind !== 'generate') {
      return ui.showResult(messages.notMountedByTask(made), made);
    }
    if (!(await ui.offerRetry(messages.notMounted(made)))) return;
    const again = await ui.make({ uri: params.uri, generate: false, confirmed: [] }, title);
    if (!again.ok) return ui.fail(again.message);
    // What was made and is left to do is known from the first run.
    result = { ...again, created: made.created, reminders: made.reminders };
  }
  await ui.showResult(messages.done(result), result);
}
