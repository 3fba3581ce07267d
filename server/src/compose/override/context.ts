/** What merging is done with. */
import type { PlatformPath } from 'node:path';
import type { Lookup } from '../syntax/interpolation';

/** The model in which values are merged. */
export interface Merging {
  readonly paths: PlatformPath;
  readonly lookup: Lookup;
  /** Directory against which its relative paths resolve; undefined for unsaved files. */
  readonly directory: string | undefined;
}
