/**
 * What lies beside a checkout and isn't part of it (`../shared`): Mender's own compose files, which we don't copy, and
 * facts gathered from them. Tests that need it are skipped without it, and the last line of the run says so.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../shared');

export const sharedPath = (...parts: string[]) => join(root, ...parts);

/** Whether a file or folder of `../shared` is here. */
export const hasShared = (...parts: string[]) => existsSync(sharedPath(...parts));

/** The end of a test's title, or of a suite's, where `path` is not here: `reporter.ts` counts those that are skipped by it. */
export const needsShared = (path: string, what: string) =>
  hasShared(path) ? '' : ` (needs ../shared: ${what})`;
