/**
 * The façade: the verbs that the editor and the command line share, so that they cannot disagree.
 * Lines and characters are counted from 0, characters in UTF-16 code units, as LSP has them.
 */

import type { WorkspaceVerbs } from '../workspace/deployments';
import type { EditorVerbs } from './editor-features';
import type { StackMap } from './key-map';
import type { KeyOptions, KeyTarget, KeyTask, TaskAnswer } from './tasks';

export type * from '../workspace/deployments';
export type * from './editor-features';

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface RelatedPlace {
  readonly message: string;
  readonly file: string;
  readonly range: Range;
}

/** A rule's result. */
export interface Finding {
  /** Stable, one of `listRules()`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The file's id: its absolute path, or its URI where it has no path. */
  readonly file: string;
  readonly range: Range;
  readonly service: string | undefined;
  /** The container path that this is about, where there is one. */
  readonly target: string | undefined;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly FixSummary[];
  /** Where the rule is explained. */
  readonly page: string;
}

/** Kinds as LSP names them. */
export type FixKind = 'quickfix' | 'source.fixAll.mender';

export interface FixSummary {
  /** Names the fix within its document; valid as long as the documents don't change. */
  readonly id: string;
  readonly title: string;
  readonly kind: FixKind;
  /** True when carrying it out creates key files, so it needs to be shown and confirmed first. */
  readonly generates: boolean;
  /** The one to take when in doubt. */
  readonly preferred: boolean;
}

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

export interface FileEdits {
  readonly file: string;
  readonly edits: readonly TextEdit[];
  /** The text that the ranges are of; in any other one they mean nothing. */
  readonly basis?: string;
  /** True when the file isn't there yet (`.env`): the edits build it from nothing. */
  readonly creates?: boolean;
}

/** One file that a plan would create. */
export interface PlannedFile {
  /** Absolute. */
  readonly path: string;
  /** `bundle`: certificates that the Mender client has to trust. */
  readonly kind: 'private-key' | 'certificate' | 'token-key' | 'request' | 'bundle';
  readonly service: string;
}

/** Permission bits that a plan would set (POSIX). */
export interface PlannedMode {
  /** Absolute; a file or a directory. */
  readonly path: string;
  readonly mode: number;
  readonly before: number;
}

/** TLS names that a plan needs: found in the compose files, or to be asked for. */
export interface PlannedNames {
  /** The service that the certificate is for. */
  readonly service: string;
  /** What the compose files tell; empty when they tell nothing. */
  readonly names: readonly string[];
  /** Used when nobody says better: the service's own name in the network, and localhost. */
  readonly fallback: readonly string[];
}

/** What a fix would do: shown first, then applied. */
export interface Plan {
  readonly title: string;
  /** Findings that this plan puts right. */
  readonly findings: readonly Finding[];
  readonly create: readonly PlannedFile[];
  readonly names: readonly PlannedNames[];
  readonly edits: readonly FileEdits[];
  /** Lines that keep the private keys out of git. `apply` writes them, before the keys; the caller never does. */
  readonly ignores: readonly FileEdits[];
  readonly modes: readonly PlannedMode[];
  /** What it means for those who are signed in or connected, one sentence each: to be shown before. */
  readonly effects: readonly string[];
  /** What is left to do by hand afterwards, one sentence each. */
  readonly reminders: readonly string[];
  /** An authority whose root certificate isn't at hand. With the task's `root`, the trust bundle is made too. */
  readonly rootWanted?: string;
  /**
   * Directories outside of what the user opened or named. What needs them isn't in the plan; it is once they are
   * allowed.
   */
  readonly outside: readonly string[];
}

/** What the user says of one plan. */
export interface PlanOptions {
  /** Absolute directories below which something may be made or changed as well, though they lie outside. */
  readonly allow?: readonly string[];
  /** Files with changes in an editor that aren't saved: no lines for git are written to them. */
  readonly unsaved?: readonly string[];
}

/** What a file on the disk gets. */
export interface TextChange {
  readonly file: string;
  /** What it has to hold by then; undefined for a file that isn't there. */
  readonly before: string | undefined;
  readonly after: string;
}

/** What has become of what runs that were killed had begun; absolute paths. */
export interface Recovered {
  /** Files that have their names now. */
  readonly made: readonly string[];
  /** Edited now, as the killed run was to. */
  readonly finished: readonly string[];
  /** They hold again what they did before. */
  readonly restored: readonly string[];
  /** Edited by the killed run, which can't be finished: others of its files were changed since, or can't be written. */
  readonly unclear: readonly string[];
}

export interface ApplyOptions {
  /** The edits of the plan, where they are to be written to the disk: all of them together with the files, or nothing. */
  readonly texts?: readonly TextChange[];
  /** Whether texts are written even where their mode lets nobody write. */
  readonly writeProtected?: boolean;
  /** Names for the certificates, by service; else the plan's own, else its fallback. */
  readonly names?: ReadonlyMap<string, readonly string[]>;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number, label: string) => void;
}

export type ApplyAnswer =
  | {
      readonly ok: true;
      /** The files made. */
      readonly created: readonly PlannedFile[];
      /** Absolute paths of the texts that were written to the disk. */
      readonly edited: readonly string[];
      /** Without `texts`, the caller applies them. */
      readonly edits: readonly FileEdits[];
      readonly reminders: readonly string[];
      readonly recovered: Recovered;
    }
  | {
      readonly ok: false;
      readonly cancelled: boolean;
      readonly message: string;
      /** Written all the same, such as `.gitignore`. */
      readonly edited: readonly string[];
    };

export interface RuleInfo {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly page: string;
}

/** Compose files that somebody says belong together. Paths are absolute. */
export interface StackSetting {
  readonly name?: string;
  /** In merge order, as after `-f`; at least one. */
  readonly files: readonly string[];
  /** Without it: the directory of the first file. */
  readonly projectDirectory?: string;
  /** Without them: `.env` in the project directory. */
  readonly envFiles?: readonly string[];
}

export interface Settings {
  /** Severity by rule code; `off` switches a rule off. Codes not named keep their default. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** False in an untrusted workspace: nothing is written, and no file outside of `folders` is read. */
  readonly trusted: boolean;
  /** `mender.stacks`, or the one that a command line names; they come before all other ways to find a stack. */
  readonly stacks?: readonly StackSetting[];
  /** `mender.release`: judged as this release (`3.7`, `4.0`, a layout's id), whatever the images say. */
  readonly release?: string;
  /** `mender.expiresSoonDays`: days before its end at which a certificate is told to expire soon; 30 without it. */
  readonly expiresSoonDays?: number;
  /** The workspace's folders, absolute; none: no bounds are known. */
  readonly folders?: readonly string[];
  /**
   * Directories, absolute: outside of them nothing is created or changed unless a plan's options allow it. Without
   * them: the folders, and for a file in none of them its own directory.
   */
  readonly bounds?: readonly string[];
}

/** How it is known which files belong together, surest first. */
export type StackReason = 'setting' | 'compose-file' | 'include' | 'override' | 'inferred' | 'alone';

/** A stack that a file was judged in. */
export interface StackInfo {
  readonly name: string | undefined;
  /** The files named by the stack, in merge order, and those that they include; ids. */
  readonly files: readonly string[];
  readonly reason: StackReason;
  /** Why these files, one sentence for people. */
  readonly why: string;
  /** Absolute; undefined for an unsaved file. */
  readonly projectDirectory: string | undefined;
  /** Overlays that lie beside: what they mount isn't called missing. Only where the stack isn't known for sure. */
  readonly beside: readonly string[];
  /** The release that it is judged as; undefined without a Mender service. */
  readonly release: ReleaseInfo | undefined;
}

export interface ReleaseInfo {
  /** The layout's id. */
  readonly layout: string;
  /** For people: `Mender 3.7.0`. */
  readonly title: string;
  /** Why, a sentence for people. */
  readonly why: string;
}

export interface CheckAnswer {
  /**
   * Of all files of the stacks that the file belongs to, sorted by file and place, those of the file itself first.
   * They can lie in files that aren't open, and in `.env`.
   */
  readonly findings: readonly Finding[];
  /** True when a Mender service was recognised. */
  readonly mender: boolean;
  /** The stacks that the file was judged in; empty for a file that is no concern of ours. */
  readonly stacks: readonly StackInfo[];
  /** Every file whose content the answer rests on, by id, missing ones too: compose files, `.env`, certificates, keys. */
  readonly dependencies: readonly string[];
}

/** Compose files among which somebody can choose what is judged together. */
export interface StackOffer {
  /** Those of today's stack first, in merge order, then the others near it. */
  readonly files: readonly { readonly file: string; readonly picked: boolean }[];
  readonly projectDirectory: string;
}

/** Reads through open documents first, then the disk. */
export interface MenderService extends EditorVerbs, WorkspaceVerbs {
  /** Tells the text of an open document; it hides the file on disk. */
  open(file: string, text: string, version: number): void;
  close(file: string): void;
  configure(settings: Settings): void;
  /** Tells that files came, changed or went on disk; without a list, that any may have. */
  changed(files?: readonly string[]): void;
  /** What could be judged together with a file; undefined for one without a path or without a Mender service. */
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
   * The fixes of the findings that touch `range`, quick fixes first, `source.fixAll.mender` when it would do something.
   * With `within`, of those in that file of the stacks of `file`, a `.env` file for instance: quick fixes alone.
   */
  fixes(file: string, range: Range, within?: string): Promise<readonly FixSummary[]>;
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
