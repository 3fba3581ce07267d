/** What can be asked of `make`, and what it answers. Paths are absolute, of the host's kind. */

import type { FileOwner, StoreAnswer, StoreOptions } from '../store/types';
import type { AuthorityFiles } from './authority';

/** RSA sizes in bits. 3072 by default: NIST SP 800-57 part 1 rates it 128-bit, good beyond 2030. */
export const DEFAULT_RSA_BITS = 3072;
/** The validity that Mender's documentation uses, about ten years. */
export const DEFAULT_DAYS = 3650;

/** How a new TLS key is made. */
export interface TlsKeyOptions {
  /** `ec` is P-256, as Mender's own keygen makes; `rsa` by default. */
  readonly algorithm?: 'rsa' | 'ec';
  /** of RSA keys */
  readonly bits?: number;
}

/** Whom a certificate is made for, and by whom. */
export interface CertificateContent {
  /** DNS names, `*.` wildcards and IP addresses; at least one. The first is the common name. */
  readonly names: readonly string[];
  readonly days?: number;
  /** Signs it; self-signed without it. */
  readonly authority?: AuthorityFiles;
  /** A certificate in DER that this one takes the place of: its name, usages and other names are taken over. */
  readonly like?: Uint8Array;
}

/** A private key that signs tokens: RSA, written as PKCS#1, which every Mender release loads. */
export interface TokenKeyRequest extends KeyAccess {
  readonly kind: 'token-key';
  readonly keyPath: string;
  readonly bits?: number;
}

/**
 * Who has to read a private key. `container`: a service that runs as another user, through a mount of the file itself.
 * Then the file is readable to all, and its directory keeps the host's other users out; where no directory does, the
 * file is for its owner alone.
 */
export type KeyReader = 'owner' | 'container';

/** How the one who has to read a private key comes to it. */
export interface KeyAccess {
  readonly reader?: KeyReader;
  /**
   * A directory that is mounted instead of the file: it and what is made in it stay open to the service, and what keeps
   * the host's users out is a directory above it. Absolute.
   */
  readonly mounted?: string;
  /** The file is given to this user, for it alone, where no directory keeps others out. Only root can. */
  readonly owner?: FileOwner;
}

/** A new private key and a certificate for it. Neither path may exist. */
export interface TlsPairRequest extends TlsKeyOptions, CertificateContent {
  readonly kind: 'tls-pair';
  readonly keyPath: string;
  readonly certificatePath: string;
}

/** A certificate for a private key that is there already (RSA or EC, unencrypted). */
export interface CertificateForKeyRequest extends CertificateContent {
  readonly kind: 'certificate';
  /** existing, read only */
  readonly keyPath: string;
  readonly certificatePath: string;
}

/** A certificate request, for a key that is there or, with `newKey`, for one made with it. */
export interface CsrRequest extends TlsKeyOptions {
  readonly kind: 'request';
  readonly keyPath: string;
  readonly requestPath: string;
  readonly newKey: boolean;
  readonly names: readonly string[];
}

/** An existing private key in another form and without a passphrase: RSA as PKCS#1, EC as PKCS#8. */
export interface ConversionRequest extends KeyAccess {
  readonly kind: 'conversion';
  readonly sourcePath: string;
  readonly keyPath: string;
  readonly passphrase?: string;
}

/**
 * What devices trust, each certificate once. Only a certificate that signs itself makes a client trust anything
 * (OpenSSL without partial chains), so these are roots, and servers' own where they are self-signed.
 */
export interface BundleRequest {
  readonly kind: 'bundle';
  readonly bundlePath: string;
  /** What servers present; those that the same operation makes count. A client with the bundle has to accept each. */
  readonly served: readonly string[];
  /** Roots, in DER; those of `served` that sign themselves come by themselves. */
  readonly roots: readonly Uint8Array[];
}

/** A certificate that came from an authority, leaf first, then its issuers; in DER. */
export interface ChainRequest {
  readonly kind: 'chain';
  readonly certificatePath: string;
  readonly certificates: readonly Uint8Array[];
}

export type KeyRequest =
  | TokenKeyRequest
  | TlsPairRequest
  | CertificateForKeyRequest
  | CsrRequest
  | ConversionRequest
  | BundleRequest
  | ChainRequest;

/** The paths that a request creates; the one that decides who made them comes first. */
export function pathsToMake(request: KeyRequest): readonly string[] {
  switch (request.kind) {
    case 'token-key':
    case 'conversion':
      return [request.keyPath];
    case 'tls-pair':
      return [request.keyPath, request.certificatePath];
    case 'certificate':
    case 'chain':
      return [request.certificatePath];
    case 'request':
      return request.newKey ? [request.keyPath, request.requestPath] : [request.requestPath];
    case 'bundle':
      return [request.bundlePath];
  }
}

export interface MakeOptions extends StoreOptions {
  /** Nothing is written outside this directory, or those of `also`, symbolic links resolved. */
  readonly root: string;
  /** Called before each key and after the last: how many of how many requests are done, and which comes. */
  readonly progress?: (done: number, total: number, label: string) => void;
}

/**
 * A failure leaves nothing of the operation on the disk, but what it wrote to `ignore`. Its message names what is wrong,
 * where, and what to do.
 */
export type MakeAnswer =
  | Extract<StoreAnswer, { ok: true }>
  | (Extract<StoreAnswer, { ok: false }> & {
      /** What would help where an encrypted key is in the way. */
      readonly passphrase?: 'needed' | 'wrong';
    });
