/** What the three rules about the dates of certificates share. */
import type { RequirementState } from '../../mender/model/deployment';
import { isPublicAuthority } from '../../pki/path-validation/public-roots';
import type { CertificateBlock } from '../../pki/types';
import { certificatesOf } from '../../pki/x509/chain';
import { type Validity, validityAt } from '../../pki/x509/validity';
import type { RuleContext, RuleFinding } from './rule';
import {
  atCertificate,
  nameOf,
  pemOf,
  placeOfSource,
  type ServedCertificate,
  servedCertificates,
  shownFile,
} from './served-certificates';
import { trustChecks } from './storage-trust';
import { titleOf } from './words';

export interface Dated {
  readonly certificate: CertificateBlock;
  readonly state: RequirementState;
  /** Which one, for people: `TLS certificate of mender-api-gateway`. */
  readonly what: string;
  /** As the compose file writes it. */
  readonly file: string;
  /** `trusted`: only the deployments service has it, to check storage by. */
  readonly part: 'leaf' | 'issuer' | 'trusted';
}

/**
 * A finding for each mounted certificate that `picks` wants told: of a chain the first such link. What is both served
 * and trusted is told where it is served.
 */
export function datedFindings(
  context: RuleContext,
  picks: (certificate: CertificateBlock) => boolean,
  message: (dated: Dated) => string,
): RuleFinding[] {
  const all = servedCertificates(context);
  const found = all.flatMap((served) => {
    const { links } = served.chain;
    const at = links.findIndex(
      ({ certificate }, index) =>
        picks(certificate) && (index === 0 || !isPublicAuthority(certificate.subjectKey)),
    );
    const link = links[at];
    if (!link) return [];
    return atCertificate(served, message(datedLink(served, link.certificate, at)));
  });
  const trusted = trustedFindings(context, picks, message, all);
  return [...found, ...trusted];
}

function datedLink({ state }: ServedCertificate, certificate: CertificateBlock, at: number): Dated {
  return at === 0
    ? { certificate, state, what: titleOf(state), file: shownFile(state), part: 'leaf' }
    : {
        certificate,
        state,
        what: `Issuer certificate "${nameOf(certificate)}" of ${state.service.name}`,
        file: shownFile(state),
        part: 'issuer',
      };
}

/** Certificates to trust that count, unless another one in the file is still good or the served one says the same. */
function trustedFindings(
  context: RuleContext,
  picks: (certificate: CertificateBlock) => boolean,
  message: (dated: Dated) => string,
  all: readonly ServedCertificate[],
): RuleFinding[] {
  const served = new Set(
    all.flatMap(({ chain }) => chain.links.map(({ certificate }) => certificate.certificateFingerprint)),
  );
  return trustChecks(context).flatMap(({ state, anchors, differs }) => {
    const span = placeOfSource(state);
    const own = anchors ?? certificatesOf(pemOf(state, context)?.blocks ?? []);
    const [certificate] = own;
    if (!span || differs || !certificate || !own.every(picks)) return [];
    if (own.some(({ certificateFingerprint }) => served.has(certificateFingerprint))) return [];
    return {
      message: message({
        certificate,
        state,
        what: titleOf(state),
        file: shownFile(state),
        part: 'trusted',
      }),
      span,
      service: state.service.name,
      target: state.target,
      related: [],
      data: { kind: 'none' },
    } satisfies RuleFinding;
  });
}

/** How a certificate stands now; `soon`: valid, and it ends within the days that the user wants to be told of. */
export function statusAt(
  certificate: CertificateBlock,
  { now, expiresSoonDays }: Pick<RuleContext, 'now' | 'expiresSoonDays'>,
): Validity | 'soon' {
  const validity = validityAt(certificate, now);
  const left = (certificate.notAfter ?? Number.POSITIVE_INFINITY) - now;
  return validity === 'valid' && left < expiresSoonDays * 86_400_000 ? 'soon' : validity;
}
