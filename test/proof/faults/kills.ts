/** SIGKILL at any moment of a run: nothing that was there may suffer, and the next run completes. */
import { rm } from 'node:fs/promises';
import { type Random, seeded } from '../../pki/agreement/random';
import { generate, type RunOptions } from './cli';
import { type Expected, inspect, type Projects, type Wrong } from './project';
import { changedNames, isTemporary, snapshot } from './snapshot';

export interface Tally {
  trials: number;
  /** runs that were killed; the others were faster than the moment chosen for them */
  killed: number;
  /** killed runs that had begun to write, and not come to the end */
  inTheMiddle: number;
  changed: number;
  partial: number;
  leftovers: number;
  /** next runs that completed */
  completed: number;
  /** one line for each thing that is wrong */
  readonly violations: string[];
}

export interface KillOptions {
  readonly cli: string;
  readonly projects: Projects;
  /** Where the projects are made. */
  readonly directory: string;
  readonly kills: number;
  readonly seed: number;
  /** How many run at the same time. */
  readonly atOnce: number;
}

/** Carries out the trials; the same seed chooses the same scenarios and steps, while moments depend on the machine. */
export async function killTrials(options: KillOptions): Promise<Tally> {
  const tally: Tally = {
    trials: 0,
    killed: 0,
    inTheMiddle: 0,
    changed: 0,
    partial: 0,
    leftovers: 0,
    completed: 0,
    violations: [],
  };
  const random = seeded(options.seed);
  const worker = async () => {
    while (tally.trials < options.kills) {
      tally.trials += 1;
      const number = tally.trials;
      const expected = random.pick(options.projects.expected);
      await trial(number, expected, chooseMoment(random, expected), options, tally);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return tally;
}

/** Half of the kills come at random moments from outside, half at a step with which the run writes to the disk. */
function chooseMoment(random: Random, expected: Expected): RunOptions {
  if (random.oneIn(2)) return { killAfter: random.below(Math.ceil(expected.milliseconds * 1.1)) };
  return {
    dieAt: 1 + random.below(expected.steps),
    how: random.pick(['before', 'during', 'after'] as const),
  };
}

async function trial(
  number: number,
  expected: Expected,
  moment: RunOptions,
  { cli, projects, directory }: KillOptions,
  tally: Tally,
): Promise<void> {
  const project = await projects.create(expected.scenario, directory);
  const note = (what: string) =>
    void tally.violations.push(
      `trial ${number} (${expected.scenario.title}; ${JSON.stringify(moment)}): ${what}`,
    );
  const count = (wrong: Wrong, when: string) => {
    tally.changed += wrong.changed.length;
    tally.partial += wrong.partial.length;
    tally.leftovers += wrong.leftovers.length;
    for (const name of wrong.changed) note(`${when}, ${name} was changed`);
    for (const name of wrong.partial) note(`${when}, ${name} is not whole`);
    for (const name of wrong.leftovers) note(`${when}, ${name} was left`);
    for (const what of wrong.other) note(`${when}, ${what}`);
  };

  const before = await snapshot(project);
  const run = await generate(cli, project, moment);
  if (run.killed) tally.killed += 1;
  const between = await snapshot(project);
  count(await inspect(project, before, expected, !run.killed), 'after the kill');
  const begun = changedNames(between, before).length > 0;
  if (run.killed && begun && expected.made.some((name) => !between.has(name))) tally.inTheMiddle += 1;

  const next = await generate(cli, project);
  if (next.code === expected.code && next.stderr === '') tally.completed += 1;
  else note(`the next run ended with ${next.code}: ${next.stderr}`);
  count(await inspect(project, before, expected, true), 'after the next run');
  // What the killed run finished is what the next one uses.
  const finished = new Map(
    [...between].filter(([name]) => expected.made.includes(name) && !isTemporary(name)),
  );
  for (const name of changedNames(finished, await snapshot(project))) note(`${name} was made anew`);
  await rm(project, { recursive: true });
}
