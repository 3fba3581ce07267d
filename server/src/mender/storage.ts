/** How the deployments service reaches artifact storage, and which certificate it must trust for that. */
import type { Mount } from '../compose/model';
import { type Deployment, hostFileOf, isAtOrAbove, type RequirementState, servicesOf } from './deployment';

export type StorageTrust =
  /** Not asked for: public storage, plain HTTP, or nothing that can be known. */
  | { readonly state: 'not-needed' | 'unknown' | 'met' }
  | { readonly state: 'nothing-mounted' }
  | { readonly state: 'variable-missing'; readonly mount: Mount }
  | { readonly state: 'variable-wrong' };

/** The state of a `trusted-certificate` requirement. */
export function storageTrust(state: RequirementState, deployment: Deployment): StorageTrust {
  const { service, variable } = state;
  if (service.partial) return { state: 'unknown' };
  if (variable && variable.unresolved.length > 0) return { state: 'unknown' };
  if (variable?.value) {
    if (state.how === 'file' || state.how === 'directory') return { state: 'met' };
    return state.how === 'unknown' ? { state: 'unknown' } : { state: 'variable-wrong' };
  }
  if (state.how === 'unknown') return { state: 'unknown' };
  const mount = trustMount(state, deployment);
  if (mount) return { state: 'variable-missing', mount };
  return needsTrust(state, deployment) ? { state: 'nothing-mounted' } : { state: 'not-needed' };
}

/** The certificate's mount in the deployments service, whether the variable names it or not. */
export function trustMount(state: RequirementState, deployment: Deployment): Mount | undefined {
  const { service, requirement } = state;
  const mounts = service.mounts.filter((mount) => mount.type !== 'tmpfs');
  const served = servicesOf(deployment, 'storage-proxy')
    .flatMap((proxy) => proxy.states)
    .filter((other) => other.requirement.kind === 'certificate')
    .flatMap((other) => other.hostFile ?? []);
  return (
    mounts.find((mount) => mount.target === requirement.target) ??
    mounts.find((mount) => served.includes(hostFileOf(mount) ?? '\0')) ??
    mounts.find(
      (mount) => isAtOrAbove('/etc/ssl/certs', mount.target) && /\.(crt|pem|cer)$/.test(mount.target),
    )
  );
}

/**
 * The stack's own storage proxy has a certificate that no public authority signs. Where other storage is set, it
 * may have a public one, so nothing is asked for; where none is set, it is the default setup of the documentation.
 */
function needsTrust(state: RequirementState, deployment: Deployment): boolean {
  const variables = state.service.environment;
  const address = variables.get('DEPLOYMENTS_AWS_URI')?.value;
  if (address && /^http:/i.test(address)) return false;
  if (address && /^https:\/\/[^/]*amazonaws\.com/i.test(address)) return false;
  if (servicesOf(deployment, 'storage-proxy').length > 0) return true;
  return ![...variables.keys()].some((name) => /^DEPLOYMENTS_(AWS|STORAGE|AZURE)_/.test(name));
}
