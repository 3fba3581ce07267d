/** What the user decides. */
import type { Severity } from './findings';

/** Compose files that somebody says belong together. Paths are absolute. */
export interface StackSetting {
  readonly name?: string;
  /** In merge order, as after `-f`; at least one. */
  readonly files: readonly string[];
  /** Without it: the directory of the first file. */
  readonly projectDirectory?: string;
  /** Without them: `.env` in the project directory. */
  readonly envFiles?: readonly string[];
}

export interface Settings {
  /** Severity by rule code; `off` switches a rule off. Codes not named keep their default. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** False in an untrusted workspace: nothing is written, and no file outside of `folders` is read. */
  readonly trusted: boolean;
  /** `mender.stacks`, or the one that a command line names; they come before all other ways to find a stack. */
  readonly stacks?: readonly StackSetting[];
  /** `mender.release`: checked as this release (`3.7`, `4.0`, a layout's id), whatever the images say. */
  readonly release?: string;
  /** `mender.expiresSoonDays`: days before its end at which a certificate is told to expire soon; 30 without it. */
  readonly expiresSoonDays?: number;
  /** The workspace's folders, absolute; none: no bounds are known. */
  readonly folders?: readonly string[];
  /**
   * Directories, absolute: outside of them nothing is created or changed unless a plan's options allow it. Without
   * them: the folders, and for a file in none of them its own directory.
   */
  readonly bounds?: readonly string[];
}
