import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { isPublicAuthority } from '../../../server/src/pki/path-validation/public-roots';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { CertificateBlock } from '../../../server/src/pki/types';

const blockOf = (pem: string) => readPem(Buffer.from(pem)).blocks[0] as CertificateBlock;

it('knows the authorities of the list by name, and no other', () => {
  const first = blockOf(rootCertificates[0] ?? '');
  const last = blockOf(rootCertificates.at(-1) ?? '');
  expect(first.subjectKey).toMatch(/^30/);
  expect(isPublicAuthority(first.subjectKey)).toBe(true);
  expect(isPublicAuthority(last.issuerKey)).toBe(true);
  expect(isPublicAuthority(`${first.subjectKey}00`)).toBe(false);
  expect(isPublicAuthority(undefined)).toBe(false);
});
