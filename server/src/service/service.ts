/**
 * The façade: the verbs that the editor and the command line share, so that they cannot disagree.
 * Lines and characters are counted from 0, characters in UTF-16 code units, as LSP has them.
 */

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
  /** True when the file isn't there yet (`.env`): the edits build it from nothing. */
  readonly creates?: boolean;
}

/** One file that a plan would create. */
export interface PlannedFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'private-key' | 'certificate' | 'token-key';
  readonly service: string;
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
  /** What is left to do by hand afterwards, one sentence each. */
  readonly reminders: readonly string[];
}

export interface ApplyOptions {
  /** Names for the certificates, by service; else the plan's own, else its fallback. */
  readonly names?: ReadonlyMap<string, readonly string[]>;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number, label: string) => void;
}

export type ApplyAnswer =
  | {
      readonly ok: true;
      /** Absolute paths of the files made. The edits of the plan have not been applied: the caller does. */
      readonly created: readonly PlannedFile[];
      readonly kept: readonly string[];
      readonly edits: readonly FileEdits[];
      readonly reminders: readonly string[];
    }
  | { readonly ok: false; readonly cancelled: boolean; readonly message: string };

export interface RuleInfo {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly page: string;
}

export interface Settings {
  /** Severity by rule code; `off` switches a rule off. Codes not named keep their default. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** False in an untrusted workspace: nothing is written. */
  readonly trusted: boolean;
}

export interface CheckAnswer {
  readonly findings: readonly Finding[];
  /** True when a Mender service was recognised in the file. */
  readonly mender: boolean;
}

/** Reads through open documents first, then the disk. */
export interface MenderService {
  /** Tells the text of an open document; it hides the file on disk. */
  open(file: string, text: string, version: number): void;
  close(file: string): void;
  configure(settings: Settings): void;
  /**
   * All findings in one file, sorted by place. Never rejects for what the file holds; `undefined` when `signal`
   * fired. `problem` is set when the file can't be read at all. Fixes are only looked for where `fixes` asks for
   * them, since that reads directories: an editor asks when the light bulb opens.
   */
  check(
    file: string,
    signal?: AbortSignal,
    options?: { readonly fixes?: boolean },
  ): Promise<CheckAnswer | { readonly problem: string } | undefined>;
  /** The fixes of the findings that touch `range`, quick fixes first, `source.fixAll.mender` when it would do something. */
  fixes(file: string, range: Range): Promise<readonly FixSummary[]>;
  /** What one fix of `fixes` would do, from today's text; undefined when it no longer applies. */
  plan(file: string, fixId: string): Promise<Plan | undefined>;
  /**
   * One plan for all that can be fixed in a file: existing files mounted, and with `generate` the missing ones made.
   * With `codes`, only findings of these rules.
   */
  planAll(
    file: string,
    options: { readonly generate: boolean; readonly codes?: readonly string[] },
  ): Promise<Plan>;
  /** Creates the plan's files, all or none; then hands back the edits. */
  apply(plan: Plan, options?: ApplyOptions): Promise<ApplyAnswer>;
}
