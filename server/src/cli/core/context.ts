import type { LanguageService, RuleInfo } from '../../language-service/api/index';
import type { Host } from '../../platform/platform';
import { visible as printable } from '../../text/harmless';

/** Where text goes; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a command line has around it. */
export interface Streams {
  readonly stdin?: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    /** Terminals have it: keys come one by one, and are not shown. */
    setRawMode?(raw: boolean): unknown;
  };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absolute: paths on the command line are relative to it. */
  readonly cwd: string;
  /** Fires on Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** What the command line drives. The entry file hands in the real one, tests a fake. */
export interface Engine {
  createLanguageService(host: Host): LanguageService;
  listRules(): readonly RuleInfo[];
  /** True for what `--release` understands. */
  isRelease(text: string): boolean;
  /** Examples of it, for messages. */
  readonly releaseExamples: readonly string[];
  readonly version: string;
  /** Starts the language server, which talks LSP over the process's own streams until its client ends it. */
  startLanguageServer(): void;
}

/** Everything that a command needs. */
export interface Context {
  readonly streams: Streams;
  readonly host: Host;
  readonly engine: Engine;
}

/** Exit codes, as `check` promises them. */
export const EXIT = { clean: 0, findings: 1, trouble: 2, interrupted: 130 } as const;

/** Something on the command line is wrong. The message names it, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** `lines` follow the message, each on a line of its own. */
  constructor(message: string, lines: readonly string[] = []) {
    super([message, ...lines].map(printable).join('\n'));
  }
}

/** Something could not be done. The message names what, what there is now, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(message: string) {
    // It names files, and is one sentence or two on a line.
    super(printable(message));
  }
}

/** Ctrl-C came while nothing had been written, or everything written was taken back. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
