/** The bundled command line, run as a process of its own that may be killed. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
/** Loaded before the command line; kills it at a step. */
export const DIE_AT = path.join(import.meta.dirname, 'die-at.cjs');

/** Bundles `dist/cli.js` and `dist/server.js` below `directory`; answers their paths. */
export async function buildPrograms(directory: string): Promise<{ cli: string; server: string }> {
  const dist = path.join(directory, 'dist');
  await mkdir(dist);
  const programs = { cli: path.join(dist, 'cli.js'), server: path.join(dist, 'server.js') };
  for (const [entry, outfile] of [
    ['server/src/cli/main.ts', programs.cli],
    ['server/src/lsp/main.ts', programs.server],
  ] as const) {
    await build({
      absWorkingDir: REPOSITORY,
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      conditions: ['import', 'module', 'node'],
      logLevel: 'error',
    });
  }
  await writeFile(path.join(directory, 'package.json'), '{"version":"0.0.0"}');
  return programs;
}

export interface RunOptions {
  /** The step at which the process kills itself, and in what way; 0: never, it counts the steps. */
  readonly dieAt?: number;
  readonly how?: 'before' | 'during' | 'after';
  /** Milliseconds after the start at which it is killed from outside. */
  readonly killAfter?: number;
  readonly args?: readonly string[];
}

export interface Run {
  readonly killed: boolean;
  /** undefined when it was killed */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** How many steps it wrote with; 0 where they weren't counted. */
  readonly steps: number;
  readonly milliseconds: number;
}

/** Runs `mender-compose generate --yes` in a directory. */
export function generate(cli: string, directory: string, options: RunOptions = {}): Promise<Run> {
  const { dieAt, how = 'before', killAfter, args = [] } = options;
  const preload = dieAt === undefined ? [] : ['-r', DIE_AT];
  const command = [...preload, cli, 'generate', '--yes', ...args, 'docker-compose.yml'];
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, DIE_AT: String(dieAt ?? 0), DIE_HOW: how },
    });
    const output = ['', '', '', ''];
    for (const index of [1, 2, 3]) {
      child.stdio[index]?.on('data', (data) => {
        output[index] += data;
      });
    }
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        killed: signal === 'SIGKILL',
        code: code ?? undefined,
        stdout: output[1] ?? '',
        stderr: output[2] ?? '',
        steps: Number(output[3]),
        milliseconds: performance.now() - started,
      });
    });
  });
}
