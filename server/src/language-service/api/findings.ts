/** What rules find, and the fixes offered for it. Lines and characters from 0, characters in UTF-16 code units. */

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

/** A fix that is offered at a place of a document. */
export interface OfferedFix extends FixSummary {
  /** The findings there that it puts right, and those of the same range with the same remedy; without their fixes. */
  readonly repairs: readonly Finding[];
}

export interface RuleInfo {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly page: string;
}
