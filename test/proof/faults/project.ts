/** The deployment on which faults are tried, and what a run without faults makes of it. */
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generate } from './cli';
import { changedNames, isPair, isTemporary, partialFiles, type Snapshot, snapshot } from './snapshot';

export const COMPOSE = `# A gateway without its pair, and two token services without keys.
services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:2.6
    networks:
      mender:
        aliases: [mender.example.com]
    volumes:
      - ./nginx.conf:/etc/nginx/extra.conf:ro
  mender-useradm:
    image: mendersoftware/useradm:1.13
  mender-device-auth:
    image: mendersoftware/deviceauth:2.6
networks:
  mender:
`;
const OTHERS = { 'README.md': 'mine\n', 'nginx.conf': '# mine\n', '.env': 'A=1\n', '.gitignore': '*.log\n' };
/** Any time that is not now, so that a file written anew is noticed. */
const LONG_AGO = new Date('2024-05-06T07:08:09Z');

export interface Scenario {
  readonly title: string;
  /** Whether a file that a full run makes is there from the start. */
  readonly has: (name: string) => boolean;
}

export const SCENARIOS: readonly Scenario[] = [
  { title: 'nothing is there', has: () => false },
  { title: 'the pair is there', has: (name) => !isToken(name) },
  { title: 'the token keys are there', has: isToken },
  { title: 'one token key is there', has: (name) => name.includes('useradm') },
  { title: 'all files are there, none is mounted', has: () => true },
];

/** Whether this is one of the token keys that a full run makes. */
function isToken(name: string): boolean {
  return /useradm|device-?auth/.test(name);
}

/** What a run without faults does in a scenario. */
export interface Expected {
  readonly scenario: Scenario;
  /** files made, relative */
  readonly made: readonly string[];
  /** the compose file afterwards */
  readonly compose: string;
  readonly code: number;
  /** how many steps the run writes with */
  readonly steps: number;
  readonly milliseconds: number;
}

/** Directories with the deployment, each as a scenario has it. */
export interface Projects {
  readonly expected: readonly Expected[];
  /** A new directory below `parent` in a scenario's state. */
  create(scenario: Scenario, parent: string): Promise<string>;
}

/** Makes one full run for its files, then one in every scenario. */
export async function prepareProjects(cli: string, directory: string): Promise<Projects> {
  const full = path.join(directory, 'full');
  await mkdir(full);
  await writeProject(full);
  const before = await snapshot(full);
  const first = await generate(cli, full);
  const made = filesMade(before, await snapshot(full));
  if (made.length === 0) throw new Error(`nothing was made: ${first.stdout}${first.stderr}`);

  async function create(scenario: Scenario, parent: string): Promise<string> {
    const project = await mkdtemp(path.join(parent, 'project-'));
    await chmod(project, 0o755);
    await writeProject(project);
    for (const name of made.filter(scenario.has)) {
      await mkdir(path.dirname(path.join(project, name)), { recursive: true });
      await copyFile(path.join(full, name), path.join(project, name));
      await utimes(path.join(project, name), LONG_AGO, LONG_AGO);
    }
    return project;
  }

  const expected: Expected[] = [];
  for (const scenario of SCENARIOS) {
    const project = await create(scenario, directory);
    const there = await snapshot(project);
    const { code, steps, milliseconds, stderr } = await generate(cli, project, { dieAt: 0 });
    if (code === undefined || stderr !== '') throw new Error(`${scenario.title}: ${stderr}`);
    const compose = await readFile(path.join(project, 'docker-compose.yml'), 'utf8');
    const files = filesMade(there, await snapshot(project));
    expected.push({ scenario, made: files, compose, code, steps, milliseconds });
    await rm(project, { recursive: true });
  }
  return { expected, create };
}

async function writeProject(directory: string): Promise<void> {
  for (const [name, text] of Object.entries({ ...OTHERS, 'docker-compose.yml': COMPOSE })) {
    await writeFile(path.join(directory, name), text);
    await utimes(path.join(directory, name), LONG_AGO, LONG_AGO);
  }
  // Not the mode that a new file gets.
  await chmod(path.join(directory, 'docker-compose.yml'), 0o640);
}

function filesMade(before: Snapshot, after: Snapshot): string[] {
  return [...after].filter(([name, { kind }]) => kind === 'file' && !before.has(name)).map(([name]) => name);
}

/** What is wrong in a project, by kind; the lists hold relative names. */
export interface Wrong {
  readonly changed: readonly string[];
  readonly partial: readonly string[];
  readonly leftovers: readonly string[];
  /** names that nobody expects, files missing, pairs that don't match */
  readonly other: readonly string[];
}

/**
 * Compares a project with what it was. `finished`: a run has come to its end, so all that it makes must be there and
 * nothing else.
 */
export async function inspect(
  project: string,
  before: Snapshot,
  expected: Expected,
  finished: boolean,
): Promise<Wrong> {
  const after = await snapshot(project);
  const changed = changedNames(before, after, ['docker-compose.yml']);
  const compose = await readFile(path.join(project, 'docker-compose.yml'), 'utf8').catch(() => '');
  const fits = (finished ? [expected.compose] : [expected.compose, COMPOSE]).map(inAnyOrder);
  if (!fits.includes(inAnyOrder(compose)) || after.get('docker-compose.yml')?.mode !== '640')
    changed.push('docker-compose.yml');

  const files = [...after].filter(([, { kind }]) => kind !== 'directory').map(([name]) => name);
  const temporary = files.filter(isTemporary);
  const there = expected.made.filter((name) => after.has(name));
  const unknown = files.filter(
    (name) => !before.has(name) && !isTemporary(name) && !expected.made.includes(name),
  );
  const open = temporary.filter(
    (name) => !name.endsWith('.text.tmp') && !['600', '644'].includes(after.get(name)?.mode ?? ''),
  );
  const missing = finished ? expected.made.filter((name) => !after.has(name)) : [];
  return {
    changed,
    partial: await partialFiles(project, there),
    leftovers: finished ? temporary : [],
    other: [
      ...unknown.map((name) => `${name} is not expected`),
      ...missing.map((name) => `${name} is missing`),
      ...open.map((name) => `${name} may be read by others`),
      ...(await pairsWrong(project, after)),
    ],
  };
}

/**
 * What is there already is mounted before what is made, so the order of a list depends on where the kill came. The
 * number of a name depends on what else was there when it was chosen.
 */
function inAnyOrder(text: string): string {
  return text
    .replaceAll(/-\d+(?=\.(crt|key|pem):)/g, '')
    .split('\n')
    .sort()
    .join('\n');
}

/** A certificate without its key, or with another one's. */
async function pairsWrong(project: string, after: Snapshot): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of [...after.keys()].filter((each) => /cert(-\d+)?\.crt$/.test(each))) {
    // A certificate with a number may be for the key of the same number, or a second one for the first key.
    const own = name.replace(/cert(-\d+)?\.crt$/, 'private$1.key');
    const keys = [own, own.replace(/-\d+/, '')].filter((key) => after.has(key));
    const fits = await Promise.all(
      keys.map((key) => isPair(path.join(project, name), path.join(project, key)).catch(() => false)),
    );
    if (!fits.includes(true)) wrong.push(`${name} has no key that it belongs to`);
  }
  return wrong;
}
