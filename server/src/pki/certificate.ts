/** Builds self-signed TLS server certificates. The only file that needs node-forge, which it loads when asked. */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { asn1 as Asn1, pki as Pki } from 'node-forge';
import type { CertificateName } from './names';
import { encodePem } from './pem-text';

/** Upper bound of a common name in characters, `ub-common-name` of RFC 5280. */
const COMMON_NAME_MAX = 64;
/** Device clocks lag: one that is a little behind must not find the certificate "not yet valid". */
const CLOCK_SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

export interface CertificateRequestFacts {
  /** RSA, private */
  readonly key: KeyObject;
  /** checked by `validateName`; at least one */
  readonly names: readonly CertificateName[];
  readonly days: number;
  /** milliseconds since the epoch */
  readonly now: number;
}

type Forge = { readonly pki: typeof Pki; readonly asn1: typeof Asn1 };

/** What @types/node-forge leaves out. */
interface UntypedPki {
  getTBSCertificate(certificate: Pki.Certificate): Asn1.Asn1;
}

/**
 * A self-signed X.509 v3 certificate in PEM: SHA-256 with RSA, a random serial of 128 bits, `days` long from a few
 * minutes ago on.
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
export async function selfSignedCertificate(facts: CertificateRequestFacts): Promise<Buffer> {
  const forge = await loadForge();
  const certificate = forge.pki.createCertificate();
  const publicPem = createPublicKey(facts.key).export({ type: 'spki', format: 'pem' });
  certificate.publicKey = forge.pki.publicKeyFromPem(publicPem.toString());
  certificate.serialNumber = randomSerial();
  // Certificates count whole seconds.
  const start = Math.floor((facts.now - CLOCK_SKEW_MS) / 1000) * 1000;
  certificate.validity.notBefore = new Date(start);
  certificate.validity.notAfter = new Date(start + facts.days * DAY_MS);
  const subject = [subjectOf(facts.names)];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: facts.names.map(alternativeName) },
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: true,
      authorityCertIssuer: true,
      serialNumber: certificate.serialNumber,
    },
  ]);
  return encodePem('CERTIFICATE', await signed(forge, certificate, facts.key));
}

/** Signs natively and off the main thread; node-forge's own RSA takes tens of milliseconds on it. */
async function signed(forge: Forge, certificate: Pki.Certificate, key: KeyObject): Promise<Buffer> {
  certificate.signatureOid = SHA256_WITH_RSA;
  certificate.siginfo.algorithmOid = SHA256_WITH_RSA;
  const body = (forge.pki as typeof Pki & UntypedPki).getTBSCertificate(certificate);
  certificate.tbsCertificate = body;
  const signature = await promisify(sign)('sha256', toDer(forge, body), key);
  certificate.signature = signature.toString('latin1');
  return toDer(forge, forge.pki.certificateToAsn1(certificate));
}

function toDer(forge: Forge, value: Asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1');
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

/** The first DNS name that fits a common name, else the first address, else a name that says what this is. */
function subjectOf(names: readonly CertificateName[]): Pki.CertificateField {
  const fitting = names.filter((name) => name.value.length <= COMMON_NAME_MAX);
  const chosen = fitting.find((name) => name.kind === 'dns') ?? fitting[0];
  // UTF8String: a PrintableString can't hold the asterisk of a wildcard.
  const valueTagClass = UTF8_STRING as unknown as Asn1.Class;
  return chosen === undefined
    ? { name: 'organizationName', value: 'Mender server', valueTagClass }
    : { name: 'commonName', value: chosen.value, valueTagClass };
}

/** ASN.1 universal tag. */
const UTF8_STRING = 12;

function alternativeName(name: CertificateName): { type: number; value?: string; ip?: string } {
  return name.kind === 'dns' ? { type: 2, value: name.value } : { type: 7, ip: name.value };
}

async function loadForge(): Promise<Forge> {
  const loaded = await import('node-forge');
  return 'default' in loaded ? (loaded.default as Forge) : loaded;
}
