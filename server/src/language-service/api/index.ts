/**
 * The façade: the methods that the editor and the command line share, so that they cannot disagree.
 * Lines and characters are counted from 0, characters in UTF-16 code units, as LSP has them.
 */
import type { WorkspaceMethods } from './deployments';
import type { EditorMethods } from './editor-features';
import type { OfferedFix, Range } from './findings';
import type { StackMap } from './key-map';
import type { ApplyAnswer, ApplyOptions, Plan, PlanOptions, Recovered } from './plans';
import type { Settings } from './settings';
import type { CheckAnswer, StackOffer } from './stacks';
import type { KeyOptions, KeyTarget, KeyTask, TaskAnswer } from './tasks';

export type * from './deployments';
export type * from './editor-features';
export type * from './findings';
export type * from './plans';
export type * from './settings';
export type * from './stacks';

/** Reads through open documents first, then the disk. */
export interface LanguageService extends EditorMethods, WorkspaceMethods {
  /** Tells the text of an open document; it hides the file on disk. */
  open(file: string, text: string, version: number): void;
  close(file: string): void;
  configure(settings: Settings): void;
  /** Tells that files came, changed or went on disk; without a list, that any may have. */
  changed(files?: readonly string[]): void;
  /** What could be checked together with a file; undefined for one without a path or without a Mender service. */
  offer(file: string): Promise<StackOffer | undefined>;
  /**
   * All findings in the stacks of one file. Never rejects for what the file holds; `undefined` when `signal`
   * fired. `problem` is set when the file can't be read at all. Fixes are only looked for where `fixes` asks for
   * them, since that reads directories: an editor asks when the light bulb opens.
   */
  check(
    file: string,
    signal?: AbortSignal,
    options?: { readonly fixes?: boolean },
  ): Promise<CheckAnswer | { readonly problem: string } | undefined>;
  /** The stacks of a file as they can be drawn, those with a Mender service; never a key's text. */
  map(file: string): Promise<readonly StackMap[]>;
  /**
   * The fixes of the findings that touch `range`, quick fixes first, `source.fixAll.mender` when it would do something,
   * as of the last check.
   * With `within`, of those in that file of the stacks of `file`, a `.env` file for instance: quick fixes alone.
   */
  fixes(file: string, range: Range, within?: string): Promise<readonly OfferedFix[]>;
  /** What one fix of `fixes` would do, from today's text; undefined when it no longer applies. */
  plan(file: string, fixId: string, options?: PlanOptions): Promise<Plan | undefined>;
  /**
   * One plan for all that can be fixed in a file: existing files mounted, and with `generate` the missing ones made.
   * With `codes`, only findings of these rules; `keys` say how what is missing is made, and for which service alone.
   */
  planAll(
    file: string,
    options: PlanOptions & {
      readonly generate: boolean;
      readonly codes?: readonly string[];
      readonly keys?: KeyOptions & { readonly service?: string };
    },
  ): Promise<Plan>;
  /** The TLS pairs and token keys of a file's stacks, for a choice among them. */
  targets(file: string): Promise<readonly KeyTarget[]>;
  /** One plan for what somebody wants done with keys; from today's text and files. */
  planTask(file: string, task: KeyTask, options?: PlanOptions): Promise<TaskAnswer>;
  /**
   * Keeps the plan's private keys out of git, creates its files, sets its modes and, with `texts`, edits its texts: all
   * or none. Hands back the edits.
   */
  apply(plan: Plan, options?: ApplyOptions): Promise<ApplyAnswer>;
  /** Finishes, or takes away, what runs that were killed left in these directories. */
  recover(directories: readonly string[]): Promise<Recovered>;
}
