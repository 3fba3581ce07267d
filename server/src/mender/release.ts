/** Which release a stack is of. */
import type { Stack } from '../compose/model';
import type { Recognition } from './deployment';
import { docsBeta } from './layouts';

/** The release of a stack; `wanted` (`3.7`, `4.0`, a layout's id) comes before all that the files tell. */
export function recogniseRelease(_stack: Stack, _wanted: string | undefined): Recognition {
  const title = docsBeta.title;
  return {
    layout: docsBeta,
    release: undefined,
    title,
    how: 'fallback',
    why: 'The files do not tell the release.',
  };
}

/** True for what `wanted` understands. */
export function isRelease(text: string): boolean {
  return text === docsBeta.id;
}

/** Examples of what `isRelease` accepts, for messages and completion. */
export const RELEASE_EXAMPLES: readonly string[] = ['docs-beta'];
