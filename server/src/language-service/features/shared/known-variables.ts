/** The environment variables that decide about certificates and keys of a Mender server, and what they are for. */

import { usedNames } from '../../../mender/hosts/hosts-of-service';
import type { Deployment, MenderComponent, RequirementState } from '../../../mender/model/deployment';
import type { HostVariable } from '../../../mender/model/layout';
import { storageTrust, trustMount } from '../../../mender/requirements/storage-trust';

export interface KnownVariable {
  readonly name: string;
  /** A sentence or two, for people. */
  readonly purpose: string;
  /** Values that make sense here, the best first. */
  readonly values: readonly string[];
  /** The file that the variable names the path of. */
  readonly state: RequirementState | undefined;
  /** True where the service lacks it. */
  readonly needed: boolean;
}

/** The variables of one service in this release, those for its own files first. */
export function variablesOf(mender: MenderComponent, deployment: Deployment): readonly KnownVariable[] {
  const known = new Map<string, KnownVariable>();
  const add = (variable: KnownVariable) => {
    if (!known.has(variable.name)) known.set(variable.name, variable);
  };
  for (const state of mender.states) for (const variable of ofState(state, deployment)) add(variable);
  if (mender.role.id === 'api-gateway' && deployment.layout.gateway === 'nginx') {
    add({
      name: 'SSL',
      purpose: 'With `false`, the API gateway serves plain HTTP and reads no certificate or key.',
      values: ['true', 'false'],
      state: undefined,
      needed: false,
    });
  }
  for (const server of deployment.services) {
    for (const { requirement } of server.states) {
      for (const variable of requirement.hostNames?.variables ?? []) {
        const isOwn = variable.role === mender.role.id || (variable.role === 'any' && server === mender);
        if (isOwn) add(hostVariable(variable, server, deployment));
      }
    }
  }
  return [...known.values()];
}

function ofState(state: RequirementState, deployment: Deployment): readonly KnownVariable[] {
  const { requirement, service, target } = state;
  const result: KnownVariable[] = [];
  if (requirement.pathVariable !== undefined) {
    const isTrust = requirement.kind === 'trusted-certificate';
    const trust = isTrust ? storageTrust(state, deployment).state : undefined;
    const mounted = isTrust ? trustMount(state, deployment)?.target : state.mount?.target;
    const isHere = mounted !== undefined && (isTrust || state.how === 'file');
    result.push({
      name: requirement.pathVariable,
      purpose: isTrust
        ? trustPurpose(deployment)
        : `Where ${service.name} looks for its ${requirement.title}. Without it: ${requirement.imageDefault}.`,
      values: [...new Set([...(isHere ? [mounted] : []), target, requirement.target])],
      state,
      needed: trust === 'variable-missing' || trust === 'nothing-mounted' || trust === 'variable-wrong',
    });
  }
  if (requirement.fallbackVariable !== undefined) {
    result.push({
      name: requirement.fallbackVariable,
      purpose: `The path of a second ${requirement.title}: tokens that were signed with it before a rotation stay valid.`,
      values: [besides(target)],
      state: undefined,
      needed: false,
    });
  }
  if (requirement.rotation) {
    result.push({
      name: requirement.rotation.patternVariable,
      purpose: `A regular expression for the names of further keys in the directory of the ${requirement.title}.`,
      values: [],
      state: undefined,
      needed: false,
    });
  }
  return result;
}

function trustPurpose({ layout }: Deployment): string {
  switch (layout.storageBackendCert) {
    case 'path':
      return 'The path in the container of the certificate that artifact storage serves: the deployments service trusts it.';
    case 'text':
      return 'In this release it holds the certificate of artifact storage itself, as PEM text. A path has no effect.';
    case 'unused':
      return 'Not used in this release.';
  }
}

/** `/etc/useradm/rsa/private.pem` to `/etc/useradm/rsa/private-fallback.pem` */
function besides(target: string): string {
  const dot = target.lastIndexOf('.');
  return dot > target.lastIndexOf('/')
    ? `${target.slice(0, dot)}-fallback${target.slice(dot)}`
    : `${target}-fallback`;
}

function hostVariable(
  { name, part }: HostVariable,
  server: MenderComponent,
  deployment: Deployment,
): KnownVariable {
  const { told } = usedNames(server, deployment);
  const values = told.filter((host) => !host.startsWith('*'));
  return {
    name,
    purpose:
      part === 'list'
        ? `The host names of the ${server.role.title}. Its certificate must cover all of them.`
        : `The address of the ${server.role.title}. With https, its certificate must cover the host.`,
    values: part === 'list' ? values : values.map((host) => (part === 'host' ? host : `https://${host}`)),
    state: undefined,
    needed: false,
  };
}
