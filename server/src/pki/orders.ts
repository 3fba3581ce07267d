/** What can be asked of key generation, and what it answers. Paths are absolute, of the host's kind. */

/** RSA sizes in bits. 3072 by default: NIST SP 800-57 part 1 rates it 128-bit, good beyond 2030. */
export const DEFAULT_RSA_BITS = 3072;
/** The validity that Mender's documentation uses, about ten years. */
export const DEFAULT_DAYS = 3650;

/** A private key that signs tokens: RSA, written as PKCS#1, which every Mender release loads. */
export interface TokenKeyOrder {
  readonly kind: 'token-key';
  readonly keyPath: string;
  readonly bits?: number;
}

/** A new private key and a self-signed certificate for it. Neither path may exist. */
export interface TlsPairOrder {
  readonly kind: 'tls-pair';
  readonly keyPath: string;
  readonly certificatePath: string;
  /** DNS names, `*.` wildcards and IP addresses; at least one. The first is the common name. */
  readonly names: readonly string[];
  readonly days?: number;
  readonly bits?: number;
}

/** A self-signed certificate for a private key that is there already (RSA only, unencrypted). */
export interface CertificateOrder {
  readonly kind: 'certificate';
  /** existing, read only */
  readonly keyPath: string;
  readonly certificatePath: string;
  readonly names: readonly string[];
  readonly days?: number;
}

export type KeyOrder = TokenKeyOrder | TlsPairOrder | CertificateOrder;

/** One file made. */
export interface MadeFile {
  readonly path: string;
  readonly kind: 'private-key' | 'certificate';
  /** permission bits it was created with */
  readonly mode: number;
}

export interface MakeOptions {
  /** Nothing is written outside this directory, symbolic links resolved. */
  readonly root: string;
  readonly signal?: AbortSignal;
  /** Called before each key and after the last: how many of how many orders are done, and which comes. */
  readonly progress?: (done: number, total: number, label: string) => void;
}

export type MakeAnswer =
  | {
      readonly ok: true;
      readonly made: readonly MadeFile[];
      /** Files of the orders that were there already, left untouched; their orders were not carried out. */
      readonly kept: readonly string[];
    }
  /** Nothing of this operation is left on disk. `message` says what is wrong, where, and what to do. */
  | { readonly ok: false; readonly cancelled: boolean; readonly message: string };
