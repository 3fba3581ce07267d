import { certificatesOf } from '../pki/x509/chain';
import { pairingOf } from '../pki/x509/matches-key';
import type { Rule, RuleFinding } from './support/rule';
import {
  atCertificate,
  certificateData,
  nameOf,
  pemOf,
  placeOfSource,
  servedCertificates,
  shownFile,
} from './support/served-certificates';
import { titleOf } from './support/words';

export const certificateKeyMismatch: Rule = {
  code: 'certificate-key-mismatch',
  severity: 'error',
  summary: 'The certificate and the private key of a service do not belong together',
  shortState: 'certificate and key do not belong together',
  about: 'file',
  isAboutAbsence: false,
  fixAll: 'never',
  fix: 'renew-certificate',
  check: (context) =>
    servedCertificates(context).flatMap((served) => {
      const { state, key, presented, span, mender } = served;
      const block = key?.block;
      if (!key || !block || pairingOf(presented, block).kind !== 'mismatch') return [];
      const [certificate, privateKey] = [shownFile(state), shownFile(key.state)];
      const service = state.service.name;
      const consequence =
        mender.role.id === 'storage-proxy' || context.deployment.layout.gateway === 'nginx'
          ? `${service} does not start`
          : `${service} answers with a certificate of its own, which no client trusts`;
      const later = certificatesOf(pemOf(state, context)?.blocks ?? []).some(
        (other) => pairingOf(other, block).kind === 'match',
      );
      const message = later
        ? `${titleOf(state)} is not the first in its file: ${certificate} begins with "${nameOf(presented)}", which does not belong to the private key ${privateKey}. ${consequence}. Put the service's own certificate first, and its issuers after it.`
        : `${titleOf(state)} does not belong to its private key: ${certificate} and ${privateKey}. ${consequence}. Mount the certificate that was issued for this key, or issue a new one.`;
      const keySpan = placeOfSource(key.state);
      const same = keySpan?.file === span.file && keySpan.start === span.start;
      const other = keySpan && !same ? keySpan : undefined;
      const findings: RuleFinding[] = [
        atCertificate(
          served,
          message,
          other ? [{ message: 'The private key is mounted here.', span: other }] : [],
        ),
      ];
      if (other)
        findings.push({
          message: later
            ? message
            : `${titleOf(key.state)} does not belong to its certificate: ${privateKey} and ${certificate}. ${consequence}. Mount the key that the certificate was issued for, or issue a new certificate.`,
          span: other,
          service,
          target: key.state.target,
          related: [{ message: 'The certificate is mounted here.', span }],
          data: certificateData(served),
        });
      return findings;
    }),
};
