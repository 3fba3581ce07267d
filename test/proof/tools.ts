/** The programs that judge what is made here, and whether this machine has them. */
import { execFile, spawnSync } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  /** stdout and stderr together */
  readonly output: string;
}

/** Runs a program to its end, which may be any exit code. `input` goes to its stdin, which is empty without. */
export function ended(command: string, args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { maxBuffer: 1 << 26, timeout: 60_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, output: stdout + stderr });
        else reject(error);
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Where nginx is; undefined where it isn't. Debian puts it where only root's PATH leads. */
export function findNginx(): Promise<string | undefined> {
  return findProgram('nginx', ['/usr/sbin', '/usr/local/sbin']);
}

/** A program's absolute path, found in PATH or `more`. */
export async function findProgram(name: string, more: readonly string[] = []): Promise<string | undefined> {
  for (const directory of [...(process.env.PATH ?? '').split(path.delimiter), ...more]) {
    const file = path.join(directory, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

/** Nothing is fetched: the program needs the standard library alone. */
export const GO_ENVIRONMENT = {
  ...process.env,
  GOTOOLCHAIN: 'local',
  GOPROXY: 'off',
  GOFLAGS: '-mod=mod',
  GO111MODULE: 'off',
};

/** Compiles the Go side of the proofs to `binary`; false where no Go is installed. */
export async function buildGo(binary: string): Promise<boolean> {
  if ((await findProgram('go')) === undefined) return false;
  const source = path.join(import.meta.dirname, 'go/main.go');
  await promisify(execFile)('go', ['build', '-o', binary, source], { env: GO_ENVIRONMENT });
  return true;
}

/** Whether a command succeeds here; where it doesn't, says once what is left out for that reason. */
export function can(what: string, command: string, ...args: string[]): boolean {
  const able = process.platform === 'linux' && spawnSync(command, args).status === 0;
  if (!able)
    console.warn(`Left out, because this machine does not let us ${what}: ${command} ${args.join(' ')}`);
  return able;
}
