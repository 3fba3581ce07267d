/** The authorities that every client brings along. */
import { rootCertificates } from 'node:tls';
import { attempt } from '../keys/node-crypto';
import { readPem } from '../pem/read-pem-file';
import type { CertificateBlock } from '../types';
import { certificatesOf } from '../x509/chain';
import { readCertificateBody } from '../x509/read-certificate';

/**
 * Whether a name (`subjectKey` or `issuerKey` of a certificate) is that of a public authority, as Mozilla's list in
 * Node has them. Reads that list at every call (some milliseconds): ask only where the answer decides.
 */
export function isPublicAuthority(nameKey: string | undefined): boolean {
  return nameKey !== undefined && rootCertificates.some((pem) => isNamed(pem, nameKey));
}

/** The certificates of the public authorities of that name; as slow. */
export function publicAuthorities(nameKey: string | undefined): readonly CertificateBlock[] {
  if (nameKey === undefined) return [];
  const named = rootCertificates.filter((pem) => isNamed(pem, nameKey));
  return certificatesOf(readPem(Buffer.from(named.join('\n'))).blocks);
}

function isNamed(pem: string, nameKey: string): boolean {
  const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  return attempt(() => readCertificateBody(der).subjectKey) === nameKey;
}
