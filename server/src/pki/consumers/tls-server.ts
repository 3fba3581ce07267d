/** What a TLS server takes from the files that it is given. */
import type { CertificateBlock, PemBlock, PemFacts, PrivateKeyBlock } from '../types';
import { blocksSeenByGo, isMislabelled, unseenReason } from './token-service';

/** The servers of Mender's gateways: nginx up to release 2.6, Traefik from 2.7 on. */
export type TlsServer = 'nginx' | 'traefik';

export type Loaded<Block> =
  | { readonly kind: 'loads'; readonly block: Block }
  /** `reason` is a clause for people; with `unseen` it gives why the server finds no block at all. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly block: PemBlock | undefined;
      readonly unseen?: boolean;
    }
  /** Depends on the server's version, or is not known here. */
  | { readonly kind: 'unknown'; readonly block: PemBlock | undefined };

/** Curves of Go's crypto/elliptic. */
const GO_CURVES: readonly string[] = [
  'secp224r1',
  'prime256v1',
  'P-256',
  'secp384r1',
  'P-384',
  'secp521r1',
  'P-521',
];

const OPENSSL_CERTIFICATES: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/** The private key that `server` takes from a file, and whether it can use it. */
export function tlsKeyOf(facts: PemFacts, server: TlsServer): Loaded<PrivateKeyBlock> {
  const found = firstOf(facts, server, (block) => block.label.endsWith('PRIVATE KEY'));
  if (found.kind !== 'loads') return found;
  const { block } = found;
  const refused = (reason: string) => ({ kind: 'refused', reason, block }) as const;
  if (block.damaged) return refused(block.reason);
  if (block.kind !== 'private-key')
    return refused(`a block ${block.label} is not a key that TLS servers read`);
  if (block.encrypted) return refused('it is encrypted, and the server cannot ask for a passphrase');
  if (block.algorithm === undefined) return { kind: 'unknown', block };
  if (server === 'nginx') {
    // The OpenSSL of these images is 1.0 or 1.1; which of the rarer algorithms it knows depends on the release.
    const usual = block.algorithm === 'rsa' || block.algorithm === 'ec';
    return usual && !isMislabelled(block) ? { kind: 'loads', block } : { kind: 'unknown', block };
  }
  return inGo(block);
}

/** The certificate that `server` takes from a file as its own: the first one. */
export function tlsCertificateOf(facts: PemFacts, server: TlsServer): Loaded<CertificateBlock> {
  const found = firstOf(facts, server, ({ label }) =>
    server === 'traefik' ? label === 'CERTIFICATE' : OPENSSL_CERTIFICATES.includes(label),
  );
  if (found.kind !== 'loads') return found;
  const { block } = found;
  if (block.damaged) return { kind: 'refused', reason: block.reason, block };
  if (block.kind !== 'certificate') return { kind: 'unknown', block };
  if (server === 'nginx') return { kind: 'loads', block };
  // What we can't take apart ourselves Go is likely to refuse, for reasons of its own.
  if (block.subjectKey === undefined) return { kind: 'unknown', block };
  const reason = 'the public point of its key is compressed, which Traefik does not read';
  return block.compressedPoint ? { kind: 'refused', reason, block } : inGo(block);
}

/** Whether Go's crypto/tls knows the kind of a key. */
function inGo<Block extends CertificateBlock | PrivateKeyBlock>(block: Block): Loaded<Block> {
  const refused = (reason: string) => ({ kind: 'refused', reason, block }) as const;
  switch (block.algorithm) {
    case undefined:
      return { kind: 'unknown', block };
    case 'ed25519':
      return { kind: 'loads', block };
    case 'rsa': {
      const go = block.kind === 'private-key' ? block.go : undefined;
      if (go?.since === undefined) return { kind: 'loads', block };
      // Which Go a Traefik is built with depends on its version.
      return go.before === undefined ? { kind: 'unknown', block } : refused(go.before);
    }
    case 'ec':
      if (block.explicitCurve) return refused('the curve of its key is not given by name');
      if (block.curve === undefined) return { kind: 'unknown', block };
      return GO_CURVES.includes(block.curve)
        ? { kind: 'loads', block }
        : refused(`Traefik does not know the curve of its key, ${block.curve}`);
    default:
      return refused(`Traefik does not read keys of the kind ${block.algorithm}`);
  }
}

/** Whether Go's crypto/x509 can verify signatures of a certificate's key. */
export function isKnownToGo(certificate: CertificateBlock): boolean {
  return !certificate.compressedPoint && inGo(certificate).kind === 'loads';
}

/** The first block that `wanted` accepts; damaged ones included, save those that the server never sees. */
function firstOf(facts: PemFacts, server: TlsServer, wanted: (block: PemBlock) => boolean): Loaded<PemBlock> {
  const blocks = server === 'traefik' ? blocksSeenByGo(facts) : blocksSeenByOpenssl(facts);
  for (const block of blocks) {
    // OpenSSL stops at the first block whose text it can't decode; Go never comes by one.
    if (block.damaged && !block.decoded) return { kind: 'refused', reason: block.reason, block };
    if (wanted(block)) return { kind: 'loads', block };
  }
  const unseen = blocks.length === 0 ? unseenReason(facts) : undefined;
  return unseen === undefined
    ? { kind: 'refused', reason: 'it holds none', block: undefined }
    : { kind: 'refused', reason: unseen, block: undefined, unseen: true };
}

function blocksSeenByOpenssl(facts: PemFacts): readonly PemBlock[] {
  if (facts.form !== 'pem') return [];
  return facts.blocks.filter((block) => !(facts.byteOrderMark && block.line === 0));
}
