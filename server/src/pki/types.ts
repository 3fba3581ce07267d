/** What a PEM file is, in plain facts. A property that is undefined is not known: never "bad". */

export interface PemFacts {
  /**
   * How the bytes are stored. Everything but `pem` is useless to a Mender service: `der` is a certificate or key
   * without its text form, `utf-16` is what Windows PowerShell's `>` writes, `text` and `binary` are something else.
   */
  readonly form: 'pem' | 'der' | 'utf-16' | 'text' | 'binary' | 'empty';
  /** In the order of the file. With `der`, the one object that it is; with `utf-16`, what it would be as UTF-8. */
  readonly blocks: readonly PemBlock[];
  /** Of a PEM text: the blocks that programs in Go find, where those are others. */
  readonly seenByGo?: readonly PemBlock[];
  /** A UTF-8 byte order mark comes first. OpenSSL before 3.0 overlooks a block that follows it directly, as Go does. */
  readonly byteOrderMark: boolean;
}

export type KeyAlgorithm =
  | 'rsa'
  | 'rsa-pss'
  | 'ec'
  | 'ed25519'
  | 'ed448'
  | 'x25519'
  | 'x448'
  | 'dsa'
  | 'dh'
  | 'other';

export interface KeyFacts {
  readonly algorithm: KeyAlgorithm | undefined;
  /** RSA and DSA: of the modulus. EC: of the field. */
  readonly bits: number | undefined;
  /** as OpenSSL calls it, such as `prime256v1` */
  readonly curve: string | undefined;
  /** The curve is spelled out in numbers instead of being named, which Go refuses. */
  readonly explicitCurve?: boolean | undefined;
  /** The public point is compressed, which Go refuses in certificates. */
  readonly compressedPoint?: boolean | undefined;
  /**
   * Lower-case hex SHA-256 of the SubjectPublicKeyInfo in DER: the same for a key in whatever form it comes. A key on
   * a curve that is spelled out, or with its point compressed, is identified by its ordinary form.
   */
  readonly publicKeyFingerprint: string | undefined;
}

interface Block {
  /** What stands between BEGIN and the dashes; '' for DER. */
  readonly label: string;
  /** Line of BEGIN in the file, from 0. */
  readonly line: number;
  /** Why programs in Go (Mender's services, Traefik) don't find the block, a clause for people. */
  readonly hiddenFromGo?: string;
}

/** Subject alternative names. */
export interface Names {
  readonly dns: readonly string[];
  /** canonical text, see `canonicalIp` */
  readonly ip: readonly string[];
}

export interface CertificateBlock extends Block, KeyFacts {
  readonly kind: 'certificate';
  readonly damaged: false;
  /** Lower-case hex SHA-256 of the certificate in DER. */
  readonly certificateFingerprint: string;
  readonly serial: string | undefined;
  readonly subjectCommonName: string | undefined;
  readonly issuerCommonName: string | undefined;
  /** Equal exactly where two names are the same; for putting chains together. */
  readonly subjectKey: string | undefined;
  readonly issuerKey: string | undefined;
  /** undefined: not known. Empty lists: it has none. */
  readonly subjectAltNames: Names | undefined;
  /** milliseconds since the epoch */
  readonly notBefore: number | undefined;
  readonly notAfter: number | undefined;
  readonly signatureAlgorithm: string | undefined;
  /** such as `sha256` or `md5`; undefined also for algorithms without a digest of their own (Ed25519) */
  readonly signatureDigest: string | undefined;
  readonly isCa: boolean | undefined;
  /** undefined: not known, or the certificate doesn't limit its use */
  readonly keyUsage: readonly string[] | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** The certificate itself; it is public. */
  readonly der: Uint8Array;
}

export type KeyEncoding = 'pkcs1' | 'pkcs8' | 'sec1' | 'dsa' | 'encrypted-pkcs8' | 'encrypted-legacy';

/** What a program in Go answers about a key; each a clause for people, undefined where all is well. */
export interface GoLoading {
  /** Built with Go 1.23 or earlier: why it doesn't load. */
  readonly before: string | undefined;
  /** Built with Go 1.24 or later: why it doesn't load. */
  readonly since: string | undefined;
  /** The same of the key with its values for the Chinese remainder theorem computed anew. */
  readonly anew: string | undefined;
  /** Those values are wrong as they are: OpenSSL and Go up to 1.23 do without them. */
  readonly wrongCrt: boolean;
  /** Go 1.24 or later: it loads, and each signature fails. */
  readonly signs: string | undefined;
}

export interface PrivateKeyBlock extends Block, KeyFacts {
  readonly kind: 'private-key';
  readonly damaged: false;
  /** Of its content, which a wrong label may belie. */
  readonly encoding: KeyEncoding;
  /** True: a passphrase is needed, and nothing else about the key is known, save the algorithm of legacy ones. */
  readonly encrypted: boolean;
  /** Of RSA keys that aren't encrypted. */
  readonly go?: GoLoading;
}

export interface PublicKeyBlock extends Block, KeyFacts {
  readonly kind: 'public-key';
  readonly damaged: false;
  readonly encoding: 'spki' | 'pkcs1';
}

export interface RequestBlock extends Block, KeyFacts {
  readonly kind: 'request';
  readonly damaged: false;
  readonly subjectCommonName: string | undefined;
}

export interface OtherBlock extends Block {
  /** `parameters`: of a curve or Diffie-Hellman, harmless beside a key. `unknown`: OPENSSH keys, PKCS7, CRLs, … */
  readonly kind: 'parameters' | 'unknown';
  readonly damaged: false;
}

export type BlockKind = 'certificate' | 'private-key' | 'public-key' | 'request' | 'parameters' | 'unknown';

export interface DamagedBlock extends Block {
  /** What it would be by its label. */
  readonly kind: BlockKind;
  readonly damaged: true;
  /** Its text could be decoded, only the content can't be read. Go passes over a block whose text it can't decode. */
  readonly decoded: boolean;
  /** A clause for people, without the block's content: "its text is not base64". */
  readonly reason: string;
}

export type PemBlock =
  | CertificateBlock
  | PrivateKeyBlock
  | PublicKeyBlock
  | RequestBlock
  | OtherBlock
  | DamagedBlock;
