/** Facts of private keys. Nothing of a key leaves this file but what is public. */
import { createPrivateKey } from 'node:crypto';
import { children, header, readOnly, TAG } from './der';
import {
  attempt,
  isConsistent,
  keyFacts,
  loadPrivateKey,
  NO_KEY_FACTS,
  PLATFORM_IS_OPENSSL,
} from './key-facts';
import type { KeyEncoding, PemBlock } from './pem-facts';

/** Where a block stands in its file. */
export interface BlockPlace {
  readonly label: string;
  readonly line: number;
}

/** A key in the old encryption of PEM itself (`Proc-Type: 4,ENCRYPTED`); its label tells the algorithm. */
export function encryptedLegacy(place: BlockPlace): PemBlock {
  const algorithm =
    place.label === 'RSA PRIVATE KEY'
      ? 'rsa'
      : place.label === 'EC PRIVATE KEY'
        ? 'ec'
        : place.label === 'DSA PRIVATE KEY'
          ? 'dsa'
          : undefined;
  return {
    ...place,
    ...NO_KEY_FACTS,
    algorithm,
    kind: 'private-key',
    damaged: false,
    encoding: 'encrypted-legacy',
    encrypted: true,
  };
}

/** Facts of a private key in DER; undefined when it is none that can be read. */
export function privateKeyFacts(der: Uint8Array, place: BlockPlace): PemBlock | undefined {
  const block = { ...place, kind: 'private-key', damaged: false } as const;
  const content = contentEncoding(der);
  if (place.label === 'ENCRYPTED PRIVATE KEY' && (content === undefined || content === 'encrypted-pkcs8')) {
    // EncryptedPrivateKeyInfo: an algorithm, then the encrypted bytes.
    const parts = children(readOnly(der, TAG.sequence));
    if (parts.length !== 2 || parts[0]?.tag !== TAG.sequence || parts[1]?.tag !== TAG.octetString)
      return undefined;
    return { ...block, ...NO_KEY_FACTS, encoding: 'encrypted-pkcs8', encrypted: true };
  }
  const promised = encodingOf(place.label);
  if (promised === 'dsa' && content === undefined) {
    const whole = readOnly(der, TAG.sequence);
    // OpenSSL's own old form, which node:crypto reads from PEM only.
    const key = attempt(() => createPrivateKey(pemOf(place.label, whole.whole)));
    return {
      ...block,
      ...(key ? keyFacts(key) : { ...NO_KEY_FACTS, algorithm: 'dsa' }),
      encoding: promised,
      encrypted: false,
    };
  }
  // Go's TLS and OpenSSL 3 go by the content, token services by the label: both have to be told.
  const encoding = content ?? (promised === 'dsa' ? 'pkcs8' : promised);
  if (encoding === 'encrypted-pkcs8') return { ...block, ...NO_KEY_FACTS, encoding, encrypted: true };
  const key = loadPrivateKey(encoding === 'pkcs8' ? withoutPublicKey(der) : der, encoding);
  if (key === undefined) {
    return looksLikeKey(der, encoding)
      ? { ...block, ...NO_KEY_FACTS, encoding, encrypted: false }
      : undefined;
  }
  if (attempt(() => readOnly(der, TAG.sequence)) === undefined) return undefined;
  if (isConsistent(key) === false) {
    return {
      ...place,
      kind: 'private-key',
      damaged: true,
      decoded: true,
      reason: 'its numbers do not belong together: it was altered',
    };
  }
  return { ...block, ...keyFacts(key), encoding, encrypted: false };
}

/** The encoding that the first values of a private key in DER show, whatever its label says. */
export function contentEncoding(der: Uint8Array): 'pkcs1' | 'pkcs8' | 'sec1' | 'encrypted-pkcs8' | undefined {
  return attempt(() => {
    const parts = children(readOnly(der, TAG.sequence));
    const [first, second, third] = parts;
    if (first?.tag === TAG.sequence)
      return parts.length === 2 && second?.tag === TAG.octetString ? 'encrypted-pkcs8' : undefined;
    if (first?.tag !== TAG.integer) return undefined;
    if (second?.tag === TAG.integer && parts.length >= 9) return 'pkcs1';
    if (second?.tag === TAG.octetString) return 'sec1';
    return second?.tag === TAG.sequence && third?.tag === TAG.octetString ? 'pkcs8' : undefined;
  });
}

/**
 * Version 2 of PKCS#8 (RFC 5958) appends the public key, which older platforms stumble over. Version 1 of the same
 * key otherwise; the very bytes where it is version 1 already.
 */
function withoutPublicKey(der: Uint8Array): Uint8Array {
  return (
    attempt(() => {
      const [version, ...others] = children(readOnly(der, TAG.sequence));
      if (version?.content[0] !== 1 || !others.some(({ tag }) => tag === 0x81 || tag === 0xa1)) return der;
      const kept = others.filter(({ tag }) => tag !== 0x81 && tag !== 0xa1).map(({ whole }) => whole);
      const content = Buffer.concat([Buffer.of(TAG.integer, 1, 0), ...kept]);
      return Buffer.concat([header(TAG.sequence, content.length), content]);
    }) ?? der
  );
}

/** The encoding that a label promises. */
export function encodingOf(label: string): 'pkcs1' | 'pkcs8' | 'sec1' | 'dsa' {
  const encodings: Readonly<Record<string, 'pkcs1' | 'sec1' | 'dsa'>> = {
    'RSA PRIVATE KEY': 'pkcs1',
    'EC PRIVATE KEY': 'sec1',
    'DSA PRIVATE KEY': 'dsa',
  };
  return encodings[label] ?? 'pkcs8';
}

/**
 * A PKCS#8 key of an algorithm that this platform has not got (Electron lacks DSA, Ed448 and several curves) is
 * "cannot tell". For algorithms that every platform has, failing to load means damage.
 */
function looksLikeKey(der: Uint8Array, encoding: KeyEncoding): boolean {
  if (encoding !== 'pkcs8' || PLATFORM_IS_OPENSSL) return false;
  return (
    attempt(() => {
      const [version, algorithm, key] = children(readOnly(der, TAG.sequence));
      if (version?.tag !== TAG.integer || algorithm === undefined || key?.tag !== TAG.octetString)
        return false;
      const [oid] = children(algorithm);
      return !EVERYWHERE.includes(Buffer.from(oid?.content ?? []).toString('hex'));
    }) ?? false
  );
}

/** Content of the object identifiers of RSA, EC keys and Ed25519. */
const EVERYWHERE: readonly string[] = ['2a864886f70d010101', '2a8648ce3d0201', '2b6570'];

function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
