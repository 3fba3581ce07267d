import type { RuleFinding } from '../rules/rule';
import { type Draft, EMPTY } from './draft';

/** Adds `:ro` or `read_only: true`. */
export async function fixWritableMount(finding: RuleFinding): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'writable') return [];
  const { file, start, end } = finding.data.mount.span;
  const service = finding.service ?? '';
  const operations = [{ file, operation: { op: 'make-read-only', service, start, end } as const }];
  return [
    {
      ...EMPTY,
      title: `Mount ${finding.data.mount.target} read-only`,
      operations,
      preferred: true,
      automatic: true,
    },
  ];
}
