/** Fixes of a certificate that a service presents: a new one for the same key, or a new pair. */

import { renewCertificate, replaceTlsPair, tlsPairs } from '../changes/tls-pair';
import { withTrust } from '../changes/trust-storage';
import type { Draft, FixContext } from '../changes/types';
import { validateName } from '../pki/x509/subject-alt-name';
import type { RuleFinding } from '../rules/support/rule';
import { requestFix } from './support/request-certificate';

export async function fixCertificate(finding: RuleFinding, context: FixContext): Promise<readonly Draft[]> {
  const { data } = finding;
  if (data.kind !== 'certificate') return [];
  const mender = context.deployment.services.find(({ service }) => service === data.state.service);
  const pair = mender && tlsPairs(mender).find(({ certificate }) => certificate === data.state);
  if (!mender || !pair) return [];
  const keyFile = pair.key.hostFile;
  const key = keyFile === undefined ? undefined : await context.around.view(keyFile);
  const usable = key?.kind === 'private-key' && key.tls && !key.encrypted;
  const names = data.names.filter((name) => validateName(name).ok);
  const service = mender.service.name;
  const drafts: Draft[] = [];
  const request = data.selfSigned
    ? undefined
    : await requestFix(pair, service, { newKey: !usable, names }, context);
  if (request) drafts.push(request);
  if (usable) {
    const renewed = await withTrust(context, (fresh) => renewCertificate(pair, mender, fresh, names));
    if (renewed) {
      drafts.push({
        ...renewed,
        title: data.selfSigned
          ? `Renew the certificate of ${service} with the same key`
          : `Create a self-signed certificate for the same key of ${service}`,
        // What an authority issued is better renewed there.
        preferred: data.selfSigned,
        automatic: false,
      });
    }
  }
  const replaced = await withTrust(context, (fresh) => replaceTlsPair(pair, mender, fresh, names));
  if (replaced) {
    drafts.push({
      ...replaced,
      title: `Generate a new certificate and private key for ${service}, and mount both`,
      preferred: drafts.length === 0 && data.selfSigned,
      automatic: false,
    });
  }
  return drafts;
}
