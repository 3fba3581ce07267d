/** Whether a service needs a file in this stack. Where the compose files don't tell, nothing is asked for. */
import { ofService } from '../../compose/loader/located-service';
import type { Service, Stack } from '../../compose/types';
import { hostOf } from '../hosts/parse-host';
import type { Layout, Requirement, Role } from '../model/layout';

/** `unknown`: it might be needed. */
export type Needed = 'yes' | 'no' | 'unknown';

export interface NeedContext {
  readonly stack: Stack;
  readonly layout: Layout;
  readonly roles: ReadonlyMap<Service, Role>;
}

/** Whether `service` needs the file of `requirement`. Certificates to trust have rules of their own: `yes`. */
export function isNeeded(requirement: Requirement, service: Service, context: NeedContext): Needed {
  switch (requirement.need) {
    case 'always':
    case 'storage-trust':
      return 'yes';
    case 'never':
      return 'no';
    case 'gateway-tls':
      return gatewayTls(service, context.layout);
    case 'storage-proxy-tls':
      return storageProxyTls(service);
    case 'storage-behind-gateway': {
      const tls = gatewayTls(service, context.layout);
      return tls === 'yes' ? storageBehindGateway(service, context) : tls;
    }
  }
}

/** Whether it is known that `service` doesn't speak TLS with the certificate or key of `requirement`. */
export function isWithoutTls(requirement: Requirement, service: Service, layout: Layout): boolean {
  if (requirement.need === 'storage-proxy-tls') return storageProxyTls(service) === 'no';
  const ofGateway = requirement.need === 'gateway-tls' || requirement.need === 'storage-behind-gateway';
  return ofGateway && gatewayTls(service, layout) === 'no';
}

/** Whether the gateway is told to serve TLS with the files that the layout names. */
function gatewayTls(service: Service, layout: Layout): Needed {
  if (layout.gateway === 'nginx') {
    const ssl = service.environment.get('SSL');
    if (ssl && ssl.unresolved.length > 0) return 'unknown';
    return ssl?.value?.trim().toLowerCase() === 'false' ? 'no' : 'yes';
  }
  return traefikTls(service);
}

/**
 * Traefik learns of its certificates from the file provider, on its command line. Without one there, the settings
 * are somewhere else, or TLS is off (docker-compose.no-ssl.yml).
 */
function traefikTls({ command, mounts, environment }: Service): Needed {
  // What is below /etc/traefik/config only says how requests are routed.
  if (mounts.some(({ target }) => /^(\/etc\/traefik)?\/traefik\.(ya?ml|toml)$/.test(target)))
    return 'unknown';
  const options = command.flatMap((part) => part.split(/\s+/)).map((part) => part.toLowerCase());
  if (options.length === 0) {
    const byVariables = [...environment.keys()].some((name) =>
      /^TRAEFIK_(PROVIDERS|ENTRYPOINTS)_/i.test(name),
    );
    return byVariables ? 'unknown' : 'yes';
  }
  if (options.some((option) => option.startsWith('--configfile'))) return 'unknown';
  // A redirection from plain HTTP says that TLS is meant, though a file that names the certificates isn't shown.
  if (options.some((option) => isRedirection(option))) return 'yes';
  if (!options.some((option) => option.startsWith('--providers.file.'))) return 'no';
  const entryPoints = options.filter((option) => /^--entrypoints\..*address/.test(option));
  const isSecure = (option: string) =>
    /^--entrypoints\.[^.]*(https|secure|tls)/.test(option) || /:\d*443\b/.test(option);
  return entryPoints.length === 0 || entryPoints.some(isSecure) ? 'yes' : 'unknown';
}

function isRedirection(option: string): boolean {
  const at = option.startsWith('--entrypoints.') ? option.indexOf('redirections.') : -1;
  return at >= 0 && option.includes('scheme=https', at);
}

/** Mender's own configuration without TLS is told by its name; another one isn't looked into. */
function storageProxyTls({ mounts }: Service): Needed {
  const configuration = mounts.find(({ target }) => target.endsWith('/nginx.conf'));
  return configuration && /no-?ssl/i.test(configuration.sourceText?.raw ?? '') ? 'no' : 'yes';
}

/** A storage pair of the gateway: for Minio in this stack, unless a proxy of its own stands before it. */
function storageBehindGateway(gateway: Service, { stack, roles }: NeedContext): Needed {
  const active = [...roles].filter(([service]) => !service.inactive);
  if (active.some(([, role]) => role.id === 'storage-proxy')) return 'no';
  const addresses = active
    .filter(([, role]) => role.id === 'deployments')
    .flatMap(([service]) => service.environment.get('DEPLOYMENTS_AWS_URI') ?? []);
  if (addresses.some(({ unresolved }) => unresolved.length > 0)) return 'unknown';
  const hosts = addresses.flatMap(({ value }) => hostOf(value, 'https') ?? []);
  if (hosts.some((host) => gateway.aliases.some((alias) => alias.value.toLowerCase() === host))) return 'yes';
  const elsewhere = addresses.some(({ value }) => value && hostOf(value, 'https') === undefined);
  if (elsewhere || hosts.some((host) => /amazonaws\.com$/.test(host))) return 'no';
  return hasMinio(stack) ? 'yes' : 'unknown';
}

/** Object storage that the stack brings itself. */
const isMinio = ofService(
  ({ inactive, name, image }) =>
    !inactive && (name === 'minio' || /(?:^|\/)minio(?:[:@]|$)/.test(image?.value ?? '')),
);

/** True when the stack brings its own Minio. */
export function hasMinio(stack: Stack): boolean {
  return [...stack.services.values()].some(isMinio);
}
