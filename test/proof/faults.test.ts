/**
 * Faults while the command line makes keys: kills at any moment, races, full and read-only disks, links in the way.
 * `npm run proof:faults` runs this with more kills and races, and prints the same counts.
 */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../pki/openssl';
import { buildPrograms } from './faults/cli';
import { killTrials } from './faults/kills';
import { type Projects, prepareProjects } from './faults/project';

const KILLS = Number(process.env.PROOF_KILLS ?? 25);
const SEED = Number(process.env.PROOF_SEED ?? 1);
const LONG = 4 * 3_600_000;
const CONCURRENCY = Math.max(2, availableParallelism());

const shared = temporaryDirectory();
let cli = '';
let projects: Projects;
const counts: string[] = [];

beforeAll(async () => {
  await shared.create();
  cli = (await buildPrograms(shared.path)).cli;
  projects = await prepareProjects(cli, shared.path);
}, LONG);
afterAll(async () => {
  await shared.remove();
  console.log(counts.join('\n'));
});

describe('a run that is killed', () => {
  it('harms nothing, leaves nothing half done, and the next one completes', { timeout: LONG }, async () => {
    const options = { cli, projects, directory: shared.path, kills: KILLS, seed: SEED, atOnce: CONCURRENCY };
    const { violations, ...tally } = await killTrials(options);
    counts.push(
      `kills, seed ${SEED}: ${tally.trials} trials, ${tally.killed} killed, ${tally.inTheMiddle} of them in the middle of writing`,
      `  files changed ${tally.changed}, partial files ${tally.partial}, leftovers ${tally.leftovers}`,
      `  the next run completes ${tally.completed} of ${tally.trials}`,
      ...violations.map((violation) => `  ${violation}`),
    );
    expect(violations).toEqual([]);
    expect(tally).toMatchObject({ trials: KILLS, changed: 0, partial: 0, leftovers: 0, completed: KILLS });
    expect(tally.killed).toBeGreaterThan(0);
  });
});
