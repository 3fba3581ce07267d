/** From what a command for keys was asked for to the plans that do it. */
import type { KeyOptions, KeyTask, TaskAnswer } from '../../language-service/api/tasks';
import { displayer, filesToFix } from '../check/check-files';
import { CommandError } from '../core/context';
import { stackFiles } from '../session/session';
import type { Job, Session } from '../session/types';
import { type Choice, chooseTargets, pick } from './choose-target';
import type { PlanWithRoot } from './root-certificate';

/** All that can be fixed, file by file; with `codes`, only findings of these rules; `keys` say how keys are made. */
export function fixJobs(
  { gathered, service }: Session,
  options: { readonly generate: boolean; readonly codes?: readonly string[]; readonly keys?: KeyOptions },
): Job[] {
  return filesToFix(gathered.reports).map((file) => ({
    file,
    plan: async () => ({ kind: 'plan', plan: await service.planAll(file, options) }),
  }));
}

/** A task for each stack, in the order of its files. `find` finds its root certificate, where it takes one. */
export function stackJobs(
  taskOf: (root: string | undefined) => KeyTask,
  session: Session,
  files: readonly string[] = stackFiles(session),
  find: (plan: PlanWithRoot) => Promise<TaskAnswer> = (plan) => plan(undefined),
): Job[] {
  return files.map((file) => ({
    file,
    plan: () => find((root) => session.service.planTask(file, taskOf(root))),
  }));
}

/**
 * A task that may be done in one stack only, though several were looked at: the one where there is something to do.
 * @throws CommandError where that is so in several
 */
export async function onlyJob(
  jobs: readonly Job[],
  problem: string,
  { context }: Session,
): Promise<readonly Job[]> {
  if (jobs.length <= 1) return jobs;
  const answered = await answersOf(jobs);
  const plans = new Map(
    answered.flatMap((each) => (each.answer.kind === 'plan' ? [[planKey(each.answer), each.job]] : [])),
  );
  if (plans.size <= 1) return bestReasons(answered, [...plans.values()]);
  const files = [...plans.values()].map(({ file }) => displayer(context)(file)).join(', ');
  throw new CommandError(`${problem}: ${files}. Name the compose files with -f.`);
}

/** Plans with a passphrase and a root certificate, where they are known. */
type PlanWithBoth = (passphrase?: string, root?: string) => Promise<TaskAnswer>;

/** How the passphrase of a target's task and its root certificate are found. */
export type Protect = (choice: Choice) => (plan: PlanWithBoth) => Promise<TaskAnswer>;

/**
 * A task for one target: the one that is named, that alone fits, or that a person picks.
 * @throws UsageError, CommandError where it stays open
 */
export async function targetJobs(
  kind: KeyTask['kind'],
  taskOf: (choice: Choice, passphrase: string | undefined, root: string | undefined) => KeyTask,
  session: Session,
  protect: Protect = () => (plan) => plan(),
): Promise<readonly Job[]> {
  const choices = await chooseTargets(kind, session);
  const jobs = choices.map((choice) => {
    const { file } = choice;
    const plan = protect(choice);
    return {
      file,
      choice,
      plan: () =>
        plan((passphrase, root) => session.service.planTask(file, taskOf(choice, passphrase, root))),
    };
  });
  if (jobs.length <= 1) return jobs;
  // None seems to fit; each has its own reason, or can be done all the same, such as with --force.
  const answered = await answersOf(jobs);
  const able = answered.flatMap(({ answer, job }) => (answer.kind === 'plan' ? [job] : []));
  if (able.length <= 1) return bestReasons(answered, able);
  const picked = await pick(
    able.map(({ choice }) => choice),
    session,
  );
  return able.filter(({ choice }) => choice === picked);
}

interface Answered<T extends Job> {
  readonly job: T;
  readonly answer: TaskAnswer;
}

async function answersOf<T extends Job>(jobs: readonly T[]): Promise<Answered<T>[]> {
  const answered: Answered<T>[] = [];
  for (const job of jobs) answered.push({ job, answer: await job.plan() });
  return answered;
}

/** The jobs to go on with: those that can be done, else those that are done already, else all, to report why not. */
function bestReasons(answered: readonly Answered<Job>[], able: readonly Job[]): readonly Job[] {
  if (able.length > 0) return able;
  const done = answered.filter(({ answer }) => answer.kind === 'nothing');
  return (done.length > 0 ? done : answered).map(({ job }) => job);
}

/** Equal for plans that do the same, such as those of two stacks with one base. */
function planKey({ plan }: TaskAnswer & { kind: 'plan' }): string {
  return JSON.stringify([plan.create.map(({ path }) => path), plan.edits]);
}

/** What a task is about. */
export function idOf({ service, requirement }: { readonly service: string; readonly requirement: string }) {
  return { service, requirement };
}

/** The option of a task that names a root certificate, where there is one. */
export function rootOf(root: string | undefined): { root?: string } {
  return root === undefined ? {} : { root };
}
