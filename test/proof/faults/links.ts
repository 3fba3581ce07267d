/** Symbolic links in the way of new files, planted before a run or while it is at work: nothing is written elsewhere. */
import { spawn } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from './cli';
import { changedNames, type Snapshot, snapshot } from './snapshot';

/** A directory with the project in it and another beside it, which links lead to. */
interface Ground {
  readonly project: string;
  readonly outside: string;
}

interface Plant {
  readonly title: string;
  plant(ground: Ground): Promise<void>;
}

const KEY = 'production/keys-generated/certs/api-gateway/private.key';

export const PLANTS: readonly Plant[] = [
  {
    title: 'the directory of the files is a link',
    async plant({ project, outside }) {
      await mkdir(path.join(project, 'production/keys-generated/certs'), { recursive: true });
      await symlink(outside, path.join(project, path.dirname(KEY)));
    },
  },
  {
    title: 'a directory far above is a link',
    plant: ({ project, outside }) => symlink(outside, path.join(project, 'production')),
  },
  {
    title: 'a directory above is a link with dots that leads out',
    async plant({ project }) {
      await mkdir(path.join(project, 'production'));
      await symlink('../../outside', path.join(project, 'production/keys-generated'));
    },
  },
  {
    title: 'the key is a link to a file elsewhere',
    plant: (ground) => plantAtKey(ground, 'precious.pem'),
  },
  { title: 'the key is a link to nothing', plant: (ground) => plantAtKey(ground, 'not-there.pem') },
  {
    title: 'a directory is a link to itself',
    async plant({ project }) {
      await mkdir(path.join(project, 'production'));
      await symlink('keys-generated', path.join(project, 'production/keys-generated'));
    },
  },
];

async function plantAtKey({ project, outside }: Ground, name: string): Promise<void> {
  await mkdir(path.join(project, path.dirname(KEY)), { recursive: true });
  await symlink(path.join(outside, name), path.join(project, KEY));
}

/** Sets up a project (by `create`) with another directory beside it, in `base`, which is empty. */
export async function prepareGround(
  base: string,
  create: (parent: string) => Promise<string>,
): Promise<Ground> {
  const ground = { project: path.join(base, 'project'), outside: path.join(base, 'outside') };
  await rename(await create(base), ground.project);
  await mkdir(ground.outside);
  await writeFile(path.join(ground.outside, 'precious.pem'), 'not ours\n');
  return ground;
}

export interface LinkAnswer {
  /** what is wrong; empty when nothing is */
  readonly violations: readonly string[];
  readonly code: number | undefined;
  readonly said: string;
}

/** Runs with a planted link; nothing outside may change, and the link has to stay what it is. */
export async function runWithLink(cli: string, ground: Ground, plant: Plant): Promise<LinkAnswer> {
  await plant.plant(ground);
  const [outside, project] = [await snapshot(ground.outside), await snapshot(ground.project)];
  const { code, stderr, stdout } = await generate(cli, ground.project);
  const links = new Map([...project].filter(([, { kind }]) => kind === 'link'));
  return {
    violations: [
      ...differences(outside, await snapshot(ground.outside)).map((name) => `outside, ${name} was written`),
      ...changedNames(links, await snapshot(ground.project)).map((name) => `the link ${name} was replaced`),
    ],
    code,
    said: stderr + stdout,
  };
}

/** The flipping process: swaps a directory for a link to `outside`, and back, as fast as it can. */
const FLIP = `
const fs = require('node:fs');
const [directory, outside] = process.argv.slice(1);
fs.mkdirSync(directory, { recursive: true });
fs.symlinkSync(outside, directory + '.link');
process.stdout.write('.');
for (;;) {
  try { fs.renameSync(directory, directory + '.away'); } catch {}
  try { fs.renameSync(directory + '.link', directory); } catch {}
  try { fs.renameSync(directory, directory + '.link'); } catch {}
  try { fs.renameSync(directory + '.away', directory); } catch {}
}
`;

/** Runs while a directory on the way is swapped for a link again and again. Answers what was written outside. */
export async function runWhileFlipping(cli: string, ground: Ground): Promise<readonly string[]> {
  const before = await snapshot(ground.outside);
  const directory = path.join(ground.project, path.dirname(KEY));
  const flipper = spawn(process.execPath, ['-e', FLIP, directory, ground.outside], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve) => flipper.stdout.once('data', resolve));
    await generate(cli, ground.project);
  } finally {
    const over = new Promise((resolve) => flipper.once('exit', resolve));
    flipper.kill('SIGKILL');
    await over;
  }
  const written = differences(before, await snapshot(ground.outside));
  await rm(ground.project, { recursive: true });
  return written;
}

/** Names that are new, gone or changed. */
function differences(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...changedNames(before, after), ...changedNames(after, before)])];
}
