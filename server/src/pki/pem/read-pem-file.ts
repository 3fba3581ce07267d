/** What a PEM file is. Pure: bytes in, facts out; nothing that a file can hold makes it throw. */

import { children, expectTag, readOnly, readValue, TAG } from '../asn1/read-der';
import { fingerprint, NO_KEY_FACTS, publicFacts, publicKeyInfoFacts } from '../keys/key-facts';
import { readPublicKeyInfo, readRsaPublicKey } from '../keys/key-numbers';
import { attempt, PLATFORM_IS_OPENSSL, readsCertificate } from '../keys/node-crypto';
import {
  type BlockLocation,
  contentEncoding,
  encodingOf,
  encryptedLegacy,
  privateKeyFacts,
} from '../keys/read-private-key';
import type { BlockKind, CertificateBlock, PemBlock, PemFacts } from '../types';
import { readCertificateBody, readRequestBody } from '../x509/read-certificate';
import { scanAsGo } from './scan-as-go';
import { type ScannedBlock, scanPem } from './scan-blocks';

/** Reads what `bytes` hold. Blocks that can't be decoded come as `damaged`, with a reason fit for people. */
export function readPem(bytes: Uint8Array): PemFacts {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const byteOrderMark = buffer.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf));
  const facts = (
    form: PemFacts['form'],
    blocks: readonly PemBlock[] = [],
    more: Pick<PemFacts, 'seenByGo'> = {},
  ): PemFacts => ({ form, blocks, byteOrderMark, ...more });
  const text = buffer.toString('latin1', byteOrderMark ? 3 : 0);
  if (text.trim() === '') return facts('empty');

  const wide = wideText(buffer);
  if (wide !== undefined) return facts('utf-16', scanPem(wide).map(blockFacts));
  const scanned = scanPem(text);
  if (scanned.length > 0) {
    const { blocks, ...more } = asTwoRead(scanned, buffer.toString('latin1'), byteOrderMark);
    return facts('pem', blocks, more);
  }
  const der = derFacts(buffer);
  if (der !== undefined) return facts('der', [der]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters distinguish binary from text
  return facts(/[\0-\x08\x0e-\x1a]/.test(text.slice(0, 4096)) ? 'binary' : 'text');
}

/** The blocks of a text, and what Go sees of them. */
function asTwoRead(
  scanned: readonly ScannedBlock[],
  text: string,
  byteOrderMark: boolean,
): Pick<PemFacts, 'blocks' | 'seenByGo'> {
  const seen = scanAsGo(text);
  const lines = new Set(seen.map(({ line }) => line));
  const hidden = (block: PemBlock) => {
    if (byteOrderMark && block.line === 0) return 'it begins with a byte order mark';
    if (block.damaged && !block.decoded) return block.reason;
    return text.includes('\r\r\n')
      ? 'its lines end in CR CR LF'
      : 'it is written in a way that Go programs do not read';
  };
  const blocks = scanned.map((each) => {
    const block = blockFacts(each);
    return lines.has(each.line) ? block : { ...block, hiddenFromGo: hidden(block) };
  });
  const places = new Map(scanned.map(({ line }, at) => [line, at]));
  const own = seen.map((each) => {
    const at = places.get(each.line) ?? -1;
    return blocks[isSame(scanned[at], each) ? at : -1] ?? blockFacts(each);
  });
  const differs = own.length !== blocks.length || own.some((block, at) => block !== blocks[at]);
  return { blocks, ...(differs ? { seenByGo: own } : {}) };
}

function isSame(one: ScannedBlock | undefined, other: ScannedBlock): boolean {
  return (
    one?.label === other.label &&
    one.content.ok &&
    other.content.ok &&
    Buffer.from(one.content.der).equals(other.content.der)
  );
}

/** The text of a UTF-16 file: by its mark, or by the zeros in an unmarked BEGIN line. */
function wideText(buffer: Buffer): string | undefined {
  const even = buffer.subarray(0, buffer.length & ~1);
  const dashes = buffer.subarray(0, 4).toString('hex');
  if (dashes.startsWith('fffe') || dashes === '2d002d00')
    return even.toString('utf16le').replace(/^\ufeff/, '');
  if (dashes.startsWith('feff') || dashes === '002d002d') {
    return Buffer.from(even)
      .swap16()
      .toString('utf16le')
      .replace(/^\ufeff/, '');
  }
  return undefined;
}

/** What a label promises. */
function kindOf(label: string): BlockKind {
  if (/^(X509 |TRUSTED )?CERTIFICATE$/.test(label)) return 'certificate';
  if (/^((RSA|EC|DSA|ENCRYPTED) )?PRIVATE KEY$/.test(label)) return 'private-key';
  if (/^(RSA )?PUBLIC KEY$/.test(label)) return 'public-key';
  if (/^(NEW )?CERTIFICATE REQUEST$/.test(label)) return 'request';
  return label.endsWith(' PARAMETERS') ? 'parameters' : 'unknown';
}

function blockFacts({ label, line, encryptedHeader, content }: ScannedBlock): PemBlock {
  const place = { label, line };
  const kind = kindOf(label);
  if (!content.ok) return { ...place, kind, damaged: true, decoded: false, reason: content.reason };
  const { der } = content;
  const read = attempt(() => {
    switch (kind) {
      case 'certificate':
        return certificateFacts(der, place);
      case 'private-key':
        return encryptedHeader ? encryptedLegacy(place) : privateKeyFacts(der, place);
      case 'public-key':
        return publicKeyFacts(der, place);
      case 'request':
        return requestFacts(der, place);
      default:
        return { ...place, kind, damaged: false } as const;
    }
  });
  return read ?? { ...place, kind, damaged: true, decoded: true, reason: mistaken(der, kind) };
}

/** Why decoded bytes are not what their label names. */
function mistaken(der: Uint8Array, kind: BlockKind): string {
  const whole = attempt(() => readOnly(der, TAG.sequence)) !== undefined;
  if (!whole) return 'its content is cut off or was altered';
  const other = derFacts(der);
  if (other !== undefined && !other.damaged && other.kind !== kind) {
    return `its label is that of ${NAMES[kind]}, but its content is ${NAMES[other.kind]}`;
  }
  return `its content is not ${NAMES[kind]} that can be read, or was altered`;
}

const NAMES: Readonly<Record<BlockKind, string>> = {
  certificate: 'a certificate',
  'private-key': 'a private key',
  'public-key': 'a public key',
  request: 'a certificate request',
  parameters: 'parameters',
  unknown: 'something else',
};

function certificateFacts(der: Uint8Array, place: BlockLocation): CertificateBlock | undefined {
  // TRUSTED CERTIFICATE: OpenSSL appends trust settings, which are not part of the certificate.
  const own = place.label === 'TRUSTED CERTIFICATE' ? readValue(der).value.whole : der;
  const body = attempt(() => readCertificateBody(own));
  if ((body === undefined || PLATFORM_IS_OPENSSL) && !readsCertificate(own)) return undefined;
  return {
    ...place,
    ...(attempt(() => publicKeyInfoFacts(body?.publicKeyInfo ?? keyInfoOf(own))) ?? NO_KEY_FACTS),
    kind: 'certificate',
    damaged: false,
    certificateFingerprint: fingerprint(own),
    serial: body?.serial,
    subjectCommonName: body?.subjectCommonName,
    issuerCommonName: body?.issuerCommonName,
    subjectKey: body?.subjectKey,
    issuerKey: body?.issuerKey,
    subjectAltNames: body && (body.subjectAltNames ?? { dns: [], ip: [] }),
    notBefore: body?.notBefore,
    notAfter: body?.notAfter,
    signatureAlgorithm: body?.signatureAlgorithm,
    signatureDigest: body?.signatureDigest,
    isCa: body?.isCa,
    keyUsage: body?.keyUsage,
    extendedKeyUsage: body?.extendedKeyUsage,
    der: Uint8Array.from(own),
  };
}

/** The SubjectPublicKeyInfo of a certificate of which something else can't be read. */
function keyInfoOf(certificate: Uint8Array): Uint8Array {
  const [body] = children(readOnly(certificate, TAG.sequence));
  const parts = children(expectTag(body, TAG.sequence));
  // [0] version, absent in version 1
  return expectTag(parts[parts[0]?.tag === 0xa0 ? 6 : 5], TAG.sequence).whole;
}

function publicKeyFacts(der: Uint8Array, place: BlockLocation): PemBlock | undefined {
  const block = { ...place, kind: 'public-key', damaged: false } as const;
  if (place.label === 'RSA PUBLIC KEY') {
    const facts = publicFacts(readRsaPublicKey(der));
    return facts && { ...block, ...facts, encoding: 'pkcs1' };
  }
  const [algorithm, bits] = children(readOnly(der, TAG.sequence));
  if (algorithm?.tag !== TAG.sequence || bits?.tag !== TAG.bitString) return undefined;
  return { ...block, ...publicKeyInfoFacts(der), encoding: 'spki' };
}

function requestFacts(der: Uint8Array, place: BlockLocation): PemBlock {
  const { subjectCommonName, publicKeyInfo } = readRequestBody(der);
  return {
    ...place,
    ...publicKeyInfoFacts(publicKeyInfo),
    kind: 'request',
    damaged: false,
    subjectCommonName,
  };
}

/** What bare DER is, when it is anything of ours. */
function derFacts(der: Uint8Array): PemBlock | undefined {
  if (attempt(() => readOnly(der, TAG.sequence)) === undefined) return undefined;
  const labels = [
    'CERTIFICATE',
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'PUBLIC KEY',
    'CERTIFICATE REQUEST',
  ];
  for (const label of labels) {
    const place = { label, line: 0 };
    const block = attempt(() => {
      switch (kindOf(label)) {
        case 'certificate':
          return readsCertificate(der) ? certificateFacts(der, place) : undefined;
        case 'private-key':
          return contentEncoding(der) === encodingOf(label) ? privateKeyFacts(der, place) : undefined;
        case 'public-key':
          return publicFacts(readPublicKeyInfo(der)) && publicKeyFacts(der, place);
        default:
          return requestFacts(der, place);
      }
    });
    if (block !== undefined) return { ...block, label: '' };
  }
  return undefined;
}
