/** Whether the deployments service trusts the certificate that storage is served with. */
import type { RequirementState } from '../mender/deployment';
import { reachesOwnStorage, storageCertificates, storageServers, storageTrust } from '../mender/storage';
import { certificatesOf, signatureBy } from '../pki/chain';
import type { CertificateBlock } from '../pki/pem-facts';
import { isPublicAuthority } from '../pki/public-roots';
import type { RuleContext } from './rule';
import { pemOf, type ServedCertificate, servedCertificates } from './served';
import { trustStates } from './trust';

export interface TrustCheck {
  readonly state: RequirementState;
  /** The storage endpoint's certificate; undefined where it isn't known. */
  readonly served: ServedCertificate | undefined;
  /** The trusted certificates that the served one rests on; undefined where nothing can be said. */
  readonly anchors: readonly CertificateBlock[] | undefined;
  /** True where none is. */
  readonly differs: boolean;
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
    const unknown = { state, served: undefined, anchors: undefined, differs: false };
    const endpoints = storageCertificates(deployment).filter(({ how }) => how !== 'not-needed');
    const all = servedCertificates(context).filter((served) => endpoints.includes(served.state));
    const servers = storageServers(deployment).filter(({ service }) => !service.partial);
    if (all.length === 0 || all.length < endpoints.length || servers.length === 0) return [unknown];
    const anchors = all.flatMap(({ chain, presented }) => {
      const links = [presented, ...chain.links.map(({ certificate }) => certificate)];
      return trusted.filter((candidate) => links.some((link) => restsOn(link, candidate)));
    });
    if (anchors.length > 0) return [{ state, served: all[0], anchors, differs: false }];
    // The image trusts public authorities as well, whatever is mounted.
    const isPublic = all.some(({ chain }) => {
      const last = chain.links.at(-1);
      return chain.end !== 'self-signed' && isPublicAuthority(last?.certificate.issuerKey);
    });
    return [isPublic ? unknown : { state, served: all[0], anchors: [], differs: true }];
  });
}

function restsOn(link: CertificateBlock, anchor: CertificateBlock): boolean {
  if (link.certificateFingerprint === anchor.certificateFingerprint) return true;
  const issued = anchor.subjectKey !== undefined && anchor.subjectKey === link.issuerKey;
  return issued && signatureBy(anchor, link) !== 'bad';
}
