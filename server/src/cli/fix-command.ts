import type { MenderService, Plan, PlannedFile } from '../service/service';
import { choice, type GivenNames, type Parsed, parseArguments, readNames } from './arguments';
import { type Change, carryOut } from './change';
import { colourOption, makeReport, sayNotes } from './check-command';
import { dryRun } from './dry-run';
import { FORMATS } from './formats';
import { findingJson, print } from './formats/json';
import {
  allFindings,
  displayer,
  exitCode,
  type FileReport,
  filesToFix,
  type Gathered,
  gather,
} from './gather';

import { FIX_OPTIONS, GENERATE_OPTIONS } from './help';
import { createPrompt, type Prompt } from './prompt';
import { readSettings } from './settings';
import { certificateNames, checkNamedServices, isEmpty, sayFiles } from './show-plan';
import { type Style, styleFor } from './style';
import { CommandError, type Context, EXIT, Interrupted } from './terminal';

/**
 * The rules that `generate` acts on: something a service needs isn't mounted. Where it is mounted beside the right
 * path, the path is corrected, so that no second certificate is made.
 */
const MISSING = [
  'misplaced-mount',
  'missing-certificate-mount',
  'missing-private-key-mount',
  'missing-token-key-mount',
  'missing-storage-certificate-mount',
  'missing-storage-backend-cert',
];

/** What both commands are asked to do. */
export interface FixTask {
  readonly parsed: Parsed;
  readonly given: GivenNames;
  readonly planOptions: { readonly generate: boolean; readonly codes?: readonly string[] };
  readonly json: boolean;
  readonly service: MenderService;
  readonly context: Context;
}

/** What was done to all files together. */
interface Outcome {
  readonly created: PlannedFile[];
  readonly names: Map<string, readonly string[]>;
  readonly changes: Change[];
  readonly reminders: Set<string>;
  /** What could not be done. */
  readonly failures: string[];
  declined: boolean;
}

/** `mender-compose fix` and `mender-compose generate`: edit compose files and create keys. */
export async function fix(
  args: readonly string[],
  command: 'fix' | 'generate',
  context: Context,
): Promise<number> {
  const { engine, host } = context;
  const parsed = parseArguments(args, command, command === 'fix' ? FIX_OPTIONS : GENERATE_OPTIONS);
  const json = choice(parsed, 'format', ['text', 'json'], 'text') === 'json';
  const generate = command === 'generate' || parsed.switches.has('generate');
  const planOptions = command === 'generate' ? { generate, codes: MISSING } : { generate };
  const given = readNames(parsed);
  const service = engine.createService(host);
  const settings = readSettings(parsed, context);
  service.configure(settings);
  const task: FixTask = { parsed, given, planOptions, json, service, context };

  const gathered = await gather({ paths: parsed.paths, stack: settings.stacks?.[0] }, service, context);
  sayNotes(gathered, parsed, context);
  const broken = filesToFix(gathered.reports);
  const plans: Plan[] = [];
  for (const file of broken) plans.push(await service.planAll(file, planOptions));
  checkNamedServices(plans, given);

  if (parsed.switches.has('dry-run')) {
    await dryRun(broken, task);
    return exitCode(allFindings(gathered.reports), gathered.problems);
  }
  const creates = plans.some(({ create }) => create.length > 0);
  const asks = creates && !parsed.switches.has('yes');
  if (asks && (json || !context.streams.stdin?.isTTY || !context.streams.stderr.isTTY))
    return refuse(plans, task);

  const prompt = createPrompt(context.streams);
  let outcome: Outcome;
  try {
    outcome = await fixAll(broken, asks ? prompt : undefined, task);
  } finally {
    prompt.close();
  }
  return conclude(gathered, outcome, task);
}

/** Nobody can be asked, so nothing is done. */
function refuse(plans: readonly Plan[], { context, given }: FixTask): number {
  const lines = plans.flatMap((plan) =>
    sayFiles(plan.create, certificateNames(plan, given), displayer(context)),
  );
  const list = [...new Set(lines)].map((line) => `  ${line}\n`).join('');
  context.streams.stderr.write(
    `mender-compose: this would create\n${list}Nothing was changed. Pass --yes to go ahead, or --dry-run to see the changes.\n`,
  );
  return EXIT.trouble;
}

async function fixAll(
  broken: readonly string[],
  prompt: Prompt | undefined,
  task: FixTask,
): Promise<Outcome> {
  const outcome: Outcome = {
    created: [],
    names: new Map(),
    changes: [],
    reminders: new Set(),
    failures: [],
    declined: false,
  };
  for (const file of broken) {
    // Planned again: fixing one file may have fixed, or made files for, the next.
    const plan = await task.service.planAll(file, task.planOptions);
    if (isEmpty(plan)) {
      // There may still be something to tidy up after a run that was killed at its end.
      await task.service.apply(plan);
      continue;
    }
    const names = prompt ? await confirm(plan, prompt, task) : certificateNames(plan, task.given);
    if (names === undefined) outcome.declined = true;
    else await fixOne(plan, names, outcome, task);
  }
  return outcome;
}

/** Shows a plan and asks; undefined when the answer is no. A plan that creates nothing needs no answer. */
async function confirm(
  plan: Plan,
  prompt: Prompt,
  { context, given }: FixTask,
): Promise<Map<string, readonly string[]> | undefined> {
  const names = certificateNames(plan, given);
  if (plan.create.length === 0) return names;
  for (const { service, names: told, fallback } of plan.names) {
    if (told.length > 0 || given.byService.has(service) || given.forAll) continue;
    const answer = await prompt.ask(
      `Host names of the certificate of ${service}, comma-separated [${fallback.join(', ')}]: `,
    );
    const hosts = (answer ?? '').split(',').map((host) => host.trim());
    if (hosts.some((host) => host !== ''))
      names.set(
        service,
        hosts.filter((host) => host !== ''),
      );
  }
  const display = displayer(context);
  const edited = plan.edits.filter(({ edits }) => edits.length > 0).map(({ file }) => `  ${display(file)}\n`);
  const created = sayFiles(plan.create, names, display).map((line) => `  ${line}\n`);
  const question = `Create\n${created.join('')}${edited.length > 0 ? `and edit\n${edited.join('')}` : ''}Go ahead? [y/N] `;
  return /^y(es)?$/i.test((await prompt.ask(question)) ?? '') ? names : undefined;
}

async function fixOne(
  plan: Plan,
  names: ReadonlyMap<string, readonly string[]>,
  outcome: Outcome,
  { context, json, parsed, service }: FixTask,
): Promise<void> {
  const { stderr } = context.streams;
  const shows = stderr.isTTY === true && !json && !parsed.switches.has('quiet');
  const progress = (done: number, total: number, label: string): void => {
    if (shows && total > 0)
      stderr.write(done < total ? `\r\u001b[K[${done + 1}/${total}] ${label}` : '\r\u001b[K');
  };
  try {
    const done = await carryOut(plan, names, service, context, progress);
    outcome.created.push(...done.created);
    outcome.changes.push(...done.changes);
    for (const reminder of done.reminders) outcome.reminders.add(reminder);
    for (const [name, hosts] of names) outcome.names.set(name, hosts);
  } catch (error) {
    if (shows) stderr.write('\r\u001b[K');
    if (error instanceof CommandError) outcome.failures.push(error.message);
    else throw error;
  }
}

/** Says what was done, and what a check says now. */
async function conclude(gathered: Gathered, outcome: Outcome, task: FixTask): Promise<number> {
  const { context, json, parsed } = task;
  const { stderr, stdout } = context.streams;
  const after = await checkAgain(gathered, task);
  const left = allFindings(after.reports);
  for (const failure of outcome.failures) stderr.write(`mender-compose: ${failure}\n`);
  if (json) {
    stdout.write(outcomeJson(outcome, after, task));
  } else if (
    gathered.reports.length > 0 &&
    (outcome.failures.length === 0 || outcome.created.length + outcome.changes.length > 0)
  ) {
    const style = styleFor(stdout, context.host, colourOption(parsed));
    const parts = parsed.switches.has('quiet') ? [] : [outcomeText(outcome, style, task)];
    if (left.length > 0)
      parts.push(FORMATS.text.findings(await makeReport(after, parsed, task.service, context)));
    stdout.write(parts.filter((part) => part !== '').join('\n'));
  }
  return outcome.failures.length > 0 ? EXIT.trouble : exitCode(left, after.problems);
}

async function checkAgain(gathered: Gathered, { context, service }: FixTask): Promise<Gathered> {
  const reports: FileReport[] = [];
  const problems = [...gathered.problems];
  for (const { file, mender } of gathered.reports) {
    const answer = await service.check(file, context.streams.signal, { fixes: true });
    if (answer === undefined) throw new Interrupted();
    if ('problem' in answer) problems.push(`${displayer(context)(file)} ${answer.problem}`);
    else reports.push({ file, mender, findings: answer.findings, stacks: answer.stacks });
  }
  return { ...gathered, reports, problems };
}

function outcomeText(outcome: Outcome, style: Style, { context }: FixTask): string {
  const display = displayer(context);
  const lines = [
    ...sayFiles(outcome.created, outcome.names, display).map((line) => `${style.green('Created')} ${line}`),
    ...[...new Set(outcome.changes.map(({ file }) => file))].map(
      (file) => `${style.green('Edited')}  ${display(file)}`,
    ),
  ];
  if (lines.length === 0 && outcome.failures.length === 0) {
    lines.push(outcome.declined ? 'Nothing was changed.' : 'Nothing to change.');
  }
  if (outcome.reminders.size > 0) {
    lines.push('', style.bold('Left to do:'), ...[...outcome.reminders].map((reminder) => `  * ${reminder}`));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `{version, created, edited, reminders, left}`; `left` are the findings that a check reports now. */
function outcomeJson(outcome: Outcome, after: Gathered, { context }: FixTask): string {
  const display = displayer(context);
  return print({
    version: 1,
    created: outcome.created.map(({ path, kind, service }) => ({ file: display(path), kind, service })),
    edited: [...new Set(outcome.changes.map(({ file }) => display(file)))],
    reminders: [...outcome.reminders],
    left: allFindings(after.reports).map((finding) => findingJson(finding, display)),
  });
}
