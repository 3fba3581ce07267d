/** Builds certificate requests (PKCS#10, RFC 2986) for TLS server certificates. */
import type { KeyObject } from 'node:crypto';
import { loadDerBuilder } from './asn1';
import { extendedKeyUsage, extension, OID, subjectAltName, subjectOf } from './extensions';
import type { CertificateName } from './names';
import { encodePem } from './pem-text';
import { publicInfo } from './platform';
import { signed } from './signing';

/** A request in PEM that asks for a certificate for `names` and for serverAuth. */
export async function certificateRequest(key: KeyObject, names: readonly CertificateName[]): Promise<Buffer> {
  const der = await loadDerBuilder();
  const wanted = der.sequence(
    extension(OID.subjectAltName, subjectAltName(names, der), der),
    extension(OID.extendedKeyUsage, extendedKeyUsage(der), der),
  );
  const body = der.sequence(
    der.integer('00'),
    subjectOf(names, der),
    der.parsed(publicInfo(key)),
    der.tagged(0, der.sequence(der.oid(OID.extensionRequest), der.set(wanted))),
  );
  return encodePem('CERTIFICATE REQUEST', await signed(body, key, der));
}
