/** Builds TLS server certificates, self-signed or signed by an authority. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { type DerBuilder, type DerNode, loadDerBuilder } from '../asn1/write-der';
import { publicInfo } from '../keys/node-crypto';
import { encodePem } from '../pem/encode';
import type { CertificateName } from '../x509/subject-alt-name';
import type { Authority } from './authority';
import type { Likeness } from './carried-over';
import { extendedKeyUsage, extension, keyIdentifier, OID, subjectAltName, subjectOf } from './extensions';
import { algorithmOf, schemeOf, signed } from './signature';

/** Device clocks lag: one that is a little behind must not find the certificate "not yet valid". */
const CLOCK_SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

export interface CertificateOptions {
  /** private: RSA, or EC on a named curve */
  readonly key: KeyObject;
  /** checked by `validateName`; at least one */
  readonly names: readonly CertificateName[];
  readonly days: number;
  /** Of the certificate that it takes the place of. */
  readonly like?: Likeness | undefined;
  /** milliseconds since the epoch */
  readonly now: number;
}

/**
 * A self-signed X.509 v3 certificate in PEM: SHA-256, a random serial of 128 bits, `days` long from a few minutes ago
 * on.
 *
 * It has to serve two ends: as the server's certificate, and as the trust anchor in the Mender client's
 * `ServerCertificate`, in a system's trust store, and in the deployments service's STORAGE_BACKEND_CERT.
 *
 * - basicConstraints critical, CA:FALSE. As an anchor a CA:TRUE certificate would let whoever steals the gateway's key
 *   issue certificates for every other host that its devices talk to. Nobody needs it: Go and GnuTLS take a leaf
 *   that is in the pool itself, OpenSSL ends its chain at a self-signed certificate that is trusted, and rustls
 *   refuses a CA as a server certificate.
 * - no keyUsage. keyCertSign is forbidden without CA:TRUE (RFC 5280, 4.2.1.9), but OpenSSL 1.0.2 and early
 *   1.1.1, which Mender devices of those years run, don't take a certificate as self-signed when its keyUsage lacks
 *   keyCertSign ("unable to verify the first certificate"; seen with 1.0.2s and 1.1.1b). Absent means unrestricted
 *   (RFC 5280, 4.2.1.3), and every library accepts that.
 * - extKeyUsage serverAuth: Apple's clients insist on it, and it keeps the certificate from being anything else.
 * - subjectAltName: Go since 1.15 and browsers look nowhere else. Critical only if the subject were empty, which it
 *   never is, because OpenSSL's strict mode refuses an empty issuer.
 * - subjectKeyIdentifier, and authorityKeyIdentifier with issuer and serial beside the key id: a bundle holding this
 *   certificate and its predecessor (same name, same key) otherwise makes OpenSSL pick whichever comes first as the
 *   issuer, and fail ("self-signed certificate") when that is the other one.
 */
export async function selfSignedCertificate(options: CertificateOptions): Promise<Buffer> {
  const der = await loadDerBuilder();
  const serial = randomSerial();
  const name = nameFor(options, der);
  const id = keyIdentifier(options.key);
  const authority = der.sequence(
    der.implicit(0, id),
    der.tagged(1, der.tagged(4, name)),
    der.implicit(2, Buffer.from(serial, 'hex')),
  );
  const body = bodyOf({ ...options, serial, issuer: name, signer: options.key, end: Infinity }, der, [
    extension(OID.authorityKeyIdentifier, authority, der),
  ]);
  return encodePem('CERTIFICATE', await signed(body, options.key, der));
}

/**
 * A certificate signed by `authority`, in PEM, followed by the authority's own where that is an intermediate one: what
 * a server presents. It never outlives its issuer. keyUsage is what TLS needs; it is no trust anchor, so what is said
 * above of old OpenSSL doesn't hold.
 */
export async function issuedCertificate(options: CertificateOptions, authority: Authority): Promise<Buffer> {
  const der = await loadDerBuilder();
  // RFC 5280, 4.2.1.3: bit 0 is digitalSignature, bit 2 keyEncipherment, which only RSA can.
  const usage = options.key.asymmetricKeyType === 'rsa' ? Buffer.of(5, 0xa0) : Buffer.of(7, 0x80);
  const bitString = der.parsed(Buffer.concat([Buffer.of(3, usage.length), usage]));
  const id = authority.keyIdentifier ?? keyIdentifier(authority.key);
  const body = bodyOf(
    {
      ...options,
      serial: randomSerial(),
      issuer: der.parsed(authority.subject),
      signer: authority.key,
      end: authority.notAfter,
    },
    der,
    [
      extension(OID.keyUsage, bitString, der, true),
      extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, id)), der),
    ],
  );
  const leaf = encodePem('CERTIFICATE', await signed(body, authority.key, der));
  return Buffer.concat([leaf, ...authority.presented.map((each) => encodePem('CERTIFICATE', each))]);
}

interface Body extends CertificateOptions {
  readonly serial: string;
  readonly issuer: DerNode;
  readonly signer: KeyObject;
  /** It ends no later: milliseconds since the epoch. */
  readonly end: number;
}

function bodyOf(options: Body, der: DerBuilder, more: readonly DerNode[]): DerNode {
  const { like } = options;
  const scheme = schemeOf(options.signer);
  if (scheme === undefined) throw new Error('a key that cannot sign certificates');
  // Certificates count whole seconds.
  const start = Math.floor((options.now - CLOCK_SKEW_MS) / 1000) * 1000;
  const end = Math.min(start + options.days * DAY_MS, options.end);
  return der.sequence(
    der.tagged(0, der.integer('02')),
    der.integer(options.serial),
    algorithmOf(scheme, der),
    options.issuer,
    der.sequence(der.time(start), der.time(end)),
    nameFor(options, der),
    der.parsed(publicInfo(options.key)),
    der.tagged(
      3,
      der.sequence(
        extension(OID.basicConstraints, der.sequence(), der, true),
        ...(like && like.usages === undefined
          ? []
          : [extension(OID.extendedKeyUsage, extendedKeyUsage(der, like?.usages), der)]),
        extension(OID.subjectAltName, subjectAltName(options.names, der, like?.otherNames), der),
        extension(OID.subjectKeyIdentifier, der.octets(keyIdentifier(options.key)), der),
        ...(like?.keyUsage ? [extension(OID.keyUsage, der.parsed(like.keyUsage), der, true)] : []),
        ...(like?.features ? [extension(OID.tlsFeature, der.parsed(like.features), der)] : []),
        ...more,
      ),
    ),
  );
}

/** The name of the certificate before, which people and bundles know it by; else one of the host names. */
function nameFor({ names, like }: CertificateOptions, der: DerBuilder): DerNode {
  return like?.subject ? der.parsed(like.subject) : subjectOf(names, der);
}

/**
 * 16 random bytes in hex. The first bit is clear, since serials are positive, and the second is set, so that every
 * serial has the same width and no leading zero byte, which DER would forbid. 126 bits stay random.
 */
export function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
