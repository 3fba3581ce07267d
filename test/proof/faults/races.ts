/** Several runs at once in one project: each file is made once, and everybody else is told. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { generate, type Run } from './cli';
import { type Expected, inspect, type Projects } from './project';
import { snapshot } from './snapshot';

export interface RaceTally {
  races: number;
  /** runs that came to an end with the exit code of a run that has the project for itself */
  succeeded: number;
  /** runs that said on stderr why they did not */
  explained: number;
  /** files beside those that one run makes, by runs that planned while another one was between making and mounting */
  surplus: number;
  /** one line for each thing that is wrong */
  readonly violations: string[];
}

export interface RaceOptions {
  readonly cli: string;
  readonly projects: Projects;
  readonly directory: string;
  readonly races: number;
  /** How many run at the same time. */
  readonly runners: number;
}

/** Carries out the races, one after the other, the scenarios in turn. */
export async function raceTrials({
  cli,
  projects,
  directory,
  races,
  runners,
}: RaceOptions): Promise<RaceTally> {
  const tally: RaceTally = { races, succeeded: 0, explained: 0, surplus: 0, violations: [] };
  for (let number = 1; number <= races; number += 1) {
    const expected = projects.expected[(number - 1) % projects.expected.length];
    if (expected === undefined) throw new Error('there is no scenario');
    const project = await projects.create(expected.scenario, directory);
    const before = await snapshot(project);
    const runs = await Promise.all(
      Array.from({ length: runners }, () => generate(cli, project, { args: ['--format', 'json'] })),
    );
    const told = runs.flatMap((run) => filesToldOf(run, project));
    const surplus = [...new Set(told)].filter((name) => !expected.made.includes(name));
    tally.surplus += surplus.length;
    const all: Expected = { ...expected, made: [...expected.made, ...surplus] };
    const wrong = [...countRuns(runs, tally, expected), ...madeTwice(told, all)];
    const last = await generate(cli, project);
    if (last.code !== expected.code || last.stderr !== '') {
      wrong.push(`a run afterwards ended with ${last.code}: ${last.stderr}`);
    }
    const { changed, partial, leftovers, other } = await inspect(project, before, all, true);
    wrong.push(
      ...changed.map((name) => `${name} was changed`),
      ...partial.map((name) => `${name} is not whole`),
      ...leftovers.map((name) => `${name} was left`),
      ...other,
    );
    tally.violations.push(...wrong.map((what) => `race ${number} (${expected.scenario.title}): ${what}`));
    await rm(project, { recursive: true });
  }
  return tally;
}

function countRuns(runs: readonly Run[], tally: RaceTally, expected: Expected): string[] {
  const wrong: string[] = [];
  for (const run of runs) {
    if (run.code === expected.code && run.stderr === '') tally.succeeded += 1;
    else if (run.code === 2 && run.stderr.startsWith('mender-compose: ')) tally.explained += 1;
    else wrong.push(`a run ended with ${run.code}: ${run.stderr}`);
  }
  return wrong;
}

function madeTwice(told: readonly string[], { made }: Expected): string[] {
  return made.flatMap((name) => {
    const count = told.filter((each) => each === name).length;
    return count === 1 ? [] : [`${name} was made by ${count} runs`];
  });
}

/** Which files a run says that it made. */
function filesToldOf({ stdout }: Run, project: string): string[] {
  const { created } = JSON.parse(stdout) as { created: { file: string }[] };
  return created.map(({ file }) => path.relative(project, path.resolve(project, file)));
}
