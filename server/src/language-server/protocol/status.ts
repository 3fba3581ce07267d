/** How an open document was checked, and with which files. */
import type { ReleaseInfo, Severity, StackReason } from '../../language-service/api/index';

/** Notification to the client: a check of an open document came out otherwise than before. `StatusParams`. */
export const STATUS_METHOD = 'mender/status';
/** Request: which files could be checked together with one. `OfferParams` to `OfferAnswer`. */
export const OFFER_METHOD = 'mender/offer';
/** Request: examples of releases that `mender.release` understands. No parameters; `ReleasesAnswer`. */
export const RELEASES_METHOD = 'mender/releases';
/** A file or directory as people see it. */
export interface FileLabel {
  readonly uri: string;
  /**
   * With `/` between its parts: from the workspace folder that holds it (with the folder's name where there are several),
   * else from the project directory, else absolute.
   */
  readonly label: string;
}

/** A stack that a document was checked in. */
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

/** How an open document was checked. */
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
