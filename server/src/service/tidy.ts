import type { Part } from '../fixes/draft';
import type { Host } from '../host/host';
import type { Analysis } from './analysis';
import type { Plan } from './service';

/**
 * Where a run that was killed may have left something: the directories of the compose files, and of what the
 * deployments mount or will by this plan. A run that had made its files, and was killed before it had mounted them,
 * is found by what the plan mounts.
 */
export function directoriesToTidy(
  parts: readonly (Part & { readonly analysis: Analysis })[],
  plan: Pick<Plan, 'create'>,
  { paths }: Host,
): readonly string[] {
  const files = plan.create.map(({ path }) => path);
  for (const { analysis, operations } of parts) {
    const { services, stack } = analysis.deployment;
    files.push(...stack.files.map(({ file }) => file));
    files.push(...services.flatMap(({ states }) => states).flatMap(({ hostFile }) => hostFile ?? []));
    for (const { operation } of operations) {
      if (operation.op === 'add-mount' && stack.projectDirectory !== undefined) {
        files.push(paths.resolve(stack.projectDirectory, operation.mount.source));
      }
    }
  }
  return [...new Set(files.filter((file) => paths.isAbsolute(file)).map((file) => paths.dirname(file)))];
}
