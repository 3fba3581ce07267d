/** Compose files among which somebody can choose what is checked together. */
import { type Finder, neighboursOf } from '../../compose/discovery/find-stack';
import type { Host } from '../../platform/platform';
import type { StackOffer } from '../api/index';
import type { KnownStack } from './stacks-of-file';

/** The files of today's stacks first, then those that lie near; undefined for a file without a path. */
export async function candidatesOf(
  file: string,
  stacks: readonly KnownStack[],
  finder: Finder,
  host: Host,
): Promise<StackOffer | undefined> {
  const [stack] = stacks;
  if (!stack || !host.paths.isAbsolute(file)) return undefined;
  const near = await neighboursOf(file, stack.files, finder);
  const others = [...stacks.flatMap(({ files }) => files), file, ...near];
  const rest = [...new Set(others)].filter((each) => !stack.files.includes(each));
  return {
    files: [
      ...stack.files.map((each) => ({ file: each, picked: true })),
      ...rest.map((each) => ({ file: each, picked: false })),
    ],
    projectDirectory: stack.projectDirectory ?? host.paths.dirname(stack.files[0] ?? file),
  };
}
