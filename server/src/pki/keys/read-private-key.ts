/** Facts of private keys. Nothing of a key leaves this file but what is public. */
import { children, readOnly, TAG } from '../asn1/read-der';
import type { PemBlock } from '../types';
import { goLoading } from './go-rsa';
import { NO_KEY_FACTS, privateFacts } from './key-facts';
import { readPrivateNumbers } from './key-numbers';
import { attempt } from './node-crypto';

/** Where a block stands in its file. */
export interface BlockLocation {
  readonly label: string;
  readonly line: number;
}

/** A key in the old encryption of PEM itself (`Proc-Type: 4,ENCRYPTED`); its label names the algorithm. */
export function encryptedLegacy(place: BlockLocation): PemBlock {
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
export function privateKeyFacts(der: Uint8Array, place: BlockLocation): PemBlock | undefined {
  const block = { ...place, kind: 'private-key', damaged: false } as const;
  const content = contentEncoding(der);
  if (place.label === 'ENCRYPTED PRIVATE KEY' && (content === undefined || content === 'encrypted-pkcs8')) {
    // EncryptedPrivateKeyInfo: an algorithm, then the encrypted bytes.
    const parts = children(readOnly(der, TAG.sequence));
    if (parts.length !== 2 || parts[0]?.tag !== TAG.sequence || parts[1]?.tag !== TAG.octetString)
      return undefined;
    return { ...block, ...NO_KEY_FACTS, encoding: 'encrypted-pkcs8', encrypted: true };
  }
  // Go's TLS and OpenSSL 3 go by the content, token services by the label: both have to be known.
  const encoding = content ?? encodingOf(place.label);
  if (encoding === 'encrypted-pkcs8') return { ...block, ...NO_KEY_FACTS, encoding, encrypted: true };
  const numbers = attempt(() => readPrivateNumbers(der, encoding));
  if (numbers === undefined) return undefined;
  const read = privateFacts(numbers);
  if (!read.ok) return { ...place, kind: 'private-key', damaged: true, decoded: true, reason: read.reason };
  const go = numbers.algorithm === 'rsa' && 'd' in numbers ? goLoading(numbers) : undefined;
  return { ...block, ...read.facts, encoding, encrypted: false, ...(go ? { go } : {}) };
}

/** The encoding that the first values of a private key in DER show, whatever its label is. */
export function contentEncoding(
  der: Uint8Array,
): 'pkcs1' | 'pkcs8' | 'sec1' | 'dsa' | 'encrypted-pkcs8' | undefined {
  return attempt(() => {
    const parts = children(readOnly(der, TAG.sequence));
    const [first, second, third] = parts;
    if (first?.tag === TAG.sequence)
      return parts.length === 2 && second?.tag === TAG.octetString ? 'encrypted-pkcs8' : undefined;
    if (first?.tag !== TAG.integer) return undefined;
    if (second?.tag === TAG.integer && parts.length >= 9) return 'pkcs1';
    // OpenSSL's own old form.
    if (parts.length === 6 && parts.every(({ tag }) => tag === TAG.integer)) return 'dsa';
    if (second?.tag === TAG.octetString) return 'sec1';
    return second?.tag === TAG.sequence && third?.tag === TAG.octetString ? 'pkcs8' : undefined;
  });
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
