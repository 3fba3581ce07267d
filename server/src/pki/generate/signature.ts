/** Signatures as X.509 writes them, made by node:crypto off the main thread. */
import { type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { DerBuilder, DerNode } from '../asn1/write-der';

interface Scheme {
  readonly oid: string;
  /** null for keys with a digest of their own */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  /** RSA's identifier carries a NULL (RFC 4055), the others nothing. */
  readonly parameters: boolean;
}

/** How `key` signs; undefined for a key that no client would verify a certificate with. */
export function schemeOf(key: KeyObject): Scheme | undefined {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { oid: '1.2.840.113549.1.1.11', digest: 'sha256', parameters: true };
    case 'ec': {
      const curve = key.asymmetricKeyDetails?.namedCurve;
      if (curve === 'secp384r1') return { oid: '1.2.840.10045.4.3.3', digest: 'sha384', parameters: false };
      if (curve === 'secp521r1') return { oid: '1.2.840.10045.4.3.4', digest: 'sha512', parameters: false };
      return { oid: '1.2.840.10045.4.3.2', digest: 'sha256', parameters: false };
    }
    case 'ed25519':
      return { oid: '1.3.101.112', digest: null, parameters: false };
    default:
      return undefined;
  }
}

/** The AlgorithmIdentifier of a scheme. */
export function algorithmOf(scheme: Scheme, der: DerBuilder): DerNode {
  return der.sequence(der.oid(scheme.oid), ...(scheme.parameters ? [der.nothing()] : []));
}

/**
 * `SEQUENCE { body, algorithm, signature }` in DER: the outside of certificates and requests.
 * @throws for a key without a scheme
 */
export async function signed(body: DerNode, key: KeyObject, der: DerBuilder): Promise<Buffer> {
  const scheme = schemeOf(key);
  if (scheme === undefined) throw new Error(`no signature scheme for ${key.asymmetricKeyType} keys`);
  const bytes = der.encode(body);
  const signature = await promisify(sign)(scheme.digest, bytes, key);
  return der.encode(der.sequence(der.parsed(bytes), algorithmOf(scheme, der), der.bits(signature)));
}
