/** Renewal: a new certificate for the same key, with the names of the old one. */

import { shownPath } from '../changes/file-paths';
import { whyNotMounted } from '../changes/mount-operations';
import { renewCertificate } from '../changes/tls-pair';
import { withTrust } from '../changes/trust-storage';
import { joinParts } from '../changes/types';
import { likenessOf } from '../pki/generate/carried-over';
import type { CertificateBlock } from '../pki/types';
import { uncoveredNames } from '../pki/x509/host-match';
import { validateName } from '../pki/x509/subject-alt-name';
import { dayOf, daysLeft, validityAt } from '../pki/x509/validity';
import { overlapBundle } from './bundle';
import {
  chainIn,
  connectionsEnd,
  type Drafted,
  findPair,
  keyIn,
  namesOf,
  nothing,
  type PairTarget,
  reachedBy,
  refused,
  type TaskContext,
} from './task';

export interface RenewOptions {
  readonly service: string;
  readonly requirement?: string;
  readonly names?: readonly string[];
  readonly force?: boolean;
}

export async function planRenewal(options: RenewOptions, context: TaskContext): Promise<Drafted> {
  const found = findPair(context, options);
  if (typeof found === 'string') return refused(found);
  const { mender, pair } = found;
  const { name } = mender.service;
  const keyFile = pair.key.hostFile;
  const key = await keyIn(keyFile, context);
  const chain = await chainIn(pair.certificate.hostFile, context, key?.publicKeyFingerprint);
  if (!chain || keyFile === undefined) {
    return refused(`${name} has no certificate to renew. Generate one instead.`);
  }
  const [leaf] = chain.links;
  if (!leaf.selfSigned) {
    const issuer = leaf.certificate.issuerCommonName ?? 'an authority';
    return refused(
      `The certificate of ${name} was issued by ${issuer}, which has to renew it. Create a certificate request, or sign one here if you have the authority's key.`,
    );
  }
  const view = await context.around.view(keyFile);
  if (view?.kind !== 'private-key' || view.encrypted || !view.tls) {
    return refused(
      `The private key of ${name} in ${shownPath(keyFile, context)} cannot be used for a new certificate. Rotate the pair instead.`,
    );
  }
  const due = reasonToRenew(leaf.certificate, found, options, context);
  if (due === undefined) {
    const { notAfter } = leaf.certificate;
    const until = notAfter === undefined ? '' : ` until ${dayOf(notAfter)}`;
    return nothing(`The certificate of ${name} is valid${until} and covers all names: nothing to renew.`);
  }
  const old = namesOf(leaf.certificate);
  const valid = old.filter((each) => validateName(each).ok);
  const keep = [...new Set([...valid, ...(options.names ?? [])])];
  const part = await withTrust(context, (fresh) => renewCertificate(pair, mender, fresh, keep));
  const order = part?.jobs[0]?.order;
  if (!part || order?.kind !== 'certificate') {
    return refused(whyNotMounted(pair.certificate, context));
  }
  const bundle = await overlapBundle(found, order.certificatePath, [], context);
  return {
    kind: 'plan',
    title: `Renew the certificate of ${name} with the same key`,
    part: {
      ...joinParts([{ ...part, reminders: bundle ? [] : part.reminders }, bundle]),
      effects: [connectionsEnd(mender), ...leftOut(leaf.certificate, old)],
    },
  };
}

/** What of the old certificate the new one doesn't have. */
function leftOut(certificate: CertificateBlock, names: readonly string[]): readonly string[] {
  const likeness = likenessOf(certificate);
  const left = [
    ...(likeness?.left ?? ['all but its host names, because parts of it cannot be read']),
    ...names
      .filter((name) => !validateName(name).ok)
      .map((name) => `the name ${name}, which is not a host name`),
  ];
  return left.length === 0 ? [] : [`Not taken over from the old certificate: ${left.join('; ')}.`];
}

/** Why the certificate is due; undefined when it isn't. */
function reasonToRenew(
  certificate: CertificateBlock,
  { mender }: PairTarget,
  options: RenewOptions,
  context: TaskContext,
): string | undefined {
  if (options.force) return 'asked for';
  const left = daysLeft(certificate, context.now);
  if (validityAt(certificate, context.now) !== 'valid' || left === undefined) return 'not valid';
  if (left <= context.expiresSoonDays) return 'expires soon';
  const { dns = [], ip = [] } = certificate.subjectAltNames ?? {};
  if (dns.length + ip.length === 0) return 'no names';
  const wanted = [...(options.names ?? []), ...reachedBy(mender, context)];
  return uncoveredNames(certificate, wanted).length > 0 ? 'names missing' : undefined;
}
