/** Under which names a TLS service is reached, as far as the compose files tell. */
import type { Deployment, MenderService } from './deployment';
import { servicesOf } from './deployment';

/** Names left in Mender's templates for people to replace: they name no host. */
const PLACEHOLDERS: readonly string[] = ['set-my-alias-here.com', 'my-gateway-dns-name'];

export interface ReachedNames {
  /** Host names, wildcards and IP addresses that devices, browsers or other services use; without duplicates. */
  readonly told: readonly string[];
  /** The service's own name in its networks, under which other containers reach it in any case. */
  readonly own: string;
}

/** The names of the API gateway or the storage proxy; `told` is empty where the files tell none. */
export function reachedNames(mender: MenderService, deployment: Deployment): ReachedNames {
  const { service, role } = mender;
  const told = new Set<string>();
  const add = (name: string) => {
    const clean = name.trim().toLowerCase();
    if (clean === '' || clean === service.name || PLACEHOLDERS.includes(clean) || !looksLikeHost(clean))
      return;
    told.add(clean);
  };
  // The first alias is the service's own name; container names and aliases follow.
  for (const alias of service.aliases.slice(1)) add(alias.value);
  if (role.id === 'api-gateway') {
    for (const name of (service.environment.get('ALLOWED_HOSTS')?.value ?? '').split(/[\s,]+/)) add(name);
  }
  if (role.id === 'storage-proxy') {
    for (const { service: user } of servicesOf(deployment, 'deployments')) {
      for (const variable of ['DEPLOYMENTS_AWS_EXTERNAL_URI', 'DEPLOYMENTS_AWS_URI']) {
        const host = hostOf(user.environment.get(variable)?.value);
        if (host && !/amazonaws\.com$/.test(host)) add(host);
      }
    }
  }
  return { told: [...told], own: service.name };
}

/** The host of an `https` URL; other URLs don't meet a certificate. */
function hostOf(address: string | undefined): string | undefined {
  return /^https:\/\/(?:[^@/]*@)?(\[[0-9a-f:.]+\]|[^:/?#]+)/i
    .exec(address ?? '')?.[1]
    ?.replace(/^\[|\]$/g, '');
}

/** `_`, `~.` patterns and unresolved variables name no host. */
function looksLikeHost(name: string): boolean {
  return /^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) || /^[0-9a-f:]+$/.test(name);
}
