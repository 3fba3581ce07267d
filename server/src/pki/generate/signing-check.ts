/** Has an authority sign a certificate that nobody keeps, to know whether clients would accept the real one. */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Files } from '../../platform/platform';
import { anchorOf, type TrustAnchor } from '../path-validation/trust-anchor';
import type { Refusal } from '../path-validation/types';
import { readPem } from '../pem/read-pem-file';
import type { CertificateBlock } from '../types';
import { certificatesOf } from '../x509/chain';
import { validateName } from '../x509/subject-alt-name';
import { type AuthorityFiles, loadAuthority, refusalOfIssued } from './authority';
import { issuedCertificate } from './certificate';

export interface SigningCheck {
  readonly commonName: string | undefined;
  /** As `subjectKey` of certificates. */
  readonly subjectKey: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly leaf: CertificateBlock | undefined;
  /** Why the Mender client and programs in Go refuse what it signs; undefined where they don't. */
  readonly openssl: Refusal | undefined;
  readonly go: Refusal | undefined;
  /** By what devices trust what it signs. */
  readonly anchor: TrustAnchor | undefined;
}

/**
 * Has an authority sign a certificate for `names` and a key that nobody keeps. Nothing is written.
 * @throws Unusable when the authority can't sign
 */
export async function checkSigning(
  authorityFiles: AuthorityFiles,
  names: readonly string[],
  files: Pick<Files, 'read'>,
  now: number,
): Promise<SigningCheck> {
  const authority = await loadAuthority(authorityFiles, files, now);
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' });
  const checked = names.map(validateName).flatMap((answer) => (answer.ok ? [answer.name] : []));
  const days = 1;
  const bytes = await issuedCertificate({ key: privateKey, names: checked, days, now }, authority);
  const sent = certificatesOf(readPem(bytes).blocks);
  return {
    commonName: authority.commonName,
    subjectKey: Buffer.from(authority.subject).toString('hex'),
    notAfter: authority.notAfter,
    leaf: sent[0],
    openssl: refusalOfIssued(sent, authority, now, 'openssl'),
    go: refusalOfIssued(sent, authority, now, 'go'),
    anchor: sent.length === 0 ? undefined : anchorOf(sent, authority.roots, now),
  };
}
