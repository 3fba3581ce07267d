/** What the planning of tasks shares: its result, the pair that a task is about, names and days. */

import { type TlsStates, tlsPairs } from '../changes/tls-pair';
import type { FixContext, Part } from '../changes/types';
import { usedNames } from '../mender/hosts/hosts-of-service';
import type { MenderComponent, RequirementState } from '../mender/model/deployment';
import type { CertificateBlock, PrivateKeyBlock } from '../pki/types';
import { certificatesOf, chainOf } from '../pki/x509/chain';

export type Drafted =
  | {
      readonly kind: 'plan';
      readonly title: string;
      readonly part: Part;
      /** An authority whose root certificate isn't at hand: with it, devices could be made to trust the result. */
      readonly rootWanted?: string;
    }
  | { readonly kind: 'nothing'; readonly message: string }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly passphrase?: 'needed' | 'wrong';
      /** A root certificate is asked for. */
      readonly rootNeeded?: boolean;
      /** It can be done all the same. */
      readonly anyway?: boolean;
    };

export interface TaskContext extends FixContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Days before its end at which a certificate is due. */
  readonly expiresSoonDays: number;
}

export const refused = (message: string): Drafted => ({ kind: 'refused', message });
export const nothing = (message: string): Drafted => ({ kind: 'nothing', message });

/** A TLS pair with its service. */
export interface PairTarget {
  readonly mender: MenderComponent;
  readonly pair: TlsStates;
}

export interface TokenTarget {
  readonly mender: MenderComponent;
  readonly state: RequirementState;
}

export type Target = { readonly tls: PairTarget } | { readonly token: TokenTarget };

/** Everything that tasks can be about, in the order of the services. */
export function targetsOf({ deployment }: Pick<FixContext, 'deployment'>): readonly Target[] {
  return deployment.services.flatMap((mender): Target[] => [
    ...tlsPairs(mender)
      .filter(({ certificate }) => certificate.how !== 'not-needed' || certificate.mount !== undefined)
      .map((pair) => ({ tls: { mender, pair } })),
    ...mender.states
      .filter(
        ({ requirement, how, mount }) =>
          requirement.kind === 'token-key' && !requirement.accepted && (how !== 'not-needed' || mount),
      )
      .map((state) => ({ token: { mender, state } })),
  ]);
}

/** The requirement's id by which a target is named. */
export function idOf(target: Target): string {
  return 'tls' in target ? target.tls.pair.certificate.requirement.id : target.token.state.requirement.id;
}

export function serviceOf(target: Target): string {
  return ('tls' in target ? target.tls : target.token).mender.service.name;
}

/** The target that is named, or why there is none. */
export function findTarget(
  context: TaskContext,
  named: { readonly service: string; readonly requirement?: string },
): Target | string {
  const own = targetsOf(context).filter((target) => serviceOf(target) === named.service);
  const key = named.requirement;
  const found = key === undefined ? own[0] : own.find((target) => belongs(target, key));
  if (found) return found;
  const known = [...new Set(targetsOf(context).map(serviceOf))].join(', ');
  const others = known === '' ? 'No service of this deployment has one.' : `These have: ${known}.`;
  return own.length === 0
    ? `${named.service} has no certificate or key. ${others}`
    : `${named.service} has no ${key}.`;
}

function belongs(target: Target, requirement: string): boolean {
  if (idOf(target) === requirement) return true;
  return 'tls' in target && target.tls.pair.key.requirement.id === requirement;
}

/** The same, where only a TLS pair will do. */
export function findPair(
  context: TaskContext,
  named: { readonly service: string; readonly requirement?: string },
): PairTarget | string {
  const pairs = targetsOf(context).flatMap((target) => ('tls' in target ? [target.tls] : []));
  const own = pairs.find(
    ({ mender, pair }) =>
      mender.service.name === named.service &&
      (named.requirement === undefined || belongs({ tls: { mender, pair } }, named.requirement)),
  );
  if (own) return own;
  const known = pairs.map(({ mender }) => mender.service.name).join(', ');
  return `${named.service} does not serve TLS, so it has no certificate.${known === '' ? '' : ` These services do: ${known}.`}`;
}

/** The certificates in a file, leaf first; undefined when there are none that can be read. */
export async function chainIn(file: string | undefined, context: TaskContext, publicKey?: string) {
  const facts = file === undefined ? undefined : await context.around.facts(file);
  const blocks = facts?.pem?.form === 'pem' ? facts.pem.blocks : [];
  return certificatesOf(blocks).length === 0 ? undefined : chainOf(blocks, { now: context.now, publicKey });
}

/** The first private key in a file. */
export async function keyIn(
  file: string | undefined,
  context: TaskContext,
): Promise<PrivateKeyBlock | undefined> {
  const facts = file === undefined ? undefined : await context.around.facts(file);
  const blocks = facts?.pem?.form === 'pem' ? facts.pem.blocks : [];
  return blocks.find((block): block is PrivateKeyBlock => block.kind === 'private-key' && !block.damaged);
}

/** The names that a certificate is good for; its common name where it has no others. */
export function namesOf(certificate: CertificateBlock | undefined): readonly string[] {
  const { dns = [], ip = [] } = certificate?.subjectAltNames ?? {};
  if (dns.length + ip.length > 0) return [...dns, ...ip];
  return certificate?.subjectCommonName === undefined ? [] : [certificate.subjectCommonName];
}

/** Names under which the compose files say that a service is reached, its own among them where they say any. */
export function reachedBy(mender: MenderComponent, { deployment }: FixContext): readonly string[] {
  const { told, own } = usedNames(mender, deployment);
  return told.length > 0 ? [...told, own] : [];
}

/** What a certificate that devices don't know yet means. */
export function connectionsEnd({ service }: MenderComponent): string {
  return `Devices that do not trust the new certificate yet refuse to connect once ${service.name} runs with it.`;
}
