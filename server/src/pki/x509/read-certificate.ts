/** Reads the plain facts of a certificate or request from its DER. Pure; throws DerError for what isn't one. */

import {
  children,
  DerError,
  type DerValue,
  expectTag,
  oidText,
  readOnly,
  TAG,
  textOf,
  timeOf,
} from '../asn1/read-der';
import type { Names } from '../types';
import { canonicalIp } from './subject-alt-name';

export interface CertificateBody {
  /** lower-case hex */
  readonly serial: string;
  /** the last common name, as clients read it */
  readonly subjectCommonName: string | undefined;
  readonly issuerCommonName: string | undefined;
  /** Equal exactly when subject and issuer are the same name: how chains are put together. Hex. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** undefined: the certificate has no such extension */
  readonly subjectAltNames: Names | undefined;
  /** milliseconds since the epoch */
  readonly notBefore: number;
  readonly notAfter: number;
  /** as OpenSSL calls it, such as `sha256WithRSAEncryption`; the dotted identifier where it has no name here */
  readonly signatureAlgorithm: string;
  /** such as `sha256`; undefined where the algorithm has none of its own (Ed25519) or is not known here */
  readonly signatureDigest: string | undefined;
  readonly isCa: boolean;
  /** such as `digitalSignature`; undefined: no such extension, so any use */
  readonly keyUsage: readonly string[] | undefined;
  /** such as `serverAuth`; undefined: no such extension, so any purpose */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly publicKeyInfo: Uint8Array;
}

const OID = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;

const SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10040.4.3': 'dsa_with_SHA1',
  '2.16.840.1.101.3.4.3.2': 'dsa_with_SHA256',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
};

/** Object identifiers of digests, as RSASSA-PSS names them in its parameters. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.2': 'md2',
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

/** The facts of an X.509 certificate. */
export function readCertificateBody(der: Uint8Array): CertificateBody {
  const [body, algorithm] = children(readOnly(der, TAG.sequence));
  const parts = [...children(expectTag(body, TAG.sequence))];
  // [0] version, absent in version 1
  if (parts[0]?.tag === 0xa0) parts.shift();
  const [serial, inner, issuer, validity, subject, publicKeyInfo, ...others] = parts;
  const [notBefore, notAfter] = children(expectTag(validity, TAG.sequence));
  const extensions = extensionsOf(others.find((part) => part.tag === 0xa3));
  const outer = expectTag(algorithm, TAG.sequence);
  // The algorithm stands in the signed part as well; where it is another one, the certificate was altered.
  if (hex(expectTag(inner, TAG.sequence).whole) !== hex(outer.whole)) throw new DerError('two algorithms');
  const [signature, parameters] = children(outer);
  const signatureOid = oidText(signature);
  const signatureAlgorithm = SIGNATURES[signatureOid] ?? signatureOid;
  const alternatives = extensions.get(OID.subjectAltName);
  const constraints = extensions.get(OID.basicConstraints);
  const usage = extensions.get(OID.keyUsage);
  const extended = extensions.get(OID.extendedKeyUsage);
  return {
    serial: hex(expectTag(serial, TAG.integer).content).replace(/^(00)+(?=..)/, ''),
    subjectCommonName: commonNameOf(subject),
    issuerCommonName: commonNameOf(issuer),
    subjectKey: hex(expectTag(subject, TAG.sequence).whole),
    issuerKey: hex(expectTag(issuer, TAG.sequence).whole),
    subjectAltNames: alternatives && alternativeNames(alternatives),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    signatureAlgorithm,
    signatureDigest:
      signatureAlgorithm === 'rsassaPss'
        ? pssDigest(parameters)
        : /(?:md|sha)\d+/.exec(signatureAlgorithm.toLowerCase())?.[0],
    isCa: constraints !== undefined && isCaOf(constraints),
    keyUsage: usage && usagesOf(usage),
    extendedKeyUsage: extended && children(readOnly(extended, TAG.sequence)).map(extendedUsageOf),
    publicKeyInfo: expectTag(publicKeyInfo, TAG.sequence).whole,
  };
}

/** RSASSA-PSS-params: the digest stands in [0], and is SHA-1 where that is left out. */
function pssDigest(parameters: DerValue | undefined): string | undefined {
  if (parameters?.tag !== TAG.sequence) return undefined;
  const given = children(parameters).find((each) => each.tag === 0xa0);
  if (given === undefined) return 'sha1';
  const [digest] = children(readOnly(given.content, TAG.sequence));
  return DIGESTS[oidText(digest)];
}

/** Subject and key of a PKCS#10 certificate request. */
export function readRequestBody(der: Uint8Array): {
  readonly subjectCommonName: string | undefined;
  readonly publicKeyInfo: Uint8Array;
} {
  const [body] = children(readOnly(der, TAG.sequence));
  const [, subject, publicKeyInfo] = children(expectTag(body, TAG.sequence));
  return {
    subjectCommonName: commonNameOf(subject),
    publicKeyInfo: expectTag(publicKeyInfo, TAG.sequence).whole,
  };
}

function extensionsOf(wrapper: DerValue | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (wrapper === undefined) return found;
  for (const extension of children(readOnly(wrapper.content, TAG.sequence))) {
    const parts = children(expectTag(extension, TAG.sequence));
    // The flag `critical` may stand between them.
    found.set(oidText(parts[0]), expectTag(parts.at(-1), TAG.octetString).content);
  }
  return found;
}

function alternativeNames(extension: Uint8Array): Names {
  const dns: string[] = [];
  const ip: string[] = [];
  for (const name of children(readOnly(extension, TAG.sequence))) {
    if (name.tag === 0x82) dns.push(Buffer.from(name.content).toString('latin1'));
    if (name.tag === 0x87) ip.push(addressText(name.content));
  }
  return { dns, ip };
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new DerError('an address of a strange length');
  const groups = hex(bytes).match(/.{4}/g) ?? [];
  const text = groups.join(':');
  return canonicalIp(text) ?? text;
}

function isCaOf(extension: Uint8Array): boolean {
  const [first] = children(readOnly(extension, TAG.sequence));
  return first?.tag === TAG.boolean && first.content[0] !== 0;
}

function usagesOf(extension: Uint8Array): readonly string[] {
  const { content } = readOnly(extension, TAG.bitString);
  // The first byte counts unused bits; then bits from the left.
  return KEY_USAGES.filter((_, bit) => ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function extendedUsageOf(value: DerValue): string {
  const oid = oidText(value);
  return EXTENDED_USAGES[oid] ?? oid;
}

function commonNameOf(name: DerValue | undefined): string | undefined {
  let found: string | undefined;
  for (const set of children(expectTag(name, TAG.sequence))) {
    for (const attribute of children(expectTag(set, TAG.set))) {
      const [type, value] = children(expectTag(attribute, TAG.sequence));
      if (oidText(type) === OID.commonName) found = textOf(value) ?? found;
    }
  }
  return found;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
