/**
 * A compose deployment as Compose itself would read it, each value with the place it was written at.
 * Offsets are UTF-16 code units from the start of the file's text, `end` exclusive.
 */

export interface Span {
  /** The file's id: its absolute path, or its URI where it has no path. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A string after interpolation, and where it was written. */
export interface Text {
  readonly value: string;
  /** As written in the file, variables not replaced (quotes removed). */
  readonly raw: string;
  readonly span: Span;
}

/** A variable used in a value that has no value and no default. Compose replaces it by nothing. */
export interface UnresolvedVariable {
  readonly name: string;
  /** `${NAME}` or `$NAME`, whole */
  readonly span: Span;
  /** `${NAME:?message}`: Compose does not start without a value. */
  readonly required?: true;
}

export type MountSyntax = 'short' | 'long' | 'secret' | 'config';

/** A file or directory that a service finds in its container. */
export interface Mount {
  readonly type:
    | 'bind'
    | 'volume'
    | 'tmpfs'
    | 'npipe'
    | 'cluster'
    | 'image'
    | 'secret'
    | 'config'
    | 'unknown';
  /** Host path (bind) or volume name, as Compose resolves it: absolute for a bind mount. */
  readonly source: string | undefined;
  /** The source is an absolute path of another kind of host (`C:\…` read on Linux): nothing is known of it here. */
  readonly isForeign?: true;
  /** The source as written; the place of a file-backed secret or config is its top-level `file:`. */
  readonly sourceText: Text | undefined;
  /** Container path, cleaned: no trailing slash, no `//`, no `.` parts. */
  readonly target: string;
  readonly targetText: Text;
  readonly readOnly: boolean;
  /** The mode as written: `ro`, `z,rw`, `read_only: true`; undefined when it isn't said. */
  readonly modeSpan: Span | undefined;
  readonly syntax: MountSyntax;
  /** The whole entry. */
  readonly span: Span;
  readonly unresolved: readonly UnresolvedVariable[];
  /** For a named volume that binds a directory of the host (`driver_opts`): where it leads. */
  readonly device?: {
    /** Absolute; undefined where nothing to resolve against is known. */
    readonly path: string | undefined;
    readonly text: Text;
    readonly unresolved: readonly UnresolvedVariable[];
  };
}

export interface EnvironmentVariable {
  readonly name: string;
  /** undefined: named without a value, so taken from the shell or unset */
  readonly value: string | undefined;
  readonly nameSpan: Span;
  /** Where the value is written; the name's span when it has none. */
  readonly valueSpan: Span;
  /** The whole entry. */
  readonly span: Span;
  readonly unresolved: readonly UnresolvedVariable[];
}

/** A user as Compose takes it: a name or number, and with `:` a group. */
export interface ServiceUser {
  readonly value: string;
  /** False where a variable in it has no value. */
  readonly known: boolean;
}

export interface Service {
  readonly name: string;
  /** The name at each place that declares this service, in merge order; at least one. */
  readonly declarations: readonly Span[];
  readonly image: Text | undefined;
  readonly hasBuild: boolean;
  /** `entrypoint`: another program than the image's own. */
  readonly hasEntrypoint: boolean;
  /** `user`: whom its process runs as, instead of the image's own. */
  readonly user: ServiceUser | undefined;
  readonly mounts: readonly Mount[];
  readonly environment: ReadonlyMap<string, EnvironmentVariable>;
  /** The key `environment` where the service has one, last declaration first. */
  readonly environmentKey: Span | undefined;
  /** All names under which other services reach this one through its networks. */
  readonly aliases: readonly Text[];
  /** Those of them that stand under `aliases` of a network. */
  readonly networkAliases: readonly Text[];
  /** Not started by a plain `docker compose up`: behind a profile, or `scale: 0`, `deploy.replicas: 0`. */
  readonly inactive: boolean;
  /** True where part of the service could not be read, so nothing can be said about what is missing. */
  readonly partial: boolean;
  /**
   * Absolute paths in the text of a service of which a line is being typed and could not be read: something might be
   * mounted at each of them. Of all the rest what is missing can be said.
   */
  readonly unread: readonly string[];
  readonly command: readonly string[];
}

/** A place where a file is not YAML or not Compose. */
export interface ComposeProblem {
  readonly message: string;
  readonly span: Span;
}

/** One compose file of a stack. Parsed lazily by whoever edits it. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  /** The directory against which Compose resolves the host paths written in it; undefined for unsaved files. */
  readonly directory: string | undefined;
  /** `merged`: named by the stack itself; `included`: by `include` of another; `extended`: only by `extends`. */
  readonly role: 'merged' | 'included' | 'extended';
}

/** A top-level secret or config. */
export interface FileElement {
  readonly name: string;
  /** Its `file:` as an absolute path; undefined where it has none, or it can't be known. */
  readonly path: string | undefined;
}

/** The files that are merged into one deployment. */
export interface Stack {
  /** Every compose file that was read, in the order of its effect: later ones win. */
  readonly files: readonly SourceFile[];
  /** Absolute path against which relative host paths resolve; undefined for unsaved files. */
  readonly projectDirectory: string | undefined;
  readonly services: ReadonlyMap<string, Service>;
  /** The top-level secrets or configs, in order; read when they are asked for. */
  elements(kind: 'secrets' | 'configs'): readonly FileElement[];
  readonly problems: readonly ComposeProblem[];
  /**
   * Every file whose content matters, by id, those that are missing too: compose files, `.env`, `env_file`. When
   * one of them changes, the stack does.
   */
  readonly dependencies: readonly string[];
  /** True where a file may not be read or is missing, so that nothing can be said about what is not there. */
  readonly incomplete: boolean;
}

/** What reading a file gave. */
export type FileText =
  | { readonly text: string }
  | { readonly missing: true }
  /** It is there and can't be read: what is said after its name, `is a directory, not a file.` */
  | { readonly problem: string }
  /** It may not be read (untrusted workspace): nothing is said of it. */
  | { readonly withheld: true };
