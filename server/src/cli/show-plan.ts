import type { Plan, PlannedFile } from '../service/service';
import type { GivenNames } from './arguments';
import { didYouMean } from './suggest';
import { UsageError } from './terminal';

/** True when carrying the plan out would change nothing. */
export function isEmpty(plan: Plan): boolean {
  return plan.create.length === 0 && plan.edits.every(({ edits }) => edits.length === 0);
}

/** The names that each certificate of a plan gets: given ones, else those of the compose files, else the fallback. */
export function certificateNames(plan: Plan, given: GivenNames): Map<string, readonly string[]> {
  return new Map(
    plan.names.map(({ service, names, fallback }) => [
      service,
      given.byService.get(service) ?? given.forAll ?? (names.length > 0 ? names : fallback),
    ]),
  );
}

/**
 * Refuses names for a service that gets no certificate, when there is any that does: most likely it is mistyped.
 * @throws UsageError naming the services that do.
 */
export function checkNamedServices(plans: readonly Plan[], given: GivenNames): void {
  const services = [...new Set(plans.flatMap(({ names }) => names.map(({ service }) => service)))];
  if (services.length === 0) return;
  for (const service of given.byService.keys()) {
    if (services.includes(service)) continue;
    throw new UsageError(
      `--name ${service}=…: no certificate is to be created for ${service}, only for ${services.join(', ')}${didYouMean(service, services)}`,
    );
  }
}

/** One line for each file: its path, and what it is for. */
export function sayFiles(
  files: readonly PlannedFile[],
  names: ReadonlyMap<string, readonly string[]>,
  display: (path: string) => string,
): string[] {
  return files.map(
    ({ path, kind, service }) => `${display(path)} (${purpose(kind, service, names.get(service))})`,
  );
}

function purpose(kind: PlannedFile['kind'], service: string, names: readonly string[] | undefined): string {
  if (kind === 'token-key') return `token signing key of ${service}`;
  if (kind === 'private-key') return `private key of ${service}`;
  return `certificate of ${service}${names?.length ? ` for ${names.join(', ')}` : ''}`;
}
