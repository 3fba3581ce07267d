/** What a Mender token service (user administration, device authentication) makes of a key file. */
import type { PemBlock, PemFacts, PrivateKeyBlock } from '../types';

/** Label and content of a private key in one word, as the table of layouts has them. */
export type KeyFormat =
  | 'rsa-pkcs1'
  | 'rsa-pkcs8'
  | 'ed25519-pkcs8'
  | 'ec-sec1'
  | 'ec-pkcs8'
  | 'dsa'
  | 'encrypted'
  /** another algorithm, a label that belies its content, or no private key at all */
  | 'other';

export type TokenKey =
  | { readonly kind: 'key'; readonly format: KeyFormat; readonly block: PemBlock }
  /** The first block is broken. Services fail on it, whatever follows. */
  | { readonly kind: 'damaged'; readonly block: PemBlock; readonly reason: string }
  /** The platform doesn't know what the key is. */
  | { readonly kind: 'unknown'; readonly block: PemBlock }
  /** The service finds no PEM block. `reason` is a clause for people where there is more to report than that. */
  | { readonly kind: 'none'; readonly reason: string | undefined };

const LABELS: Readonly<Record<string, string>> = {
  pkcs1: 'RSA PRIVATE KEY',
  pkcs8: 'PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
  dsa: 'DSA PRIVATE KEY',
};

/** Whether a private key's label names what its content is; Mender's token services choose their parser by it. */
export function isMislabelled(block: PrivateKeyBlock): boolean {
  return !block.encrypted && block.label !== '' && block.label !== LABELS[block.encoding];
}

/** The format of one block; undefined where the platform doesn't know the key's algorithm. */
export function keyFormatOf(block: PemBlock): KeyFormat | undefined {
  if (block.kind !== 'private-key' || block.damaged) return 'other';
  if (block.encrypted) return 'encrypted';
  if (isMislabelled(block)) return 'other';
  if (block.algorithm === undefined) return undefined;
  const formats: Readonly<Record<string, KeyFormat>> = {
    'rsa pkcs1': 'rsa-pkcs1',
    'rsa pkcs8': 'rsa-pkcs8',
    'ed25519 pkcs8': 'ed25519-pkcs8',
    'ec sec1': 'ec-sec1',
    'ec pkcs8': 'ec-pkcs8',
  };
  return block.algorithm === 'dsa' ? 'dsa' : (formats[`${block.algorithm} ${block.encoding}`] ?? 'other');
}

/**
 * What the service loads: Go's pem.Decode takes the first block whose text it can decode, and the service looks at
 * no other, so a certificate or curve parameters in front hide the key.
 */
export function tokenKeyOf(facts: PemFacts): TokenKey {
  const [block] = blocksSeenByGo(facts);
  if (block === undefined) return { kind: 'none', reason: unseenReason(facts) };
  if (block.damaged) return { kind: 'damaged', block, reason: block.reason };
  const format = keyFormatOf(block);
  return format === undefined ? { kind: 'unknown', block } : { kind: 'key', format, block };
}

/** The blocks that Go's pem.Decode finds, in order. */
export function blocksSeenByGo(facts: PemFacts): readonly PemBlock[] {
  if (facts.form !== 'pem') return [];
  return facts.seenByGo ?? facts.blocks;
}

/** Why Go finds no block, a clause for people; undefined when there is none to be found. */
export function unseenReason(facts: PemFacts): string | undefined {
  if (facts.form === 'der') return 'it is in DER, not in PEM';
  if (facts.form === 'utf-16') return 'its text is UTF-16';
  if (facts.form !== 'pem') return undefined;
  return facts.blocks[0]?.hiddenFromGo;
}
