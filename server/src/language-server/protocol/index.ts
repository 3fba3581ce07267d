/**
 * What our server understands beside LSP itself. Types and names only, so that the client can import it.
 * URIs are those of the client; lines and characters count from 0, characters in UTF-16 code units.
 */
import type { ProgressToken, WorkspaceEdit } from 'vscode-languageserver';
import type {
  PlannedFile,
  PlannedMode,
  PlannedNames,
  Range,
  ReleaseInfo,
  Severity,
  StackReason,
} from '../../language-service/api/index';
import type { MapState } from '../../language-service/api/key-map';
import type { KeyTarget, KeyTask } from '../../language-service/api/tasks';
import type { DeploymentStatus, DeploymentsAnswer, DeploymentsParams } from './workspace';

export type { DeploymentStatus, DeploymentsAnswer, DeploymentsParams, KeyTarget, KeyTask };

/** Request: what would be created and edited. `PlanParams` to `PlanAnswer`. */
export const PLAN_METHOD = 'mender/plan';
/** Request: create the files, hand back the edit. `ApplyParams` to `ApplyResult`. Cancellable. */
export const APPLY_METHOD = 'mender/apply';
/** Request: the TLS pairs and token keys of a document's stacks. `TargetsParams` to `TargetsAnswer`. */
export const TARGETS_METHOD = 'mender/targets';
/** Notification: whether the user trusts the workspace. `TrustParams`. */
export const TRUST_METHOD = 'mender/trust';

/** Notification to the client: a check of an open document came out otherwise than before. `StatusParams`. */
export const STATUS_METHOD = 'mender/status';
/** Request: which files could be judged together with one. `OfferParams` to `OfferAnswer`. */
export const OFFER_METHOD = 'mender/offer';
/** Request: examples of releases that `mender.release` understands. No parameters; `ReleasesAnswer`. */
export const RELEASES_METHOD = 'mender/releases';

/** Command of a code action that creates key files. Arguments: URI, fix id. */
export const APPLY_FIX_COMMAND = 'mender.applyFix';
/**
 * The same from a link in Markdown, where the text around it comes from files: it shows what it would do, and asks,
 * unless that can be undone with a key. Of our client alone.
 */
export const REVIEW_FIX_COMMAND = 'mender.reviewFix';
/** Command that makes all that is missing in one compose file. Argument: URI. */
export const GENERATE_COMMAND = 'mender.generateKeys';

/** `initializationOptions`, all optional. */
export interface InitializationOptions {
  /** True when the client asks and confirms by itself, so the server offers no commands. */
  readonly prompts?: boolean;
  /** False where nothing may be written. True when left out: only VS Code knows trust. */
  readonly trusted?: boolean;
  /** The section `mender`, for the time until (or where) it can't be asked for. */
  readonly settings?: unknown;
}

export interface TargetsParams {
  readonly uri: string;
}

export interface TargetsAnswer {
  readonly targets: readonly KeyTarget[];
}

export interface PlanParams {
  readonly uri: string;
  /** Without it and a task: all that can be fixed in the file, missing keys generated. */
  readonly fixId?: string;
  /** What somebody wants done with keys. A client keeps a passphrase in it out of its traces. */
  readonly task?: KeyTask;
  /** Absolute directories outside of the workspace below which the user lets this plan create and change files. */
  readonly allow?: readonly string[];
  /** URIs of files with changes that aren't saved: no lines for git are written to them. */
  readonly unsaved?: readonly string[];
}

/** One file that would be made, or was. */
export interface FilePreview {
  /** Absolute, for people. */
  readonly path: string;
  readonly uri: string;
  /** From the compose file's directory, `/` between parts; the absolute path where there is no way. */
  readonly relative: string;
  readonly kind: PlannedFile['kind'];
  readonly service: string;
  /** Messages of the findings that this file puts right. */
  readonly fixes: readonly string[];
}

export interface PlanPreview {
  readonly ok: true;
  /** Whether a Mender service was recognised in the file. */
  readonly mender: boolean;
  readonly title: string;
  readonly findings: readonly {
    readonly code: string;
    readonly message: string;
    readonly service?: string;
  }[];
  readonly create: readonly FilePreview[];
  readonly names: readonly PlannedNames[];
  readonly modes: readonly (PlannedMode & { readonly relative: string })[];
  /** What it means for those who are signed in or connected, one sentence each. */
  readonly effects: readonly string[];
  readonly reminders: readonly string[];
  /** URIs of the files that would be edited, those among them that keep the keys out of git. */
  readonly edited: readonly string[];
  /** An authority whose root certificate isn't at hand: the task's `root` adds the trust bundle. */
  readonly rootWanted?: string;
  /** Absolute directories outside of the workspace. What needs them isn't in the plan, unless `allow` names them. */
  readonly outside: readonly string[];
}

export interface Refusal {
  readonly ok: false;
  readonly cancelled: boolean;
  /** True when it is so already: nothing is wrong. */
  readonly nothing?: boolean;
  /** What would help where an encrypted key is in the way. */
  readonly passphrase?: 'needed' | 'wrong';
  /** True where a root certificate is asked for: the task's `root`. */
  readonly rootNeeded?: boolean;
  /** True where it can be done all the same: the task's `anyway`. */
  readonly anyway?: boolean;
  /** Absolute directories outside of the workspace: it can be done once `allow` names them. */
  readonly outside?: readonly string[];
  /** For people; a whole sentence. */
  readonly message: string;
}

export type PlanAnswer = PlanPreview | Refusal;

export interface ApplyParams extends PlanParams {
  /** TLS names by service. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /**
   * Absolute paths that the user agreed to have created, or given other permissions. When today's text asks for any
   * other one, nothing is made and the answer says that the compose file has changed.
   */
  readonly confirmed?: readonly string[];
  /** False: only mount what exists, as after a first edit that could not be applied. True when left out. */
  readonly generate?: boolean;
  readonly workDoneToken?: ProgressToken;
}

export interface Applied {
  readonly ok: true;
  readonly edit: WorkspaceEdit;
  /** URIs of the files that the edit changes, open or not. */
  readonly edited: readonly string[];
  /** The version of each open document that the edit was computed from, by URI. */
  readonly versions: Readonly<Record<string, number>>;
  readonly created: readonly FilePreview[];
  readonly reminders: readonly string[];
}

export type ApplyResult = Applied | Refusal;

export interface TrustParams {
  readonly trusted: boolean;
}

/** A file or directory as people see it. */
export interface FileLabel {
  readonly uri: string;
  /**
   * With `/` between its parts: from the workspace folder that holds it (with the folder's name where there are several),
   * else from the project directory, else absolute.
   */
  readonly label: string;
}

/** A stack that a document was judged in. */
export interface StackStatus {
  readonly name?: string;
  /** In merge order. */
  readonly files: readonly FileLabel[];
  readonly reason: StackReason;
  /** Why these files, a sentence. */
  readonly why: string;
  readonly projectDirectory?: FileLabel;
  /** Overlays that lie beside: what they mount isn't called missing. */
  readonly beside: readonly FileLabel[];
  readonly release?: ReleaseInfo;
}

/** How an open document was judged. */
export interface StatusParams {
  readonly uri: string;
  /** Whether a Mender service was recognised. */
  readonly mender: boolean;
  readonly stacks: readonly StackStatus[];
  /** Findings in all files of the stacks. */
  readonly counts: Readonly<Record<Severity, number>>;
}

export interface OfferParams {
  readonly uri: string;
}

/** Files among which people can choose, in merge order, today's first; null where there is nothing to choose. */
export type OfferAnswer = {
  readonly files: readonly (FileLabel & { readonly picked: boolean })[];
  readonly projectDirectory: FileLabel;
} | null;

export interface ReleasesAnswer {
  readonly releases: readonly string[];
}

/** Request: the key map of a compose file, for a page of VS Code. `MapParams` to `MapAnswer`. */
export const MAP_METHOD = 'mender/map';
/** Request: the key map as a document of its own. `MapTextParams` to `MapTextAnswer`. */
export const MAP_TEXT_METHOD = 'mender/mapText';
/** Notification to the client: the map of a followed, open document is another than it was. `MapChangedParams`. */
export const MAP_CHANGED_METHOD = 'mender/mapChanged';

export interface MapParams {
  readonly uri: string;
  /** True: tell when the map changes. False: don't any more. */
  readonly follow?: boolean;
}

/** Where a part of the drawing leads. */
export interface MapTarget {
  /** The part's `data-id`. */
  readonly id: string;
  readonly uri: string;
  /** undefined: the beginning of the file. */
  readonly range?: Range;
}

/** A line of the drawing in words. */
export interface MapRow {
  /** The `data-id` of the line. */
  readonly id: string;
  readonly service: string;
  readonly file: string;
  /** `TLS certificate, read-only` … */
  readonly text: string;
  readonly state: MapState;
}

/** The map as a page shows it; null where there is no Mender service. */
export type MapAnswer = {
  /** Well-formed, without a style sheet. */
  readonly svg: string;
  readonly styles: string;
  readonly targets: readonly MapTarget[];
  readonly rows: readonly MapRow[];
} | null;

export interface MapTextParams {
  readonly uri: string;
  readonly format: 'svg' | 'mermaid';
  /** The colours of `svg`; light when left out. */
  readonly theme?: 'light' | 'dark';
}

/** null where there is no Mender service. */
export type MapTextAnswer = { readonly text: string } | null;

export interface MapChangedParams {
  readonly uri: string;
}

/** Request: the deployments in the workspace's folders, open or not. `DeploymentsParams` to `DeploymentsAnswer`. Cancellable. */
export const DEPLOYMENTS_METHOD = 'mender/deployments';
/**
 * Notification to the client: another answer than the last one may be had now. No parameters; sent once after an
 * answer.
 */
export const DEPLOYMENTS_CHANGED_METHOD = 'mender/deploymentsChanged';
