/** Builds certificate requests (PKCS#10, RFC 2986) for TLS server certificates. */
import type { KeyObject } from 'node:crypto';
import { loadDerBuilder } from '../asn1/write-der';
import { publicInfo } from '../keys/node-crypto';
import { encodePem } from '../pem/encode';
import type { CertificateName } from '../x509/subject-alt-name';
import { extendedKeyUsage, extension, OID, subjectAltName, subjectOf } from './extensions';
import { signed } from './signature';

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
