/** Fix of `private-key-in-git`: a line in an ignore file, where git doesn't track the key yet. */

import { shownPath } from '../changes/file-paths';
import { type Draft, EMPTY, type FixContext } from '../changes/types';
import type { RuleFinding } from '../rules/support/rule';

export async function fixKeyInGit(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'key-in-git') return [];
  const { file } = finding.data;
  const changes = await context.around.ignoring(file, context.deployment.stack.projectDirectory);
  const [first] = changes;
  if (!first) return [];
  return [
    {
      ...EMPTY,
      title: `Add ${shownPath(file, context)} to ${shownPath(first.file, context).replace(/^\.[\\/]/, '')}`,
      operations: changes.flatMap(({ file: ignore, lines }) =>
        lines.map((text) => ({ file: ignore, operation: { op: 'append-line', text } as const })),
      ),
      preferred: true,
      automatic: false,
    },
  ];
}
