/** The X.509 extensions and names that our certificates and requests hold. */
import { createHash, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { children, readOnly, TAG, wholeBits } from '../asn1/read-der';
import type { DerBuilder, DerNode } from '../asn1/write-der';
import { publicInfo } from '../keys/node-crypto';
import type { CertificateName } from '../x509/subject-alt-name';

export const OID = {
  commonName: '2.5.4.3',
  organizationName: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const;

/** Upper bound of a common name in characters, `ub-common-name` of RFC 5280. */
const COMMON_NAME_MAX = 64;

/** One extension; `value` is wrapped into its octet string. */
export function extension(oid: string, value: DerNode, der: DerBuilder, critical = false): DerNode {
  const parts = critical ? [der.boolean(true)] : [];
  return der.sequence(der.oid(oid), ...parts, der.octets(der.encode(value)));
}

export function extendedKeyUsage(der: DerBuilder, usages: readonly string[] = [OID.serverAuth]): DerNode {
  return der.sequence(...usages.map((usage) => der.oid(usage)));
}

/** `others`: names of other kinds, each in DER. */
export function subjectAltName(
  names: readonly CertificateName[],
  der: DerBuilder,
  others: readonly Uint8Array[] = [],
): DerNode {
  const of = (name: CertificateName) =>
    name.kind === 'dns'
      ? der.implicit(2, Buffer.from(name.value, 'latin1'))
      : der.implicit(7, addressBytes(name.value));
  return der.sequence(...names.map(of), ...others.map((each) => der.parsed(each)));
}

/** The first DNS name that fits a common name, else the first address, else a name for what this is. */
export function subjectOf(names: readonly CertificateName[], der: DerBuilder): DerNode {
  const fitting = names.filter((name) => name.value.length <= COMMON_NAME_MAX);
  const chosen = fitting.find((name) => name.kind === 'dns') ?? fitting[0];
  const [oid, text] =
    chosen === undefined ? [OID.organizationName, 'Mender server'] : [OID.commonName, chosen.value];
  // UTF8String: a PrintableString can't hold the asterisk of a wildcard.
  return der.sequence(der.set(der.sequence(der.oid(oid), der.utf8(text))));
}

/** SHA-1 of the public key's bits, as RFC 5280 (4.2.1.2) suggests: an identifier, not a safeguard. 20 bytes. */
export function keyIdentifier(key: KeyObject): Buffer {
  const [, bits] = children(readOnly(publicInfo(key), TAG.sequence));
  return createHash('sha1').update(wholeBits(bits)).digest();
}

/** 4 or 16 bytes of an address in canonical text. */
function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...new Array<string>(zeros).fill('0'), ...after];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
