/** The common way of all commands that change something: plan, show, confirm, carry out, conclude. */
import type { Plan } from '../../language-service/api/index';
import type { TaskAnswer } from '../../language-service/api/tasks';
import { allFindings, displayer, exitCode, type FileReport, type Gathered } from '../check/check-files';
import { CommandError, EXIT, Interrupted } from '../core/context';
import { printable, styleFor } from '../core/style';
import { isEmpty, makeReport } from '../formats/report';
import { text } from '../formats/text';
import type { Prompt } from '../input/prompt';
import { colourOption } from '../options/settings';
import { planWithin } from '../session/named-directories';
import { printRecovered } from '../session/recover';
import type { Batch, Session } from '../session/types';
import { carryOut, NotDone } from './apply-plan';
import { confirm, needsYes, refuse } from './confirm';
import { dryRun } from './dry-run';
import { certificateNames, checkNamedServices } from './print-plan';
import { didNothing, noOutcome, type Outcome, outcomeJson, outcomeText, planIn } from './print-result';
import { mayWrite } from './write-protected';

/**
 * Does a command's batch, or shows it with `--dry-run`, and answers the exit code.
 * @throws UsageError, Interrupted
 */
export async function perform(batch: Batch, session: Session): Promise<number> {
  const answers: TaskAnswer[] = [];
  for (const job of batch.jobs) answers.push(await planWithin(job, session));
  const plans = answers.flatMap((answer) => (answer.kind === 'plan' ? [answer.plan] : []));
  checkNamedServices(plans, batch.given);
  const { parsed, prompt } = session;
  if (parsed.switches.has('dry-run')) return dryRun(answers, batch, session);
  const asks = !parsed.switches.has('yes') && plans.some((plan) => !isEmpty(plan) && needsYes(plan, batch));
  if (asks && !prompt) return refuse(plans, batch, session);
  return conclude(await doAll(answers, asks ? prompt : undefined, batch, session), batch, session);
}

async function doAll(
  answers: readonly TaskAnswer[],
  prompt: Prompt | undefined,
  batch: Batch,
  session: Session,
): Promise<Outcome> {
  const outcome = noOutcome();
  for (const [index, job] of batch.jobs.entries()) {
    // Planned again once something was done: fixing one file may have fixed, or made files for, the next.
    const known = didNothing(outcome) ? answers[index] : undefined;
    const answer = known ?? (await planWithin(job, session));
    const plan = planIn(answer, batch, outcome, session.context);
    if (!plan) continue;
    const asked = prompt && needsYes(plan, batch);
    const names = asked ? await confirm(plan, prompt, batch, session) : certificateNames(plan, batch.given);
    const writeProtected = names && (await mayWrite(plan, session));
    if (names === undefined || writeProtected === 'no') outcome.declined = true;
    else await doOne(plan, { names, writeProtected: writeProtected === 'asked' }, outcome, session);
    if (outcome.interrupted) break;
  }
  return outcome;
}

async function doOne(
  plan: Plan,
  {
    names,
    writeProtected,
  }: { readonly names: ReadonlyMap<string, readonly string[]>; readonly writeProtected: boolean },
  outcome: Outcome,
  { context, json, parsed, service }: Session,
): Promise<void> {
  const { stderr } = context.streams;
  const shows = stderr.isTTY === true && !json && !parsed.switches.has('quiet');
  const progress = (done: number, total: number, label: string): void => {
    if (shows && total > 0)
      stderr.write(done < total ? `\r\u001b[K[${done + 1}/${total}] ${printable(label)}` : '\r\u001b[K');
  };
  try {
    const done = await carryOut(plan, service, context, { names, progress, writeProtected });
    printRecovered(done.recovered, context);
    outcome.created.push(...done.created);
    for (const file of done.edited) outcome.edited.add(file);
    outcome.modes.push(...plan.modes);
    for (const effect of plan.effects) outcome.effects.add(effect);
    // What it means is shown as such, not as something left to do.
    for (const reminder of done.reminders)
      if (!plan.effects.includes(reminder)) outcome.reminders.add(reminder);
    for (const [name, hosts] of names) outcome.names.set(name, hosts);
  } catch (error) {
    if (shows) stderr.write('\r\u001b[K');
    if (!(error instanceof CommandError)) throw error;
    outcome.interrupted = error instanceof NotDone && error.interrupted;
    if (!outcome.interrupted) outcome.failures.add(error.message);
    if (error instanceof NotDone) for (const file of error.edited) outcome.edited.add(file);
  }
}

/** Prints what was done, and what a check reports now. */
async function conclude(outcome: Outcome, batch: Batch, session: Session): Promise<number> {
  const { context, gathered, json, parsed } = session;
  const { stderr, stdout } = context.streams;
  if (outcome.interrupted && didNothing(outcome)) throw new Interrupted();
  // Once something was done, it is reported whatever comes.
  const after = await checkAgain(session, didNothing(outcome) ? context.streams.signal : undefined);
  const left = allFindings(after.reports);
  if (outcome.interrupted) stderr.write('mender-compose: interrupted. Some of it was done:\n');
  for (const failure of outcome.failures) stderr.write(`mender-compose: ${printable(failure)}\n`);
  if (json) {
    stdout.write(outcomeJson(outcome, after, batch, session));
  } else if (gathered.reports.length > 0 && (outcome.failures.size === 0 || !didNothing(outcome))) {
    const style = styleFor(stdout, context.host, colourOption(parsed));
    const parts = parsed.switches.has('quiet') ? [] : [outcomeText(outcome, style, batch, session)];
    // Where it was so already, what else a check reports is no news.
    if (left.length > 0 && (batch.exit === 'findings' || !didNothing(outcome)))
      parts.push(text.findings(await makeReport(after, parsed, session.service, context, true)));
    stdout.write(parts.filter((part) => part !== '').join('\n'));
  }
  if (outcome.interrupted) return EXIT.interrupted;
  if (outcome.failures.size > 0) return EXIT.trouble;
  if (batch.exit === 'findings' || after.problems.length > 0) return exitCode(left, after.problems);
  return outcome.declined ? EXIT.findings : EXIT.clean;
}

async function checkAgain(
  { context, gathered, service }: Session,
  signal: AbortSignal | undefined,
): Promise<Gathered> {
  const reports: FileReport[] = [];
  const problems = [...gathered.problems];
  for (const { file, mender } of gathered.reports) {
    const answer = await service.check(file, signal, { fixes: true });
    if (answer === undefined) throw new Interrupted();
    if ('problem' in answer) problems.push(`${displayer(context)(file)} ${printable(answer.problem)}`);
    else reports.push({ file, mender, findings: answer.findings, stacks: answer.stacks });
  }
  return { ...gathered, reports, problems };
}
