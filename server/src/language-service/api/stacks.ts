/** Which compose files belong together, and what their check answers. */
import type { Finding } from './findings';

/** Which files to read as one deployment. */
export interface StackFiles {
  /** Ids in merge order. */
  readonly files: readonly string[];
  readonly projectDirectory: string | undefined;
  readonly envFiles: readonly string[] | undefined;
}

/** How it is known which files belong together, surest first. */
export type StackReason = 'setting' | 'compose-file' | 'include' | 'override' | 'inferred' | 'alone';

/** A stack that a file was checked in. */
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
  /** The release that it is checked as; undefined without a Mender service. */
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
  /** The stacks that the file was checked in; empty for a file that is no concern of ours. */
  readonly stacks: readonly StackInfo[];
  /** Every file whose content the answer rests on, by id, missing ones too: compose files, `.env`, certificates, keys. */
  readonly dependencies: readonly string[];
}

/** Compose files among which somebody can choose what is checked together. */
export interface StackOffer {
  /** Those of today's stack first, in merge order, then the others near it. */
  readonly files: readonly { readonly file: string; readonly picked: boolean }[];
  readonly projectDirectory: string;
}
