/**
 * What our server understands beside LSP itself. Types and names only, so that the client can import it.
 * URIs are those of the client; lines and characters count from 0, characters in UTF-16 code units.
 */
import type { ProgressToken, WorkspaceEdit } from 'vscode-languageserver';
import type { PlannedNames } from '../service/service';

/** Request: what would be created and edited. `PlanParams` to `PlanAnswer`. */
export const PLAN_METHOD = 'mender/plan';
/** Request: create the files, hand back the edit. `ApplyParams` to `ApplyResult`. Cancellable. */
export const APPLY_METHOD = 'mender/apply';
/** Notification: whether the user trusts the workspace. `TrustParams`. */
export const TRUST_METHOD = 'mender/trust';

/** Command of a code action that creates key files. Arguments: URI, fix id. */
export const APPLY_FIX_COMMAND = 'mender.applyFix';
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

export interface PlanParams {
  readonly uri: string;
  /** Without it: all that can be fixed in the file, missing keys generated. */
  readonly fixId?: string;
}

/** One file that would be made, or was. */
export interface FilePreview {
  /** Absolute, for people. */
  readonly path: string;
  readonly uri: string;
  /** From the compose file's directory, `/` between parts; the absolute path where there is no way. */
  readonly relative: string;
  readonly kind: 'private-key' | 'certificate' | 'token-key';
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
  readonly reminders: readonly string[];
  /** URIs of the files that would be edited. */
  readonly edited: readonly string[];
}

export interface Refusal {
  readonly ok: false;
  readonly cancelled: boolean;
  /** For people; a whole sentence. */
  readonly message: string;
}

export type PlanAnswer = PlanPreview | Refusal;

export interface ApplyParams extends PlanParams {
  /** TLS names by service. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /**
   * Absolute paths that the user agreed to. When today's text asks for any other file, nothing is made and the
   * answer says that the compose file has changed.
   */
  readonly confirmed?: readonly string[];
  /** False: only mount what exists, as after a first edit that could not be applied. True when left out. */
  readonly generate?: boolean;
  readonly workDoneToken?: ProgressToken;
}

export interface Applied {
  readonly ok: true;
  readonly edit: WorkspaceEdit;
  /** The version of each open document that the edit was computed from, by URI. */
  readonly versions: Readonly<Record<string, number>>;
  readonly created: readonly FilePreview[];
  /** Absolute paths of files that were there already and stayed as they are. */
  readonly kept: readonly string[];
  readonly reminders: readonly string[];
}

export type ApplyResult = Applied | Refusal;

export interface TrustParams {
  readonly trusted: boolean;
}
