/** After keys were made, by the command line and in an editor, no line of one is anywhere but in its file. */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../pki/openssl';
import { generateInEditor } from './faults/editor';
import { buildPrograms, type Programs } from './faults/programs';
import { COMPOSE } from './faults/project';
import { filesBelow, findSecrets, secretLines } from './faults/secrets';

const LONG = 240_000;
const shared = temporaryDirectory();
let programs: Programs;
const counts: string[] = [];

beforeAll(async () => {
  await shared.create();
  programs = await buildPrograms(shared.path);
}, LONG);
afterAll(async () => {
  await shared.remove();
  console.log(counts.join('\n'));
});

/** A project, and a home and a temporary directory that nobody has used before. */
async function fresh(name: string) {
  const at = (part: string) => path.join(shared.path, name, part);
  for (const part of ['project', 'home', 'temporary']) await mkdir(at(part), { recursive: true });
  await writeFile(path.join(at('project'), 'docker-compose.yml'), COMPOSE);
  const environment = {
    PATH: process.env.PATH,
    HOME: at('home'),
    XDG_CONFIG_HOME: at('home'),
    XDG_CACHE_HOME: at('home'),
    TMPDIR: at('temporary'),
    MENDER_COMPOSE_DEBUG: '1',
  };
  return { project: at('project'), home: at('home'), temporary: at('temporary'), environment };
}

/** Expects that keys were made, and that nothing of them is in these texts or in any file but their own. */
async function expectNoSecret(
  title: string,
  { project, home, temporary }: Awaited<ReturnType<typeof fresh>>,
  told: readonly (readonly [string, string])[],
): Promise<void> {
  const { keys, lines } = await secretLines(project);
  const files = [
    ...(await filesBelow(project)),
    ...(await filesBelow(home)),
    ...(await filesBelow(temporary)),
  ];
  const others = files.filter(([, text]) => !text.startsWith('-----BEGIN'));
  const searched = [...told, ...others];
  const bytes = searched.reduce((sum, [, text]) => sum + text.length, 0);
  const found = findSecrets(lines, searched);
  counts.push(
    `${title}: ${lines.length} lines of ${keys} private keys searched in ${searched.length} texts of ${bytes} bytes, ${found.length} found`,
  );
  expect(keys).toBe(3);
  expect(found).toEqual([]);
  expect([...(await filesBelow(home)), ...(await filesBelow(temporary))]).toEqual([]);
  // What is searched for would be found.
  expect(findSecrets(lines, [['planted', `{"text":"${lines[7]}"}`]])).toHaveLength(1);
}

it('made by the command line', { timeout: LONG }, async () => {
  const place = await fresh('cli');
  const told: (readonly [string, string])[] = [];
  const run = (...args: string[]) => {
    const options = { cwd: place.project, env: place.environment, encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync(process.execPath, [programs.cli, ...args], options);
    told.push([`stdout of ${args.join(' ')}`, stdout], [`stderr of ${args.join(' ')}`, stderr]);
  };
  run('generate', '--dry-run');
  run('generate', '--yes');
  run('generate', '--yes', '--format', 'json');
  run('check', '--format', 'json');
  run('check', '--format', 'sarif');
  run('fix', '--generate', '--dry-run');
  await expectNoSecret('command line', place, told);
  expect(told.map(([, text]) => text).join('')).toContain('Created production/keys-generated');
});

it('made in an editor, with everything traced', { timeout: LONG }, async () => {
  const place = await fresh('editor');
  const { traffic, stderr, trace, edits } = await generateInEditor(
    programs.server,
    place.project,
    place.environment,
  );
  await expectNoSecret('language server', place, [
    ['traffic', traffic],
    ['stderr', stderr],
    ['trace', trace],
  ]);
  expect(edits).toBe(1);
  expect(traffic).toContain('Created production/keys-generated');
  expect(trace.length).toBeGreaterThan(1000);
});
