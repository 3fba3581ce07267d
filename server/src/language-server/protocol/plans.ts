/** Plans: what would be created and edited, and carrying it out. */
import type { ProgressToken, WorkspaceEdit } from 'vscode-languageserver';
import type { PlannedFile, PlannedMode, PlannedNames } from '../../language-service/api/index';
import type { KeyTarget, KeyTask } from '../../language-service/api/tasks';

export type { KeyTarget, KeyTask };

/** Request: what would be created and edited. `PlanParams` to `PlanAnswer`. */
export const PLAN_METHOD = 'mender/plan';
/** Request: create the files, hand back the edit. `ApplyParams` to `ApplyResult`. Cancellable. */
export const APPLY_METHOD = 'mender/apply';
/** Request: the TLS pairs and token keys of a document's stacks. `TargetsParams` to `TargetsAnswer`. */
export const TARGETS_METHOD = 'mender/targets';
/** Command of a code action that creates key files. Arguments: URI, fix id. */
export const APPLY_FIX_COMMAND = 'mender.applyFix';
/**
 * The same from a link in Markdown, where the text around it comes from files: it shows what it would do, and asks,
 * unless that can be undone with a key. Of our client alone.
 */
export const REVIEW_FIX_COMMAND = 'mender.reviewFix';
/** Command that makes all that is missing in one compose file. Argument: URI. */
export const GENERATE_COMMAND = 'mender.generateKeys';
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
