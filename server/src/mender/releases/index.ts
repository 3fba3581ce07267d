/** What follows from having all layouts. */
import { memo } from '../../cache/memo';
import type { ForeignTarget, Layout, Requirement } from '../model/layout';
import { docsBeta } from './nginx';
import { layouts } from './table';
import { notAfter } from './versions';

export { roles } from './roles';
export { docsBeta, layouts, notAfter };

/** The layout of a release (`3.6.5`): the last one that had begun by then, for releases to come too. */
export function layoutOfRelease(release: string): Layout {
  return layouts.filter(({ releases }) => releases && notAfter(releases.from, release)).at(-1) ?? docsBeta;
}

/** `3.5`, `3.0 to 3.8`, `before 1.0`: the releases of layouts that follow each other. */
export function rangeOf(some: readonly Layout[]): string {
  const from = some[0]?.releases?.from;
  const to = some.at(-1)?.releases?.to;
  if (!to) return 'before 1.0';
  if (!from) return `up to ${to}`;
  return from === to ? from : `${from} to ${to}`;
}

/** Every path at which a requirement's file is read, in some edition or by some setting of Mender's own files. */
export function targetsOf(requirement: Requirement): readonly string[] {
  const { target, alternatives, imageDefault, enterprise } = requirement;
  return [
    ...new Set([target, ...alternatives, imageDefault, ...(enterprise ? [enterprise.imageDefault] : [])]),
  ];
}

/** The paths of all other layouts that `layout` doesn't read. Certificates to trust may lie anywhere: none of them. */
export const foreignTargetsOf = memo(findForeignTargets);

function findForeignTargets(layout: Layout): readonly ForeignTarget[] {
  const own = new Set(layout.requirements.flatMap((requirement) => keysOf(requirement)));
  const found = new Map<string, { requirement: Requirement; target: string; of: Layout[] }>();
  for (const other of layouts) {
    for (const requirement of other.requirements) {
      if (requirement.kind === 'trusted-certificate') continue;
      for (const target of [requirement.target, ...requirement.alternatives]) {
        const key = `${requirement.role} ${target}`;
        if (own.has(key)) continue;
        const known = found.get(key) ?? { requirement, target, of: [] };
        if (known.of.at(-1) !== other) known.of.push(other);
        found.set(key, known);
      }
    }
  }
  return [...found.values()].map(({ requirement, target, of }) => {
    const edition = target === requirement.target ? '' : ', Enterprise';
    const { role, kind, serves } = requirement;
    return { target, role, kind, serves, releases: `${runsOf(of).join(', ')}${edition}` };
  });
}

function keysOf(requirement: Requirement): string[] {
  return targetsOf(requirement).map((target) => `${requirement.role} ${target}`);
}

/** Ranges of layouts that follow each other without a gap. */
function runsOf(some: readonly Layout[]): string[] {
  const runs: Layout[][] = [];
  for (const layout of some) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last && before && layouts.indexOf(before) + 1 === layouts.indexOf(layout)) last.push(layout);
    else runs.push([layout]);
  }
  return runs.map(rangeOf);
}
