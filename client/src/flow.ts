/**
 * The command's steps: look, show, ask, make, edit, tell. Everything of VS Code stands behind `Ui`, everything of
 * the server behind `Engine`, so that the steps can be tested without either.
 */
import type {
  Applied,
  ApplyParams,
  ApplyResult,
  PlanAnswer,
  PlanPreview,
} from '../../server/src/lsp/protocol';
import * as messages from './messages';

export interface Step {
  readonly number: number;
  readonly total: number;
}

export interface NamesQuestion {
  readonly service: string;
  readonly prompt: string;
  readonly value: string;
}

export interface Ui {
  inform(message: string): Promise<void>;
  fail(message: string): Promise<void>;
  /** Says that the workspace is not trusted, and leads to where it can be. */
  refuseUntrusted(): Promise<void>;
  /** Shows what would happen. */
  confirm(plan: PlanPreview, step: Step): Promise<'go' | 'cancel'>;
  askNames(question: NamesQuestion, step: Step): Promise<readonly string[] | 'back' | 'cancel'>;
  /** Carries out `params` under a notification that can cancel it. */
  make(params: ApplyParams): Promise<ApplyResult>;
  /** Applies the edit as one step of undo, unless a document has another version by now: then false. */
  edit(result: Applied): Promise<boolean>;
  tell(message: string, result: Applied): Promise<void>;
  /** Offers to plan the mounts anew. */
  offerRetry(message: string): Promise<boolean>;
}

export interface Flow {
  /** Of the compose file. */
  readonly uri: string;
  /** One fix of the light bulb; without it, all that is missing. */
  readonly fixId?: string;
  readonly trusted: boolean;
  /** False for a document that lies in no folder. */
  readonly onDisk: boolean;
  plan(): Promise<PlanAnswer>;
}

/** Runs the whole command. Every way it can end is told to the user, except that they cancelled a prompt. */
export async function runFlow(ui: Ui, flow: Flow): Promise<void> {
  if (!flow.trusted) return ui.refuseUntrusted();
  if (!flow.onDisk) return ui.inform(messages.SAVE_FIRST);
  const plan = await flow.plan();
  if (!plan.ok) return ui.fail(plan.message);
  if (!plan.mender) return ui.inform(messages.NO_MENDER_SERVICE);
  if (plan.create.length === 0 && plan.edited.length === 0) return ui.inform(messages.NOTHING_MISSING);

  const names = await ask(ui, plan, flow.fixId === undefined);
  if (names === undefined) return;
  const result = await ui.make({
    uri: flow.uri,
    fixId: flow.fixId,
    names,
    confirmed: plan.create.map((file) => file.path),
  });
  if (!result.ok) return result.cancelled ? ui.inform(result.message) : ui.fail(result.message);
  await finish(ui, flow.uri, result);
}

/** The prompts, with a way back from each to the one before; undefined when the user gave up. */
async function ask(
  ui: Ui,
  plan: PlanPreview,
  confirms: boolean,
): Promise<Record<string, readonly string[]> | undefined> {
  const open = plan.names.filter((entry) => entry.names.length === 0);
  const before = confirms ? 1 : 0;
  const total = before + open.length;
  const answers = new Map<string, readonly string[]>();
  let at = 0;
  while (at < total) {
    const step = { number: at + 1, total };
    if (at < before) {
      if ((await ui.confirm(plan, step)) === 'cancel') return undefined;
      at++;
      continue;
    }
    const entry = open[at - before];
    if (entry === undefined) break;
    const { service, fallback } = entry;
    const value = (answers.get(service) ?? fallback).join(', ');
    const answer = await ui.askNames(
      { service, prompt: messages.namesPrompt(service, fallback), value },
      step,
    );
    if (answer === 'cancel') return undefined;
    if (answer === 'back') {
      at--;
      continue;
    }
    answers.set(service, answer);
    at++;
  }
  return Object.fromEntries(answers);
}

/** The files are there: mounts them, again from today's text as often as the user wants, and tells. */
async function finish(ui: Ui, uri: string, made: Applied): Promise<void> {
  let result = made;
  while (!(await ui.edit(result))) {
    if (!(await ui.offerRetry(messages.notMounted(made)))) return;
    const again = await ui.make({ uri, generate: false, confirmed: [] });
    if (!again.ok) return ui.fail(again.message);
    // What was made and is left to do is known from the first run.
    result = { ...again, created: made.created, kept: made.kept, reminders: made.reminders };
  }
  await ui.tell(messages.done(result), result);
}
