/** Loads a private key that is there already, for signing or for writing it in another form. Never logged, never kept. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Files } from '../host/host';

/** An RSA key of 16384 bits in PEM has about 13 kB. */
const KEY_FILE_MAX = 64 * 1024;
const MODULUS_MIN = 1024;

/** A file that can't be used for what is asked; `message` is for people, ends in a full stop, and quotes no content. */
export class Unusable extends Error {
  constructor(
    message: string,
    /** What would help: a passphrase, or another one. */
    readonly passphrase?: 'needed' | 'wrong',
  ) {
    super(message);
  }
}

/**
 * The private key in a PEM file.
 * @throws Unusable when there is none, or it needs a passphrase that isn't given or is wrong
 */
export async function loadKey(
  path: string,
  files: Pick<Files, 'read'>,
  passphrase?: string,
): Promise<KeyObject> {
  const read = await files.read(path, KEY_FILE_MAX);
  if (!read.ok) throw new Unusable(`The private key ${path} can't be read (${read.problem}).`);
  const bytes = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
  try {
    return parse(bytes, path, passphrase);
  } finally {
    bytes.fill(0);
  }
}

function parse(bytes: Buffer, path: string, passphrase: string | undefined): KeyObject {
  const encrypted = bytes.includes('ENCRYPTED');
  if (encrypted && !passphrase) {
    throw new Unusable(
      `${path} is protected by a passphrase, which no Mender service can ask for.`,
      'needed',
    );
  }
  try {
    return createPrivateKey(encrypted ? { key: bytes, passphrase } : bytes);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // What node says may quote its input, so only its code is looked at. Electron can't do every cipher.
    if (encrypted && /UNSUPPORTED|UNKNOWN_CIPHER/.test(code)) {
      throw new Unusable(`${path} is encrypted in a way that can't be read here.`);
    }
    if (encrypted) throw new Unusable(`The passphrase does not open ${path}.`, 'wrong');
    throw new Unusable(`${path} holds no private key that can be read.`);
  }
}

/**
 * The same, where a TLS certificate is to be made for it.
 * @throws Unusable as well for a key that TLS clients don't take
 */
export async function loadTlsKey(path: string, files: Pick<Files, 'read'>): Promise<KeyObject> {
  const key = await loadKey(path, files);
  if (!isTlsKey(key)) {
    throw new Unusable(`${path} is not an RSA or EC private key, and certificates are made for those only.`);
  }
  return key;
}

function isTlsKey(key: KeyObject): boolean {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return (modulusLength ?? 0) >= MODULUS_MIN;
  return key.asymmetricKeyType === 'ec' && TLS_CURVES.includes(namedCurve ?? '');
}

/** What TLS clients and nginx know; the names are OpenSSL's. */
export const TLS_CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];
