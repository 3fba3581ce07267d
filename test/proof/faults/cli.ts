/** The bundled command line, run as a process of its own that may be killed. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export interface RunOptions {
  /** The step at which the process kills itself, and in what way; 0: never, it counts the steps. */
  readonly dieAt?: number;
  readonly how?: 'before' | 'during';
  /** The file system has no hard links; needs `dieAt`. */
  readonly noLinks?: boolean;
  /** Runs as this user and group. */
  readonly user?: number;
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
  /** Those of them that can be done by half. */
  readonly halves: readonly number[];
  readonly milliseconds: number;
}

/** Runs `mender-compose generate --yes` in a directory. */
export function generate(cli: string, directory: string, options: RunOptions = {}): Promise<Run> {
  const { args = [] } = options;
  return runCommand(cli, directory, ['generate', '--yes', ...args, 'docker-compose.yml'], options);
}

/** Runs `mender-compose` with these words in a directory. */
export function runCommand(
  cli: string,
  directory: string,
  words: readonly string[],
  { dieAt, how = 'before', noLinks = false, user, killAfter }: RunOptions = {},
): Promise<Run> {
  const beside = (name: string) => ['-r', path.join(path.dirname(cli), name)];
  const preload = [
    ...(process.env.READY_KEYS === undefined ? [] : beside('ready-keys.cjs')),
    ...(dieAt === undefined ? [] : beside('die-at.cjs')),
  ];
  const command = [...preload, cli, ...words];
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, DIE_AT: String(dieAt ?? 0), DIE_HOW: how, NO_LINKS: noLinks ? '1' : '' },
      ...(user === undefined ? {} : { uid: user, gid: user }),
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
      const [steps = 0, ...halves] = (output[3] ?? '').split(' ').map(Number);
      resolve({
        killed: signal === 'SIGKILL',
        code: code ?? undefined,
        stdout: output[1] ?? '',
        stderr: output[2] ?? '',
        ...{ steps, halves },
        milliseconds: performance.now() - started,
      });
    });
  });
}
