/** The host names under which clients reach a TLS service, each with the place that says so. */

import { ofService } from '../../compose/loader/located-service';
import type { EnvironmentVariable, Service, Span } from '../../compose/types';
import type { Deployment, MenderComponent, RequirementState } from '../model/deployment';
import type { HostVariable } from '../model/layout';
import { isStorageOnly } from '../model/storage-pair';
import { hostOf, looksLikeHost } from './parse-host';

export interface UsedHost {
  /** Lower case; a host name, a wildcard or an IP address. */
  readonly name: string;
  readonly span: Span;
  /** For people: "an alias of mender-api-gateway", "in ALLOWED_HOSTS of mender-api-gateway". */
  readonly how: string;
  /** Mender's own stand-in for a name that nobody else can know. */
  readonly placeholder: boolean;
}

/**
 * The names that clients use for `mender`, the first place of each: what the variables of its layout say, any of its
 * names that an https URL of a service that verifies certificates has, and its aliases with a domain. Hosts of storage
 * elsewhere are none, nor are a demo's aliases beside real ones.
 */
export function usedHosts(mender: MenderComponent, deployment: Deployment): readonly UsedHost[] {
  const { service } = mender;
  const sources = mender.states.flatMap(({ requirement }) => requirement.hostNames ?? []);
  const placeholders = new Set(sources.flatMap((source) => source.placeholders));
  const found = new Map<string, UsedHost>();
  const add = (written: string, span: Span, how: string) => {
    const name = written.trim().toLowerCase();
    // Nobody but the host itself means this service by that name.
    if (name === 'localhost' || name === '' || !looksLikeHost(name) || found.has(name)) return;
    found.set(name, { name, span, how, placeholder: placeholders.has(name) });
  };
  for (const source of sources.flatMap(({ variables }) => variables)) {
    for (const { variable, owner } of holdersOf(source, deployment)) {
      for (const host of hostsIn(source, variable)) {
        if (!isReachedHere(source, host, service, deployment)) continue;
        add(host, variable.valueSpan, `in ${variable.name} of ${owner.name}`);
      }
    }
  }
  for (const { variable, owner } of urlsOf(service, deployment)) {
    add(hostOf(variable.value, 'https') ?? '', variable.valueSpan, `in ${variable.name} of ${owner.name}`);
  }
  const demo = sources.flatMap((source) => source.demo);
  const aliases = service.networkAliases.filter(({ value }) => value.includes('.'));
  const isReal = (name: string) => name.includes('.') && !isDemoName(name.toLowerCase(), demo);
  const real = [...found.keys(), ...aliases.map(({ value }) => value)].some(isReal);
  for (const { value, span } of aliases) {
    // Mender's files leave a demo's names behind in deployments that have their own.
    if (!real || isReal(value)) add(value, span, `an alias of ${service.name}`);
  }
  return [...found.values()];
}

/** Whether a name is one that only a demo on one machine has. */
export function isDemoName(name: string, demoNames: readonly string[]): boolean {
  return (
    demoNames.some((demo) => name === demo || name.endsWith(`.${demo}`)) || /\.(local|localhost)$/.test(name)
  );
}

/** Which of a service's certificates is meant for a name: of two, that of artifact storage has `s3` names. */
export function certificateFor(
  name: string,
  certificates: readonly RequirementState[],
  deployment: Deployment,
): RequirementState | undefined {
  if (certificates.length < 2) return certificates[0];
  const storage = certificates.find(isStorageOnly);
  const others = certificates.filter((state) => state !== storage);
  const named = (storage?.requirement.hostNames?.variables ?? []).flatMap((source) =>
    holdersOf(source, deployment).flatMap(({ variable }) => hostsIn(source, variable)),
  );
  return storage && (named.includes(name) || name.startsWith('s3.')) ? storage : (others[0] ?? storage);
}

interface Holder {
  readonly owner: Service;
  readonly variable: EnvironmentVariable;
}

function holdersOf(source: HostVariable, { services }: Deployment): readonly Holder[] {
  return services
    .filter(({ role }) => source.role === 'any' || role.id === source.role)
    .flatMap(({ service: owner }) => {
      const variable = owner.environment.get(source.name);
      return variable && variable.unresolved.length === 0 ? [{ owner, variable }] : [];
    });
}

function hostsIn(source: HostVariable, { value }: EnvironmentVariable): readonly string[] {
  const text = value?.trim().toLowerCase();
  if (!text) return [];
  if (source.part === 'list') return text.split(/[\s,]+/);
  const host = text.includes('://')
    ? hostOf(text, source.part === 'https-host' ? 'https' : 'any')
    : source.part === 'https-host'
      ? undefined
      : text.split(/[:/]/)[0];
  if (!host) return [];
  return source.part === 'host-and-s3' ? [host, `s3.${host}`] : [host];
}

/** Storage may be elsewhere, with a certificate of its own: then its address is no name of this service. */
function isReachedHere(
  source: HostVariable,
  host: string,
  service: Service,
  deployment: Deployment,
): boolean {
  const isAlias = service.aliases.some((alias) => alias.value.toLowerCase() === host);
  switch (source.name) {
    case 'DEPLOYMENTS_AWS_URI':
    case 'STORAGE_URL':
      return isAlias;
    case 'DEPLOYMENTS_AWS_EXTERNAL_URI':
      return isAlias || storageIsInside(deployment);
    default:
      return true;
  }
}

const namesOf = ofService(({ aliases }) => aliases.map(({ value }) => value.toLowerCase()));

/** The hosts of the https URLs in a service's environment. */
const secureHosts = ofService(({ environment }) =>
  [...environment.values()].flatMap(({ value }) => hostOf(value, 'https') ?? []),
);

/** True where the deployments service reaches storage under a name of this very stack. */
function storageIsInside({ services: menders, stack }: Deployment): boolean {
  const hosts = menders
    .filter(({ role }) => role.id === 'deployments')
    .flatMap(({ service }) => hostOf(service.environment.get('DEPLOYMENTS_AWS_URI')?.value, 'any') ?? []);
  if (hosts.length === 0) return false;
  return [...stack.services.values()].some(
    (each) => !each.inactive && namesOf(each).some((name) => hosts.includes(name)),
  );
}

/** https URLs of other services with one of this one's names, save those of services that don't verify. */
function urlsOf(service: Service, { stack }: Deployment): readonly Holder[] {
  const names = namesOf(service);
  return [...stack.services.values()].flatMap((owner) => {
    if (owner === service || owner.inactive || !secureHosts(owner).some((host) => names.includes(host)))
      return [];
    if (skipsVerification(owner)) return [];
    return [...owner.environment.values()].flatMap((variable) =>
      names.includes(hostOf(variable.value, 'https') ?? '\0') && !isUnused(variable, owner)
        ? [{ owner, variable }]
        : [],
    );
  });
}

/**
 * Mender's own files up to 3.1 tell the worker that makes artifacts a gateway under its bare name, which no certificate
 * has; it uploads to the deployments service directly, by the other URL. Source:
 * mendersoftware/create-artifact-worker:cmd/single_file.go
 */
function isUnused({ name }: EnvironmentVariable, { environment }: Service): boolean {
  return (
    name === 'CREATE_ARTIFACT_GATEWAY_URL' && !!environment.get('CREATE_ARTIFACT_DEPLOYMENTS_URL')?.value
  );
}

function skipsVerification({ environment }: Service): boolean {
  return [...environment.values()].some(
    ({ name, value }) =>
      /SKIP_?VERIFY|NO_?VERIFY|INSECURE/i.test(name) && !/^(|0|false|no|off)$/i.test(value?.trim() ?? ''),
  );
}
