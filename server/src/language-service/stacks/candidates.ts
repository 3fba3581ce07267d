/** Compose files among which somebody can choose what is judged together. */
import type { Host } from '../../platform/platform';
import type { StackOffer } from '../api/index';
import type { KnownStack } from './stacks-of-file';

/** Today's stack first, then the `near` ones; undefined for a file without a path. */
export function offerOf(
  file: string,
  stacks: readonly KnownStack[],
  near: readonly string[],
  host: Host,
): StackOffer | undefined {
  const [stack] = stacks;
  if (!stack || !host.paths.isAbsolute(file)) return undefined;
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
