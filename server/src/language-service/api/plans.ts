/** What would be created and edited, and what was. */
import type { Finding, Range } from './findings';

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
