/** What an editor asks beside findings and fixes. All answers are about today's text; positions as in `findings.ts`. */
import type { FixSummary, Position, Range } from './findings';

/** A stretch of a file: a compose file, `.env`, or a host file. */
export interface Place {
  /** The file's id. */
  readonly file: string;
  readonly range: Range;
}

export interface Description {
  readonly range: Range;
  readonly markdown: string;
  /** What would put right what is told, best first; in an untrusted workspace none. */
  readonly actions: readonly FixSummary[];
}

/** The state of a Mender service in a few words, to be shown over its name. */
export interface Lens {
  readonly range: Range;
  readonly title: string;
  /** A sentence for each finding that it rests on. */
  readonly tooltip: string;
  /** Names it within its file, for `lensFix`. */
  readonly key: string;
  /** True when there may be a fix: it tells of a finding. */
  readonly fixable: boolean;
}

/** A few words after a place in the text. */
export interface Hint {
  readonly position: Position;
  readonly text: string;
  readonly tooltip: string;
}

/** A host path that leads to a file which is there. */
export interface FileLink {
  readonly range: Range;
  /** Absolute. */
  readonly path: string;
  readonly tooltip: string;
}

export interface Definition {
  /** What was pointed at. */
  readonly origin: Range;
  readonly places: readonly Place[];
}

export type OutlineKind = 'service' | 'certificate' | 'key';

/** A Mender service, or what it is given. */
export interface OutlineItem {
  readonly name: string;
  /** Its state, a few words. */
  readonly detail: string;
  readonly kind: OutlineKind;
  readonly range: Range;
  /** Lies inside `range`. */
  readonly selection: Range;
  readonly children: readonly OutlineItem[];
}

export type CompletionKind = 'mount' | 'file' | 'path' | 'variable' | 'value' | 'comment';

/** One thing that could be written at the cursor. */
export interface Completion {
  readonly label: string;
  /** What it is, a few words. */
  readonly detail: string;
  readonly markdown: string;
  readonly kind: CompletionKind;
  /** On one line, the cursor in it. */
  readonly range: Range;
  /** Goes in as it stands: further lines have their whole indentation. */
  readonly newText: string;
  /** What typed text is compared with; begins with `newText`. */
  readonly filter: string;
  /** By this, the needed ones come first. */
  readonly order: string;
  /** The one to take when in doubt; at most one in an answer. */
  readonly preselect: boolean;
}

/** Methods of an editor. None rejects for what files hold; a file without a Mender service gives nothing. */
export interface EditorMethods {
  /** What is at a position, for people, never a key's text: a mount, a variable, a service. */
  describe(file: string, position: Position): Promise<Description | undefined>;
  /** What could be written at a position, in a text that need not be whole. */
  complete(file: string, position: Position, signal?: AbortSignal): Promise<readonly Completion[]>;
  lenses(file: string): Promise<readonly Lens[]>;
  /** The fix for what a lens tells; undefined when there is none, or the lens is of another text. */
  lensFix(file: string, key: string): Promise<FixSummary | undefined>;
  /** Days that certificates have left, behind their paths, within `range`. */
  hints(file: string, range: Range): Promise<readonly Hint[]>;
  links(file: string): Promise<readonly FileLink[]>;
  /** Where what is at a position comes from: the host file, the line of `.env`, the mount behind a path. */
  definition(file: string, position: Position): Promise<Definition | undefined>;
  /** All places of the stacks that use the host file behind a position. */
  references(file: string, position: Position): Promise<readonly Place[]>;
  /** What Mender sees of a file. */
  outline(file: string): Promise<readonly OutlineItem[]>;
}
