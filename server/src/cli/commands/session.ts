/** One run of a command that changes something: what it was asked for, and what it drives. */
import type { MenderService } from '../../language-service/api/index';
import type { TaskAnswer } from '../../language-service/api/tasks';
import type { Make } from '../apply/print-plan';
import { recoverFound, recoverNamed } from '../apply/recover';
import { type Gathered, gather } from '../check/check-files';
import type { Context } from '../core/context';
import { createPrompt, type Prompt } from '../input/prompt';
import { boundsOf } from '../options/named-directories';
import { choice, type GivenNames, type Parsed } from '../options/parse';
import { readSettings } from '../options/settings';
import { sayNotes } from './check';

/** A command line read, its files checked. */
export interface Session {
  readonly parsed: Parsed;
  readonly json: boolean;
  readonly service: MenderService;
  readonly context: Context;
  /** What a check says before anything is done. */
  readonly gathered: Gathered;
  /** Asks a person; undefined where none can be asked, or where the answer is for a program. */
  readonly prompt: Prompt | undefined;
  /** Lets files be created and changed in more directories from now on. */
  allow(directories: readonly string[]): void;
  /** Directories that a person was asked about, and didn't allow. */
  readonly refused: Set<string>;
}

/** Plans for one file, from the texts and files of the moment. */
export type Job = { readonly file: string; readonly plan: () => Promise<TaskAnswer> };

/** What a command adds to the common way from a plan to its end. */
export interface Work {
  readonly jobs: readonly Job[];
  /** Names that replace those of the plans. */
  readonly given: GivenNames;
  /** Whether a plan has to be confirmed. */
  readonly asks: 'always' | 'to-create';
  /** What the exit code rests on: what a check says afterwards, or only whether the work could be done. */
  readonly exit: 'findings' | 'done';
  /** What to pass where it is so already; a whole sentence. */
  readonly hint?: string;
  /** How new keys and certificates are made, to be shown; undefined where the command doesn't say. */
  readonly make?: Make;
}

/**
 * Checks the files that a command line names, says what is good to know about them, and hands on.
 * @throws UsageError, Interrupted
 */
export async function withSession(
  parsed: Parsed,
  context: Context,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const { engine, host, streams } = context;
  const json = choice(parsed, 'format', ['text', 'json'], 'text') === 'json';
  const service = engine.createService(host);
  const named = await boundsOf(parsed, context);
  const settings = { ...readSettings(parsed, context), bounds: named };
  service.configure(settings);
  const dry = parsed.switches.has('dry-run');
  if (!dry) await recoverNamed(parsed.paths, settings, service, context);
  const look = () => gather({ paths: parsed.paths, stack: settings.stacks?.[0] }, service, context);
  let gathered = await look();
  if (!dry && (await recoverFound(gathered, service, context))) gathered = await look();
  sayNotes(gathered, parsed, context);
  const asks = !json && streams.stdin?.isTTY === true && streams.stderr.isTTY === true;
  const prompt = asks ? createPrompt(streams) : undefined;
  const allow = (directories: readonly string[]) => {
    named.push(...directories);
    service.configure({ ...settings, bounds: [...named] });
  };
  try {
    return await work({ parsed, json, service, context, gathered, prompt, allow, refused: new Set() });
  } finally {
    prompt?.close();
  }
}

/** One file of each stack that was checked, for what is done once in each. */
export function stackFiles({ gathered }: Session): string[] {
  const seen = new Set<string>();
  return gathered.reports.flatMap(({ file, mender, stacks }) => {
    if (!mender) return [];
    const keys = stacks.length > 0 ? stacks.map(({ files }) => files.join('\n')) : [file];
    const fresh = keys.filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    return fresh.length > 0 ? [file] : [];
  });
}
