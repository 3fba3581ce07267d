/** Runs the command line in memory and catches what it prints. */
import { PassThrough } from 'node:stream';
import type { Engine } from '../../server/src/cli/core/context';
import { run } from '../../server/src/cli/run';
import type { Host } from '../../server/src/platform/platform';
import { FAKE_RULES, fakeService } from './fake-service';

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  /** `/project` when not said */
  readonly cwd?: string;
  readonly isTTY?: boolean;
  /** What a person types. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly engine?: Partial<Engine>;
}

export async function runCli(
  args: readonly string[],
  host: Host,
  options: CliOptions = {},
): Promise<Printed> {
  const { cwd = '/project', isTTY = false, input = '', signal } = options;
  const out: string[] = [];
  const err: string[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end(input);
  const engine: Engine = {
    createLanguageService: fakeService,
    listRules: () => FAKE_RULES,
    isRelease: (text) => /^\d\.\d$/.test(text),
    releaseExamples: ['3.7', '4.0'],
    version: '1.2.3',
    startLanguageServer: () => {
      throw new Error('no server was expected');
    },
    ...options.engine,
  };
  const streams = {
    stdin,
    stdout: { isTTY, write: (text: string) => void out.push(text) },
    stderr: { isTTY, write: (text: string) => void err.push(text) },
    cwd,
    signal,
  };
  const code = await run(args, streams, host, engine);
  return { code, out: out.join(''), err: err.join('') };
}
