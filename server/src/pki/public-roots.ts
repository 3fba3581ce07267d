/** The authorities that every client brings along. */
import { rootCertificates } from 'node:tls';
import { readCertificateBody } from './certificate-facts';
import { attempt } from './platform';

/**
 * Whether a name (`subjectKey` or `issuerKey` of a certificate) is that of a public authority, as Mozilla's list in
 * Node has them. Reads that list at every call (some milliseconds): ask only where the answer decides.
 */
export function isPublicAuthority(nameKey: string | undefined): boolean {
  if (nameKey === undefined) return false;
  return rootCertificates.some((pem) => {
    const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64');
    return attempt(() => readCertificateBody(der).subjectKey) === nameKey;
  });
}
