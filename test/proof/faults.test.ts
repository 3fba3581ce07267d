/**
 * Faults while the command line makes keys: kills at any moment, races, full and read-only disks, links in the way.
 * `npm run proof:faults` runs this with more kills and races, and prints the same counts.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTemporaryDirectory, temporaryDirectory } from '../pki/openssl';
import { NAMES, prepareGround as prepareCommands } from './faults/commands';
import type { DiskAnswer, DiskOptions } from './faults/disks';
import { everyKill, killTrials, someKills } from './faults/kills';
import { PLANTS, prepareGround, runWhileFlipping, runWithLink } from './faults/links';
import { buildPrograms, type Programs, useReadyKeys } from './faults/programs';
import { type Projects, prepareProjects } from './faults/project';
import { raceTrials } from './faults/races';
import { can } from './tools';

/** 0: all there are. */
const KILLS = Number(process.env.PROOF_KILLS ?? 6);
const RANDOM_KILLS = 300;
/** Of the commands, those that are killed in the ordinary tests. */
const SAMPLE = ['bundle', 'import', 'rotate', 'fix'];
const RACES = Number(process.env.PROOF_RACES ?? 3);
const SEED = Number(process.env.PROOF_SEED ?? 1);
/** Without it, keys come ready, and only what tells most is tried. */
const WHOLE = process.env.PROOF_KILLS !== undefined;
/** About as many as there are. */
const RUNS = (KILLS === 0 ? 400 : KILLS) + 9 * RACES + 60;
const KEYS_OF_A_RUN = 3;
const LONG = 4 * 3_600_000;
const CONCURRENCY = Number(process.env.PROOF_AT_ONCE || Math.max(2, availableParallelism()));

const canMount = can('mount a file system', 'unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('Left out, because only root can do it: running as another user');

const shared = temporaryDirectory();
let programs: Programs;
let projects: Projects;
const counts: string[] = [];

beforeAll(async () => {
  await shared.create();
  // Other users run what is in it, too.
  await chmod(shared.path, 0o755);
  programs = await buildPrograms(shared.path);
  if (!WHOLE || process.env.PROOF_READY_KEYS === '1') await useReadyKeys(shared.path, RUNS * KEYS_OF_A_RUN);
  projects = await prepareProjects(programs.cli, shared.path);
}, LONG);
afterAll(async () => {
  delete process.env.READY_KEYS;
  await shared.remove();
  console.log(counts.join('\n'));
});

describe('a run that is killed', { timeout: LONG }, () => {
  it('harms nothing, whatever it was to do, and the next one finishes it or takes it back', async () => {
    const ground = await prepareCommands(programs.cli, shared.path, WHOLE ? NAMES : SAMPLE, WHOLE);
    const all = everyKill(ground, SEED, RANDOM_KILLS);
    const kills = WHOLE && KILLS === 0 ? all : someKills(all, KILLS, SEED);
    const { violations, ...tally } = await killTrials(kills, {
      ...{ ground, directory: shared.path, atOnce: CONCURRENCY },
    });
    counts.push(
      `kills, seed ${SEED}: ${tally.trials} trials of ${all.length}, ${tally.killed} killed, ${tally.begun} of them had begun to write, ${tally.completed} were completed`,
      `  lost ${tally.lost}, changed ${tally.changed}, half ${tally.half}, keys that git would take ${tally.forGit}`,
      ...violations.map((violation) => `  ${violation}`),
    );
    expect(violations).toEqual([]);
    expect(tally).toMatchObject({ trials: kills.length, lost: 0, changed: 0, half: 0, forGit: 0 });
    expect(tally.begun).toBeGreaterThan(0);
  });
});

describe('eight runs at once', { timeout: LONG }, () => {
  it('make each file once, and the others are told', async () => {
    const { violations, ...tally } = await raceTrials({
      ...{ cli: programs.cli, projects, directory: shared.path },
      ...{ races: RACES, runners: 8 },
    });
    counts.push(
      `races of eight: ${tally.races}, ${tally.succeeded} runs succeeded, ${tally.explained} said why they did not, ${tally.surplus} surplus files, ${violations.length} violations`,
      ...violations.map((violation) => `  ${violation}`),
    );
    expect(violations).toEqual([]);
    expect(tally.succeeded + tally.explained).toBe(RACES * 8);
    expect(tally.succeeded).toBeGreaterThan(0);
  });
});

describe('a disk', { timeout: LONG }, () => {
  async function trials(kind: 'mounts' | 'users'): Promise<readonly DiskAnswer[]> {
    const [expected] = projects.expected;
    if (expected === undefined) throw new Error('there is no scenario');
    const at = await mkdtemp(path.join(shared.path, 'disk-'));
    await chmod(at, 0o755);
    const source = await projects.create(expected.scenario, shared.path);
    const options: DiskOptions = { cli: programs.cli, source, expected, at, whole: WHOLE };
    const command = [process.execPath, programs.disks, kind, JSON.stringify(options)];
    const [program = '', ...args] = kind === 'mounts' ? ['unshare', '--mount', ...command] : command;
    const { stdout } = await promisify(execFile)(program, args);
    const answers = JSON.parse(stdout) as DiskAnswer[];
    counts.push(...answers.map(lineOf));
    return answers;
  }

  it.runIf(canMount)('that is full or read-only is told, and nothing is half done', async () => {
    const answers = await trials('mounts');
    expect(answers.flatMap(({ violations }) => violations)).toEqual([]);
    const outcomes = answers.map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'nothing']));
    const said = answers.filter(({ outcome }) => outcome !== 'done').map((answer) => answer.said);
    expect(said.pop()).toContain('the file system is mounted read-only');
    for (const each of said) expect(each).toContain('no space is left on the disk');
  });

  it.runIf(isRoot)("that is somebody else's is told, and nothing is half done", async () => {
    const answers = await trials('users');
    expect(answers.flatMap(({ violations }) => violations)).toEqual([]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['nothing', 'nothing']);
    for (const { said } of answers) expect(said).toContain('permission denied');
  });
});

function lineOf({ title, outcome, violations }: DiskAnswer): string {
  return `${title}: ${outcome}, ${violations.length} violations${violations.map((each) => `\n  ${each}`).join('')}`;
}

describe('a symbolic link', { timeout: LONG }, () => {
  const ground = (base: string) =>
    prepareGround(base, (parent) => {
      const [expected] = projects.expected;
      if (expected === undefined) throw new Error('there is no scenario');
      return projects.create(expected.scenario, parent);
    });

  it.each(PLANTS)('is not followed where $title', async (plant) => {
    await inTemporaryDirectory(async (base) => {
      const answer = await runWithLink(programs.cli, await ground(base), plant);
      counts.push(`${plant.title}: exit code ${answer.code}, ${answer.violations.length} violations`);
      expect(answer.violations).toEqual([]);
    });
  });

  it('that comes and goes while a run is at work leads nothing outside', async () => {
    const times = WHOLE ? 50 : 3;
    const written: string[] = [];
    for (let time = 0; time < times; time += 1) {
      await inTemporaryDirectory(async (base) => {
        const place = await ground(base);
        await mkdir(path.join(place.project, 'production/keys-generated/certs'), { recursive: true });
        written.push(...(await runWhileFlipping(programs.cli, place)));
      });
    }
    counts.push(
      `a directory swapped for a link during a run: ${times} runs, ${written.length} files left outside`,
    );
    expect(written).toEqual([]);
  });
});
