/** Runs one task: its questions, the plan, the confirmation, and the work. */
import type {
  KeyTarget,
  KeyTask,
  PlanAnswer,
  PlanPreview,
  Refusal,
} from '../../../server/src/language-server/protocol/index';
import { agreedTo, askAboutPlan, carryOut, isEmpty, type Names, reportNothingToDo } from '../plans/run-plan';
import * as messages from '../ui/messages';
import { askAll, type Step } from '../ui/multi-step';
import type { TaskUi } from '../ui/ui';
import { DEFINITIONS, type Definition } from './definitions';
import { askRoot } from './file-questions';
import { type Asking, askTarget, type Choices, optional, type TaskQuestion } from './questions';
import {
  ANYWAY,
  CHOOSE_ROOT,
  NO_TARGET,
  PASSPHRASE_MISSING,
  PASSPHRASE_PROMPT,
  rootReason,
  type TaskKind,
  TITLES,
} from './texts';

export interface TaskRun {
  readonly kind: TaskKind;
  /** Of the compose file. */
  readonly uri: string;
  /** Absolute path of its directory. */
  readonly directory: string;
  /** The service and requirement that the task was started for, where it was started at one. */
  readonly service?: string;
  readonly requirement?: string;
  readonly trusted: boolean;
  /** False for a document that isn't saved yet, or lies on a file system that only an extension knows. */
  readonly onDisk: boolean;
  targets(): Promise<readonly KeyTarget[]>;
  /** Plans the task; `allow` are directories outside that it may use. Never traced when it holds a passphrase. */
  plan(task: KeyTask | undefined, allow: readonly string[]): Promise<PlanAnswer>;
}

/** What the last step hands over to the work. */
interface Ready {
  readonly task: KeyTask | undefined;
  readonly plan: PlanPreview;
  readonly names: Names;
  /** Directories outside that the user allowed. */
  readonly allow: readonly string[];
}

/** Runs the whole command. The user is shown every way it can end, except that they cancelled a prompt. */
export async function runTask(ui: TaskUi, run: TaskRun): Promise<void> {
  if (!run.trusted) return ui.refuseUntrusted();
  if (!run.onDisk) return ui.inform(messages.noDisk(run.uri));
  const definition = DEFINITIONS[run.kind];
  const all = run.kind === 'generate' ? [] : await run.targets();
  if (run.kind !== 'generate' && all.length === 0) return ui.inform(messages.NO_MENDER_SERVICE);
  const targets = targetsFor(run, definition, all);
  if (definition.about.length > 0 && targets.length === 0) return ui.inform(NO_TARGET[run.kind]);

  const asking: Asking = {
    ui,
    title: TITLES[run.kind],
    kind: run.kind,
    targets: definition.about.length > 0 ? targets : all.filter(({ kind }) => kind === 'tls-pair'),
    directory: run.directory,
  };
  const questions = definition.questions(asking);
  const options = definition.options(asking).map(optional);
  const canChoose = (choices: Choices) =>
    choices.options !== true && options.some((option) => option.applies({ ...choices, options: true }));
  let ready: Ready | undefined;
  let over: (() => Promise<void>) | undefined;
  const last: TaskQuestion = {
    applies: () => true,
    async ask(choices, step) {
      const answer = await planAndConfirm(asking, run, choices, step, canChoose(choices));
      if (typeof answer === 'function') {
        over = answer;
        return 'cancel';
      }
      const [first] = options;
      if (answer === 'options' && first) return { value: { ...choices, options: true }, goTo: first };
      if (answer === 'options' || answer === 'back' || answer === 'cancel') {
        return answer === 'back' ? 'back' : 'cancel';
      }
      ready = answer;
      return { value: choices };
    },
  };
  await askAll([...questions, ...options, last], {
    target: targets[0] ?? all.find((one) => isAsked(run, one)),
  });
  if (over !== undefined) return over();
  if (ready === undefined) return;
  const { task, plan, names, allow } = ready;
  const leave = allow.length > 0 ? { allow } : {};
  const params = { uri: run.uri, task, names, confirmed: agreedTo(plan), ...leave };
  await carryOut(ui, params, asking.title);
}

/** Those that the task can be about: the one that it was started at, else those that it makes sense for, else all. */
function targetsFor(run: TaskRun, { about }: Definition, all: readonly KeyTarget[]) {
  const fitting = all.filter((target) => about.includes(target.kind));
  const asked = fitting.filter((target) => isAsked(run, target));
  if (asked.length > 0) return asked;
  const sensible = fitting.filter(({ tasks }) => tasks.includes(run.kind));
  return sensible.length > 0 ? sensible : fitting;
}

function isAsked({ service, requirement }: TaskRun, target: KeyTarget): boolean {
  return target.service === service && (requirement === undefined || target.requirement === requirement);
}

/** The plan as the user agreed to it, where to go instead, or what is left to say. */
async function planAndConfirm(
  asking: Asking,
  run: TaskRun,
  choices: Choices,
  step: Step,
  options: boolean,
): Promise<Ready | 'options' | 'back' | 'cancel' | (() => Promise<void>)> {
  const planned = await planWith(asking, run, choices, step);
  if (typeof planned === 'string') return planned;
  const { plan, task, allow, step: here } = planned;
  const { ui, title } = asking;
  if (!plan.ok) return () => (plan.nothing ? ui.inform(plan.message) : ui.fail(plan.message));
  if (!plan.mender) return () => ui.inform(messages.NO_MENDER_SERVICE);
  if (isEmpty(plan)) return () => reportNothingToDo(ui, plan);
  const typed: Names =
    choices.target === undefined || choices.names === undefined || run.kind === 'renew'
      ? {}
      : { [choices.target.service]: choices.names };
  const shown = {
    ...plan,
    names: plan.names.map((entry) => ({ ...entry, names: typed[entry.service] ?? entry.names })),
  };
  const question = { title, plan: shown, options };
  const names = await askAboutPlan(ui, question, { confirm: true, step: here, names: typed });
  return typeof names === 'string' ? names : { task, plan, names, allow };
}

interface Planned {
  readonly plan: PlanAnswer;
  readonly task: KeyTask | undefined;
  readonly allow: readonly string[];
  /** Where the confirmation stands now: after a passphrase and a service that had to be asked for. */
  readonly step: Step;
}

/** Plans, and asks for what the server finds missing: a passphrase, the service, or that it be done all the same. */
async function planWith(
  asking: Asking,
  run: TaskRun,
  choices: Choices,
  start: Step,
): Promise<Planned | 'back' | 'cancel'> {
  let now = choices;
  let step = start;
  let passphrase: string | undefined;
  let complaint: string | undefined;
  let allow: readonly string[] = [];
  let asked = false;
  let needed = run.kind === 'convert' && choices.target?.encrypted === true;
  for (;;) {
    if (needed) {
      const longer = passphrase === undefined ? { ...step, total: step.total + 1 } : back(step);
      const answer = await asking.ui.text(passphraseQuestion(asking.title, complaint), longer);
      if (typeof answer === 'string') return answer;
      passphrase = answer.value;
      step = { number: longer.number + 1, total: longer.total, back: true };
    }
    const task = DEFINITIONS[run.kind].task(now, passphrase);
    const plan = await run.plan(task, allow);
    const outside = plan.outside ?? [];
    if (outside.length > 0 && !asked) {
      asked = true;
      const allowed = await asking.ui.offerAnyway(messages.outside(outside), messages.ALLOW);
      if (allowed) {
        allow = outside;
        // A passphrase that opened the key once does so again.
        needed = false;
        continue;
      }
    }
    if (plan.ok) {
      if (plan.rootWanted === undefined || now.root !== undefined) return { plan, task, allow, step };
      const longer = { ...step, total: step.total + 1 };
      const answer = await askRoot(asking, false, rootReason(plan.rootWanted)).ask(now, longer);
      if (typeof answer === 'string') return answer;
      now = answer.value;
      step = { number: longer.number + 1, total: longer.total, back: true };
      continue;
    }
    if (outside.length > 0 && allow.length === 0) return 'cancel';
    needed = plan.passphrase !== undefined;
    complaint = plan.passphrase === 'wrong' ? plan.message : undefined;
    if (needed) continue;
    const other = await otherwise(asking, run, now, plan, step);
    if (other === undefined) return { plan, task, allow, step };
    if (typeof other === 'string') return other;
    now = other;
  }
}

/** The step before: a passphrase that was wrong is asked for again in its place. */
function back(step: Step): Step {
  return { ...step, number: step.number - 1 };
}

function passphraseQuestion(title: string, complaint: string | undefined) {
  return {
    title,
    prompt: PASSPHRASE_PROMPT,
    value: '',
    secret: true,
    complaint,
    problem: (text: string) => (text === '' ? PASSPHRASE_MISSING : undefined),
  };
}

/** Choices under which a refused task may be planned after all; undefined when there are none. */
async function otherwise(
  asking: Asking,
  run: TaskRun,
  choices: Choices,
  refusal: Refusal,
  step: Step,
): Promise<Choices | 'back' | 'cancel' | undefined> {
  const anyway = ANYWAY[run.kind];
  if (refusal.rootNeeded && choices.root === undefined) {
    if (!(await asking.ui.offerAnyway(refusal.message, CHOOSE_ROOT))) return 'cancel';
    const answer = await askRoot(asking, true, '').ask(choices, { ...step, total: step.total + 1 });
    return typeof answer === 'string' ? answer : answer.value;
  }
  if ((refusal.nothing || refusal.anyway) && anyway !== undefined && choices.anyway !== true) {
    return (await asking.ui.offerAnyway(refusal.message, anyway)) ? { ...choices, anyway: true } : 'cancel';
  }
  if (run.kind !== 'import' || refusal.nothing || choices.target !== undefined) return undefined;
  if (asking.targets.length === 0) return undefined;
  const answer = await askTarget(asking).ask(choices, { ...step, total: step.total + 1 });
  return typeof answer === 'string' ? answer : answer.value;
}
