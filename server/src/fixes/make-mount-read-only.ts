import { type Draft, EMPTY, type FixContext } from '../changes/types';
import type { RuleFinding } from '../rules/support/rule';

/** Adds `:ro` or `read_only: true`: of an entry that other Mender services read a key by as well, for all of them. */
export async function fixWritableMount(
  finding: RuleFinding,
  { deployment }: FixContext,
): Promise<readonly Draft[]> {
  if (finding.data.kind !== 'writable') return [];
  const { file, start, end } = finding.data.mount.span;
  const own = finding.service ?? '';
  const readers = deployment.services.flatMap(({ service, states }) =>
    states.some(({ mount }) => mount?.span.file === file && mount.span.start === start) ? service.name : [],
  );
  const operations = [...new Set([own, ...readers])].map((service) => ({
    file,
    operation: { op: 'make-read-only', service, start, end } as const,
  }));
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
