/**
 * SIGKILL at every step with which each command writes, and at random moments; then another command. Nothing that was
 * there may be lost or changed, what was begun is done or undone as a whole, and git never gets a key.
 */
import { rm } from 'node:fs/promises';
import { type Random, seeded } from '../../pki/agreement/random';
import type { RunOptions } from './cli';
import { type Ground, inGit, keysForGit, NAMES, type Outcome, outcomeIn, TEXTS } from './commands';
import { changedNames, isTemporary, partialFiles, type Snapshot, snapshot } from './snapshot';

export interface Tally {
  trials: number;
  /** runs that were killed; the others were faster than the moment chosen for them */
  killed: number;
  /** killed runs that had begun to write */
  begun: number;
  /** killed runs that the next one completed */
  completed: number;
  /** files that were there and are gone */
  lost: number;
  /** files that were there and are not the same: content, mode, owner, another file of the name */
  changed: number;
  /** files that are not whole, texts that are neither the old nor the new ones, some of what belongs together, leftovers */
  half: number;
  /** private keys that git would take with everything, after the kill or after the next run */
  forGit: number;
  /** one line for each thing that is wrong */
  readonly violations: string[];
}

export interface Kill {
  readonly command: string;
  readonly next: string;
  readonly moment: RunOptions;
}

export interface KillOptions {
  readonly ground: Ground;
  /** Where the projects are made. */
  readonly directory: string;
  /** How many run at the same time. */
  readonly atOnce: number;
}

/** A kill at every step of every command, with and without hard links, and `more` at random moments. */
export function everyKill(ground: Ground, seed: number, more: number): Kill[] {
  const random = seeded(seed);
  const kills: Kill[] = [];
  for (const command of ground.names) {
    for (const noLinks of [false, true]) {
      const { steps, halves } = ground.steps(command, noLinks);
      for (let dieAt = 1; dieAt <= steps; dieAt += 1) {
        for (const how of halves.includes(dieAt) ? (['before', 'during'] as const) : (['before'] as const)) {
          kills.push({ ...pair(random, command), moment: { dieAt, how, noLinks } });
        }
      }
    }
  }
  const moment = () => ({ killAfter: random.below(Math.ceil(ground.milliseconds * 1.1)) });
  for (let count = 0; count < more; count += 1) {
    kills.push({ ...pair(random, random.pick(ground.names)), moment: moment() });
  }
  return shuffled(kills, random);
}

function shuffled(kills: readonly Kill[], random: Random): Kill[] {
  const order = kills.map((kill) => ({ kill, at: random.below(2 ** 31) }));
  return order.sort((a, b) => a.at - b.at).map(({ kill }) => kill);
}

/** Some of all kills; each command comes in turn. */
export function someKills(kills: readonly Kill[], count: number, seed: number): Kill[] {
  const random = seeded(seed);
  const names = [...new Set(kills.map(({ command }) => command))];
  return Array.from({ length: count }, (_, index) =>
    random.pick(kills.filter(({ command }) => command === names[index % names.length])),
  );
}

function pair(random: Random, command: string): Pick<Kill, 'command' | 'next'> {
  return { command, next: random.pick(NAMES.filter((name) => name !== command)) };
}

export async function killTrials(kills: readonly Kill[], options: KillOptions): Promise<Tally> {
  const tally: Tally = {
    ...{ trials: 0, killed: 0, begun: 0, completed: 0, lost: 0, changed: 0, half: 0, forGit: 0 },
    violations: [],
  };
  const waiting = [...kills];
  const worker = async () => {
    for (let kill = waiting.shift(); kill !== undefined; kill = waiting.shift()) {
      await trial(kill, options, tally);
      tally.trials += 1;
      if (tally.trials % 100 === 0) {
        console.log(`${tally.trials} of ${kills.length} kills, ${tally.violations.length} violations`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return tally;
}

async function trial(kill: Kill, { ground, directory }: KillOptions, tally: Tally): Promise<void> {
  const { command, next, moment } = kill;
  const project = await ground.create(directory);
  const note = (kind: 'lost' | 'changed' | 'half' | 'forGit', when: string, what: string) => {
    tally[kind] += 1;
    tally.violations.push(`${command}, then ${next} (${JSON.stringify(moment)}): ${when}, ${what}`);
  };
  const before = withoutGit(await snapshot(project));
  const look = async (when: string): Promise<Snapshot> => {
    const now = withoutGit(await snapshot(project));
    for (const name of changedNames(before, now, TEXTS)) {
      note(now.has(name) ? 'changed' : 'lost', when, name);
    }
    for (const name of TEXTS) {
      const [old, today] = [before.get(name), now.get(name)];
      if (today === undefined) note('lost', when, name);
      else if (old?.mode !== today.mode || old.inode !== today.inode) note('changed', when, name);
    }
    const fresh = [...now].filter(([name, { kind }]) => kind === 'file' && !before.has(name));
    const named = fresh.map(([name]) => name).filter((name) => !isTemporary(name));
    // Where there are no hard links, a name is held by an empty file for a moment.
    const partial = await partialFiles(project, named);
    for (const name of partial) {
      if (when === 'at the end' || now.get(name)?.size !== 0) note('half', when, `${name} is not whole`);
    }
    for (const name of await keysForGit(project)) note('forGit', when, name);
    return now;
  };

  const run = await ground.run(project, command, moment);
  const between = await look('after the kill');
  if (run.killed) tally.killed += 1;
  if (run.killed && (changedNames(between, before).length > 0 || changedNames(before, between).length > 0)) {
    tally.begun += 1;
  }
  await ground.run(project, next);
  const end = await look('at the end');
  for (const name of [...end.keys()].filter(isTemporary)) note('half', 'at the end', `${name} is left`);
  const outcome = await outcomeIn(project, before);
  const whole = isSame(outcome, await ground.outcome([command, next]));
  if (run.killed && whole) tally.completed += 1;
  if (!whole && !isSame(outcome, await ground.outcome([next]))) {
    note('half', 'at the end', `it is neither done nor undone: ${JSON.stringify(outcome)}`);
  }
  await rm(project, { recursive: true });
}

function withoutGit(all: Snapshot): Snapshot {
  return new Map([...all].filter(([name]) => !inGit(name)));
}

/** Lines of `.gitignore` may be there for a key that wasn't made. */
function isSame(one: Outcome, other: Outcome): boolean {
  const told = ({ made, texts }: Outcome) => JSON.stringify([made, { ...texts, '.gitignore': '' }]);
  return told(one) === told(other);
}
