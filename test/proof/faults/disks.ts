/** Disks that are full, read-only or somebody else's: a run does all, or nothing, or says what it did. */
import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import { generate } from './cli';
import type { Expected } from './project';
import { changedNames, isTemporary, partialFiles, type Snapshot, snapshot } from './snapshot';

export interface DiskAnswer {
  readonly title: string;
  /** how the run ended: all done, or nothing */
  readonly outcome: 'done' | 'nothing';
  /** what it said when it didn't come to its end */
  readonly said: string;
  /** one line for each thing that is wrong */
  readonly violations: readonly string[];
}

export interface DiskOptions {
  readonly cli: string;
  /** A directory in the state of `expected`, copied for each trial. */
  readonly source: string;
  readonly expected: Expected;
  /** An empty directory to mount at. */
  readonly at: string;
  /** Whether every size is tried, or those that tell most. */
  readonly whole: boolean;
}

const NOBODY = 65534;
/** How much is left on the disk: from nothing to enough for every file that a run writes. */
const PAGES = { whole: upTo(6), few: [0, 2, 4, 6] };
const NAMES = { whole: upTo(18), few: [3, 9, 12] };
const PLENTY = ['size=4m', 'nr_inodes=1000'];

/** Runs on file systems of its own. Needs the right to mount, in a mount namespace that ends with this process. */
export async function diskTrials(options: DiskOptions): Promise<readonly DiskAnswer[]> {
  const answers: DiskAnswer[] = [];
  const size = options.whole ? 'whole' : 'few';
  for (const pages of PAGES[size]) {
    answers.push(await full(options, `${pages} pages left`, (used, names) => [used + pages, names + 900]));
  }
  for (const names of NAMES[size]) {
    answers.push(await full(options, `${names} inodes left`, (pages, used) => [pages + 900, used + names]));
  }
  answers.push(await onDisk(options, 'a read-only file system', (at) => mount(at, 'remount,ro')));
  return answers;
}

function upTo(most: number): readonly number[] {
  return Array.from({ length: most + 1 }, (_, number) => number);
}

/** Runs as a user who may not write where the files belong. Needs root. */
export async function otherUserTrials(options: DiskOptions): Promise<readonly DiskAnswer[]> {
  const { at } = options;
  const foreign = path.join(at, 'foreign');
  await cp(options.source, foreign, { recursive: true, preserveTimestamps: true });
  await openTo(foreign);
  const denied = await attempt(options, "somebody else's project", foreign, NOBODY);
  // The directories for the keys are there already, and are the user's own.
  const half = path.join(at, 'half');
  await cp(options.source, half, { recursive: true, preserveTimestamps: true });
  await openTo(half);
  for (const name of options.expected.made) {
    const directory = path.dirname(path.join(half, name));
    await mkdir(directory, { recursive: true });
    await chown(directory, NOBODY, NOBODY);
  }
  return [denied, await attempt(options, "directories of one's own in it", half, NOBODY)];
}

/** Lets everybody read a project. */
async function openTo(project: string): Promise<void> {
  await chmod(project, 0o755);
  await chmod(path.join(project, 'docker-compose.yml'), 0o644);
}

/** A tmpfs with a given number of pages and inodes; then, with plenty of both, the next run has to complete. */
async function full(
  options: DiskOptions,
  title: string,
  sizes: (pages: number, names: number) => readonly [pages: number, names: number],
): Promise<DiskAnswer> {
  return onDisk(options, title, async (at) => {
    const { blocks, bfree, bsize, files, ffree } = await statfs(at);
    const [pages, names] = sizes(blocks - bfree, files - ffree);
    mount(at, `remount,size=${pages * bsize},nr_inodes=${names}`);
  });
}

async function onDisk(
  options: DiskOptions,
  title: string,
  spoil: (at: string) => void | Promise<void>,
): Promise<DiskAnswer> {
  const { at, cli, source, expected } = options;
  command('mount', '-t', 'tmpfs', '-o', [...PLENTY, 'mode=0755'].join(), 'tmpfs', at);
  try {
    await cp(source, at, { recursive: true, preserveTimestamps: true });
    await spoil(at);
    const before = await snapshot(at);
    const answer = await attempt(options, title, at);
    mount(at, `remount,rw,${PLENTY.join()}`);
    const next = await generate(cli, at);
    const after = await snapshot(at);
    const violations = [...answer.violations, ...judge(before, after, expected).violations];
    if (next.code !== expected.code || next.stderr !== '') violations.push(`the next run: ${next.stderr}`);
    if (expected.made.some((name) => !after.has(name)))
      violations.push('the next run did not make all files');
    return { ...answer, violations };
  } finally {
    command('umount', at);
  }
}

async function attempt(options: DiskOptions, title: string, at: string, user?: number): Promise<DiskAnswer> {
  const { cli, expected } = options;
  const before = await snapshot(at);
  const { code, stderr } = await generate(cli, at, { user });
  const after = await snapshot(at);
  const { outcome, violations } = judge(before, after, expected);
  const told = {
    done: code === expected.code && stderr === '',
    nothing: code === 2 && stderr.includes('Nothing was created.'),
  };
  if (!told[outcome])
    violations.push(`the outcome is "${outcome}", and the run ended with ${code}: ${stderr}`);
  violations.push(
    ...(
      await partialFiles(
        at,
        expected.made.filter((name) => after.has(name)),
      )
    ).map((name) => `${name} is not whole`),
  );
  return { title, outcome, said: stderr.replaceAll(at, '.').trim(), violations };
}

/** What a run did, and what of it is wrong. */
function judge(
  before: Snapshot,
  after: Snapshot,
  expected: Expected,
): { readonly outcome: DiskAnswer['outcome']; readonly violations: string[] } {
  const violations = changedNames(before, after, ['docker-compose.yml']).map((name) => `${name} was changed`);
  const fresh = [...after.keys()].filter((name) => !before.has(name));
  violations.push(...fresh.filter(isTemporary).map((name) => `${name} was left`));
  const made = expected.made.filter((name) => after.has(name));
  const edited = changedNames(before, after).includes('docker-compose.yml');
  if (edited && made.length < expected.made.length) violations.push('it mounts files that are not there');
  if (!edited && made.length > 0) violations.push(`${made.join()} were made and not mounted`);
  if (made.length === 0 && fresh.length > 0) violations.push(`${fresh.join()} were left of nothing`);
  return { outcome: edited ? 'done' : 'nothing', violations };
}

function mount(at: string, option: string): void {
  command('mount', '-o', option, at);
}

function command(name: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
}
