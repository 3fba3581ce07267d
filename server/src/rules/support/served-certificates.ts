/** The certificates that TLS services present, with what belongs to them: what the rules about certificates start from. */
import type { Span } from '../../compose/types';
import type { MenderComponent, RequirementState } from '../../mender/model/deployment';
import { isWithoutTls } from '../../mender/requirements/is-needed';
import { type TlsServer, tlsCertificateOf, tlsKeyOf } from '../../pki/consumers/tls-server';
import type { CertificateBlock, PemFacts, PrivateKeyBlock } from '../../pki/types';
import { type Chain, certificatesOf, chainOf } from '../../pki/x509/chain';
import type { FindingData, RuleContext, RuleFinding } from './rule';

export interface ServedKey {
  readonly state: RequirementState;
  /** undefined: the file can't be read, or holds no key that the server takes. */
  readonly block: PrivateKeyBlock | undefined;
}

export interface ServedCertificate {
  readonly mender: MenderComponent;
  readonly state: RequirementState;
  /** The first certificate of the file, which the server presents as its own. */
  readonly presented: CertificateBlock;
  /** All that the server sends: `presented`, then the others in the order of the file. */
  readonly sent: readonly CertificateBlock[];
  /** From the certificate of the key on, wherever in the file that is. */
  readonly chain: Chain;
  /** undefined where no key is mounted, or its file isn't known. */
  readonly key: ServedKey | undefined;
  readonly span: Span;
}

/** Every certificate that a server of the deployment loads. Files that it can't load are other rules' business. */
export function servedCertificates(context: RuleContext): readonly ServedCertificate[] {
  // Chains are put together by their signatures, which takes a millisecond each.
  return context.once?.(lookForServed) ?? lookForServed(context);
}

function lookForServed(context: RuleContext): readonly ServedCertificate[] {
  return context.deployment.services.flatMap((mender) => {
    const server = serverOf(mender, context);
    return mender.states.flatMap((state) => {
      const pem = state.requirement.kind === 'certificate' ? pemOf(state, context) : undefined;
      const span = placeOfSource(state);
      if (!pem || !span || isWithoutTls(state.requirement, mender.service, context.deployment.layout))
        return [];
      const loaded = tlsCertificateOf(pem, server);
      const key = keyOf(state, mender, server, context);
      const chain = chainOf(pem.blocks, {
        now: context.now,
        publicKey: key?.block?.publicKeyFingerprint,
      });
      if (loaded.kind !== 'loads' || !chain) return [];
      const presented = loaded.block;
      const sent = [presented, ...certificatesOf(pem.blocks).filter((each) => each !== presented)];
      return [{ mender, state, presented, sent, chain, key, span }];
    });
  });
}

function keyOf(
  { requirement }: RequirementState,
  mender: MenderComponent,
  server: TlsServer,
  context: RuleContext,
): ServedKey | undefined {
  const state = mender.states.find((other) => other.requirement.id === requirement.pairsWith);
  const pem = state && pemOf(state, context);
  if (!pem) return undefined;
  const loaded = tlsKeyOf(pem, server);
  return { state, block: loaded.kind === 'loads' ? loaded.block : undefined };
}

/** The program that ends TLS in a service. */
export function serverOf(mender: MenderComponent, { deployment }: RuleContext): TlsServer {
  return mender.role.id === 'storage-proxy' ? 'nginx' : deployment.layout.gateway;
}

/** What is in the file behind a requirement; undefined where that isn't known. */
export function pemOf(state: RequirementState, context: RuleContext): PemFacts | undefined {
  const facts = context.file(state)?.facts;
  return facts?.state === 'file' ? facts.pem : undefined;
}

/** Where the host path of a requirement's file is written. */
export function placeOfSource({ mount }: RequirementState): Span | undefined {
  return mount?.sourceText?.span ?? mount?.span;
}

/** The host path as the compose file has it, with what follows below a mounted directory. */
export function shownFile({ mount, target, hostFile }: RequirementState): string {
  const written = mount?.sourceText?.raw;
  if (mount === undefined || written === undefined) return hostFile ?? target;
  const below = target === mount.target ? '' : target.slice(mount.target.length);
  return written.replace(/\/$/, '') + below;
}

/** What a fix needs to know of a served certificate. */
export function certificateData({ state, chain }: ServedCertificate): FindingData {
  const [leaf] = chain.links;
  const { dns, ip } = leaf.certificate.subjectAltNames ?? { dns: [], ip: [] };
  return { kind: 'certificate', state, names: [...dns, ...ip], selfSigned: leaf.selfSigned };
}

/** A finding at a served certificate's source path. */
export function atCertificate(
  served: ServedCertificate,
  message: string,
  related: RuleFinding['related'] = [],
): RuleFinding {
  const { state, span } = served;
  return {
    message,
    span,
    service: state.service.name,
    target: state.target,
    related,
    data: certificateData(served),
  };
}

/** For people: the name that a certificate was made out to. */
export function nameOf({ subjectCommonName, subjectAltNames }: CertificateBlock): string {
  return subjectCommonName ?? subjectAltNames?.dns[0] ?? subjectAltNames?.ip[0] ?? 'without a name';
}
