/** How the deployments service reaches artifact storage, and which certificate it must trust for that. */
import type { Mount } from '../../compose/types';
import { hostOf } from '../hosts/parse-host';
import { isAtOrAbove } from '../model/container-path';
import type { Deployment, MenderComponent, RequirementState } from '../model/deployment';
import { hostFileOf, servicesOf } from '../model/queries';
import { hasMinio } from './is-needed';

export type StorageTrust =
  /** Not asked for: public storage, plain HTTP, a release that reads no file, or nothing that can be known. */
  | { readonly state: 'not-needed' | 'unknown' | 'met' }
  | { readonly state: 'nothing-mounted' }
  | { readonly state: 'variable-missing'; readonly mount: Mount }
  | { readonly state: 'variable-wrong' };

/** The state of a `trusted-certificate` requirement. */
export function storageTrust(state: RequirementState, deployment: Deployment): StorageTrust {
  const { service, variable, requirement } = state;
  if (requirement.need === 'never') return { state: 'not-needed' };
  if (service.partial || deployment.stack.incomplete) return { state: 'unknown' };
  if (variable && variable.unresolved.length > 0) return { state: 'unknown' };
  const mounted = state.how === 'file' || state.how === 'directory';
  if (variable?.value && mounted) return { state: 'met' };
  const address = storageAddress(state, deployment);
  // The image's start-up script skips a file that isn't there: for plain HTTP and Amazon nobody misses it.
  if (address === 'http' || address === 'amazon') return { state: 'not-needed' };
  if (state.how === 'unknown' || address === 'unknown') return { state: 'unknown' };
  if (variable?.value) return { state: 'variable-wrong' };
  const mount = trustMount(state, deployment);
  if (mount) return { state: 'variable-missing', mount };
  return needsTrust(state, address, deployment) ? { state: 'nothing-mounted' } : { state: 'not-needed' };
}

/** The certificate's mount in the deployments service, whether the variable names it or not. */
export function trustMount(state: RequirementState, deployment: Deployment): Mount | undefined {
  const { service, requirement } = state;
  const mounts = service.mounts.filter((mount) => mount.type !== 'tmpfs');
  const served = storageCertificates(deployment).flatMap((other) => other.hostFile ?? []);
  return (
    mounts.find((mount) => mount.target === requirement.target) ??
    mounts.find((mount) => served.includes(hostFileOf(mount) ?? '\0')) ??
    mounts.find(
      (mount) => isAtOrAbove('/etc/ssl/certs', mount.target) && /\.(crt|pem|cer)$/.test(mount.target),
    )
  );
}

/** The services whose certificate clients of artifact storage meet: a storage proxy, else what the layout says. */
export function storageServers(deployment: Deployment): readonly MenderComponent[] {
  const proxies = servicesOf(deployment, 'storage-proxy');
  return proxies.length > 0 ? proxies : servicesOf(deployment, deployment.layout.storageServer);
}

/** The certificates that they serve for it. */
export function storageCertificates(deployment: Deployment): readonly RequirementState[] {
  return storageServers(deployment)
    .flatMap(({ states }) => states)
    .filter(
      ({ requirement }) => requirement.kind === 'certificate' && requirement.serves.includes('storage'),
    );
}

/**
 * Whether the deployments service reaches storage by https under a certificate of this stack: under a name of it, or,
 * where no address is set, in a layout that does so by itself.
 */
export function reachesOwnStorage(state: RequirementState, deployment: Deployment): boolean {
  const address = storageAddress(state, deployment);
  return address === 'own' || (address === 'unset' && deployment.layout.storageByHttps);
}

type Address =
  /** a variable without value is part of it */
  | 'unknown'
  /** no variable says where storage is */
  | 'unset'
  | 'http'
  | 'amazon'
  /** https, under a name of this stack */
  | 'own'
  | 'elsewhere';

function storageAddress({ service }: RequirementState, deployment: Deployment): Address {
  const variable = service.environment.get('DEPLOYMENTS_AWS_URI');
  if (variable && variable.unresolved.length > 0) return 'unknown';
  const address = variable?.value;
  if (!address) {
    const other = [...service.environment.keys()].some((name) =>
      /^DEPLOYMENTS_(AWS_(?!AUTH)|STORAGE_|AZURE_|DEFAULT_STORAGE)/.test(name),
    );
    return other ? 'elsewhere' : 'unset';
  }
  if (/^http:/i.test(address)) return 'http';
  const host = hostOf(address, 'https');
  if (host === undefined) return 'elsewhere';
  if (/amazonaws\.com$/.test(host)) return 'amazon';
  const servers = storageServers(deployment);
  const named = servers.some((server) =>
    server.service.aliases.some((alias) => alias.value.toLowerCase() === host),
  );
  return named ? 'own' : 'elsewhere';
}

/**
 * The stack's own storage endpoint has a certificate that no public authority signs. Where other storage is set, it
 * may have a public one, so nothing is asked for.
 */
function needsTrust(state: RequirementState, address: Address, deployment: Deployment): boolean {
  const { layout, stack } = deployment;
  if (address === 'own') return true;
  if (servicesOf(deployment, 'storage-proxy').length > 0) return layout.storageByHttps;
  if (layout.storageProxyByDefault)
    return ![...state.service.environment.keys()].some((name) =>
      /^DEPLOYMENTS_(AWS|STORAGE|AZURE)_/.test(name),
    );
  return (
    address === 'unset' && layout.storageByHttps && storageServers(deployment).length > 0 && hasMinio(stack)
  );
}
