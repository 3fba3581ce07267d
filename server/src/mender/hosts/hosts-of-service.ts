/** Under which names a TLS service is reached, as far as the compose files tell. */
import type { Deployment, MenderComponent } from '../model/deployment';
import type { HostVariable } from '../model/layout';
import { hostOf, looksLikeHost } from './parse-host';

export interface ReachedNames {
  /** Host names, wildcards and IP addresses that devices, browsers or other services use; without duplicates. */
  readonly told: readonly string[];
  /** The service's own name in its networks, under which other containers reach it in any case. */
  readonly own: string;
}

/** The names of the API gateway or the storage proxy; `told` is empty where the files tell none. */
export function usedNames(mender: MenderComponent, deployment: Deployment): ReachedNames {
  const { service, states } = mender;
  const sources = states.flatMap(({ requirement }) => requirement.hostNames ?? []);
  const placeholders = new Set(sources.flatMap((source) => source.placeholders));
  const told = new Set<string>();
  const add = (name: string) => {
    const clean = name.trim().toLowerCase();
    if (clean === '' || clean === service.name || placeholders.has(clean) || !looksLikeHost(clean)) return;
    told.add(clean);
  };
  // The first alias is the service's own name; container names and aliases follow.
  for (const alias of service.aliases.slice(1)) add(alias.value);
  for (const variable of sources.flatMap((source) => source.variables)) {
    for (const name of namesIn(variable, deployment)) add(name);
  }
  return { told: [...told], own: service.name };
}

/** The hosts that a variable names, in every service that has it. Amazon's storage has certificates of its own. */
function namesIn(variable: HostVariable, deployment: Deployment): readonly string[] {
  const services = deployment.services.filter(
    (other) => variable.role === 'any' || other.role.id === variable.role,
  );
  return services.flatMap(({ service }) => {
    const value = service.environment.get(variable.name)?.value?.trim();
    if (!value) return [];
    if (variable.part === 'list') return value.split(/[\s,]+/);
    const host = hostOf(value, variable.part === 'https-host' ? 'https' : 'any');
    const bare = variable.part === 'https-host' || value.includes('://') ? host : value.split(/[:/]/)[0];
    if (!bare || /amazonaws\.com$/i.test(bare)) return [];
    return variable.part === 'host-and-s3' ? [bare, `s3.${bare}`] : [bare];
  });
}
