/** Whether the deployments service trusts the certificate that storage is served with. */
import type { Deployment, RequirementState } from '../../mender/model/deployment';
import { statesOf } from '../../mender/model/queries';
import {
  reachesOwnStorage,
  storageCertificates,
  storageServers,
  storageTrust,
} from '../../mender/requirements/storage-trust';
import { type Acceptance, acceptance, type Refusal } from '../../pki/path-validation/index';
import { isPublicAuthority } from '../../pki/path-validation/public-roots';
import type { CertificateBlock } from '../../pki/types';
import { certificatesOf } from '../../pki/x509/chain';
import type { RuleContext } from './rule';
import { pemOf, type ServedCertificate, servedCertificates } from './served-certificates';

/** The requirements of a certificate to trust, over all services. */
export function trustStates(deployment: Deployment): readonly RequirementState[] {
  return statesOf(deployment).filter(({ requirement }) => requirement.kind === 'trusted-certificate');
}

export interface TrustCheck {
  readonly state: RequirementState;
  /** The storage endpoint's certificate; undefined where it isn't known. */
  readonly served: ServedCertificate | undefined;
  /** The trusted certificates that the served one rests on; undefined where nothing can be said. */
  readonly anchors: readonly CertificateBlock[] | undefined;
  /** True where none is. */
  readonly differs: boolean;
  /** Why the service refuses what is served, where it does. */
  readonly refusal: Refusal | undefined;
}

/** Every certificate to trust that the deployments service really reads, compared with what is served. */
export function trustChecks(context: RuleContext): readonly TrustCheck[] {
  return context.once?.(compareTrust) ?? compareTrust(context);
}

function compareTrust(context: RuleContext): readonly TrustCheck[] {
  const { deployment } = context;
  return trustStates(deployment).flatMap((state): TrustCheck[] => {
    if (storageTrust(state, deployment).state !== 'met' || deployment.layout.storageBackendCert !== 'path')
      return [];
    const pem = pemOf(state, context);
    const trusted = certificatesOf(pem?.blocks ?? []);
    if (trusted.length === 0 || !reachesOwnStorage(state, deployment)) return [];
    const unknown = { state, served: undefined, anchors: undefined, differs: false, refusal: undefined };
    const endpoints = storageCertificates(deployment).filter(({ how }) => how !== 'not-needed');
    const all = servedCertificates(context).filter((served) => endpoints.includes(served.state));
    const servers = storageServers(deployment).filter(({ service }) => !service.partial);
    if (all.length === 0 || all.length < endpoints.length || servers.length === 0) return [unknown];
    const found = all.map((served) => anchorsFor(served, trusted));
    if (found.includes(undefined)) return [unknown];
    const anchors = found.flatMap((each) => each ?? []);
    if (anchors.length > 0) return [{ ...unknown, served: all[0], anchors }];
    // The image trusts public authorities as well, whatever is mounted.
    const isPublic = all.some(({ chain }) => {
      const last = chain.links.at(-1);
      return chain.end !== 'self-signed' && isPublicAuthority(last?.certificate.issuerKey);
    });
    const [served] = all;
    if (isPublic || served === undefined) return [unknown];
    const answer = acceptanceOf(served, trusted);
    const refusal = answer.kind === 'refused' ? answer.refusal : undefined;
    return [{ state, served, anchors: [], differs: true, refusal }];
  });
}

/** Trusted certificates of the chain's names that are tried; a signature check each. */
const MOST_NAMESAKES = 32;

/**
 * The trusted certificates by which the deployments service, which is written in Go, accepts what is served, whatever
 * their dates, which are told of elsewhere. undefined where that can't be told, or isn't a matter of trust.
 */
function anchorsFor(
  served: ServedCertificate,
  trusted: readonly CertificateBlock[],
): readonly CertificateBlock[] | undefined {
  // What it refuses even of a certificate that it trusts itself is the certificate's own fault.
  if (acceptanceOf(served, [served.presented]).kind !== 'accepted') return undefined;
  const names = new Set(served.sent.flatMap(({ subjectKey, issuerKey }) => [subjectKey, issuerKey]));
  const near = trusted.filter(({ subjectKey }) => subjectKey === undefined || names.has(subjectKey));
  if (near.length > MOST_NAMESAKES) return undefined;
  const answers = near.map((each) => acceptanceOf(served, [each]));
  // How old a Go the service is built with isn't known: only newer ones refuse SHA-1.
  const isOpen = answers.some(
    (answer) =>
      answer.kind === 'unknown' || (answer.kind === 'refused' && answer.refusal.kind === 'weak-digest'),
  );
  const anchors = near.filter((_, at) => answers[at]?.kind === 'accepted');
  return anchors.length === 0 && isOpen ? undefined : anchors;
}

function acceptanceOf({ sent }: ServedCertificate, trusted: readonly CertificateBlock[]): Acceptance {
  return acceptance({ verifier: 'go', sent, trusted, names: [], now: undefined });
}
