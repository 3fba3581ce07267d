/** One run of a command that changes something: what it was asked for, and what it drives. */
import type { LanguageService } from '../../language-service/api/index';
import type { TaskAnswer } from '../../language-service/api/tasks';
import type { Gathered } from '../check/check-files';
import type { Context } from '../core/context';
import type { Prompt } from '../input/prompt';
import type { Parsed } from '../options/parse';
import type { GivenNames, Make } from '../options/task-options';

/** A command line read, its files checked. */
export interface Session {
  readonly parsed: Parsed;
  readonly json: boolean;
  readonly service: LanguageService;
  readonly context: Context;
  /** What a check reports before anything is done. */
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
export interface Batch {
  readonly jobs: readonly Job[];
  /** Names that replace those of the plans. */
  readonly given: GivenNames;
  /** Whether a plan has to be confirmed. */
  readonly asks: 'always' | 'to-create';
  /** What the exit code rests on: what a check reports afterwards, or only whether the jobs could be done. */
  readonly exit: 'findings' | 'done';
  /** What to pass where it is so already; a whole sentence. */
  readonly hint?: string;
  /** How new keys and certificates are made, to be shown; undefined where the command leaves it open. */
  readonly make?: Make;
}
