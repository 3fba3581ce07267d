/** Asks compose-go, through the small Go program in `reference/`. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from './answer';
import { type Case, HOME } from './cases';

const sources = join(import.meta.dirname, 'reference');

export interface Reference {
  /** One answer for each case, in order. */
  ask(cases: readonly Case[]): Promise<Answer[]>;
  dispose(): void;
}

/** Builds the program; undefined, with the reason, where there is no Go or its modules can't be had. */
export function buildReference(): Reference | { readonly missing: string } {
  const directory = mkdtempSync(join(tmpdir(), 'mender-compose-reference-'));
  const program = join(directory, process.platform === 'win32' ? 'reference.exe' : 'reference');
  const built = spawnSync('go', ['build', '-mod=readonly', '-o', program, '.'], {
    cwd: sources,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    return { missing: built.error ? 'Go is not installed' : `it cannot be built: ${built.stderr.trim()}` };
  }
  return {
    ask: (cases) => askAll(program, cases),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function askAll(program: string, cases: readonly Case[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < cases.length) {
    const input = cases.slice(answers.length).map((each) => `${JSON.stringify(requestOf(each))}\n`);
    const lines = (await outputOf(program, input.join(''))).split('\n').filter((line) => line !== '');
    answers.push(...lines.map((line) => JSON.parse(line) as Answer));
    // Some stacks exhaust its stack, which ends the program: that, too, is a rejection.
    if (answers.length < cases.length) answers.push({ error: 'the reference crashed' });
  }
  return answers;
}

function outputOf(program: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function requestOf({ directory, files, projectDirectory, envFiles, environment }: Case) {
  return {
    dir: directory,
    files,
    projectDirectory: projectDirectory ?? '',
    envFiles: envFiles ?? [],
    env: environment,
    home: HOME,
  };
}
