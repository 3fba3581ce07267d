/** Loads a private key that is there already, for signing or for writing it in another form. Never logged, never kept. */
import type { KeyObject } from 'node:crypto';
import type { Files } from '../../platform/platform';
import { TLS_CURVES } from '../keys/curves';
import { decryptedLegacy, decryptedPkcs8, NotDecrypted } from '../keys/decrypt';
import { privateFacts } from '../keys/key-facts';
import { readPrivateNumbers } from '../keys/key-numbers';
import { attempt, privateKeyOf } from '../keys/node-crypto';
import { contentEncoding, encodingOf } from '../keys/read-private-key';
import type { PemFacts } from '../types';
import { encodePem } from './encode';
import { readPem } from './read-pem-file';
import { type ScannedBlock, scanPem } from './scan-blocks';

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

/** Why a file can't be used, as data. */
export interface Trouble {
  /** A whole sentence for people. */
  readonly message: string;
  readonly passphrase: 'needed' | 'wrong' | undefined;
}

/** What `act` answers, or why it can't; `what` names the file where nothing more is known. */
export async function orTrouble<T>(what: string, act: () => Promise<T>): Promise<T | Trouble> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Unusable) return { message: error.message, passphrase: error.passphrase };
    return { message: `${what} could not be read.`, passphrase: undefined };
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
  if (!read.ok) throw new Unusable(`The private key ${path} cannot be read (${read.problem}).`);
  const bytes = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
  try {
    return await parse(bytes, path, passphrase);
  } finally {
    bytes.fill(0);
  }
}

async function parse(bytes: Buffer, path: string, passphrase: string | undefined): Promise<KeyObject> {
  const text = bytes.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  const block = scanPem(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (!block?.content.ok) throw unreadable(path);
  const { der } = block.content;
  const encoding = contentEncoding(der);
  const locked =
    block.encryptedHeader ||
    encoding === 'encrypted-pkcs8' ||
    (encoding === undefined && block.label === 'ENCRYPTED PRIVATE KEY');
  if (!locked) return checked(der, encoding ?? encodingOf(block.label), path);
  if (!passphrase) {
    throw new Unusable(`${path} has a passphrase, which Mender services cannot ask for.`, 'needed');
  }
  const plain = await unlocked(block, text, passphrase, path);
  try {
    const inner = contentEncoding(plain);
    // A wrong passphrase makes one in 256 keys look as if it were decrypted.
    if (inner === undefined || inner === 'encrypted-pkcs8') throw wrongPassphrase(path);
    return checked(plain, inner, path);
  } finally {
    plain.fill(0);
  }
}

/** What is behind the passphrase. */
async function unlocked(
  block: ScannedBlock,
  text: string,
  passphrase: string,
  path: string,
): Promise<Buffer> {
  const { content } = block;
  if (!content.ok) throw unreadable(path);
  try {
    if (!block.encryptedHeader) return await decryptedPkcs8(content.der, passphrase);
    const lines = text.split('\n', block.line + 8).slice(block.line + 1);
    const info = lines.find((line) => line.startsWith('DEK-Info:')) ?? '';
    return decryptedLegacy(content.der, info.slice('DEK-Info:'.length), passphrase);
  } catch (error) {
    if (error instanceof NotDecrypted && error.reason === 'unsupported')
      throw new Unusable(`${path} is encrypted in an unknown way.`);
    throw wrongPassphrase(path);
  }
}

function wrongPassphrase(path: string): Unusable {
  return new Unusable(`The passphrase does not open ${path}.`, 'wrong');
}

/** The key, once its numbers belong together. */
function checked(der: Uint8Array, encoding: 'pkcs1' | 'pkcs8' | 'sec1' | 'dsa', path: string): KeyObject {
  const numbers = attempt(() => readPrivateNumbers(der, encoding));
  if (numbers === undefined) throw unreadable(path);
  const read = privateFacts(numbers);
  if (!read.ok) throw new Unusable(`The private key in ${path} cannot be used: ${read.reason}.`);
  const key = privateKeyOf(numbers, read.point);
  if (key === undefined) throw new Unusable(`${path} contains a private key of an unknown type.`);
  return key;
}

function unreadable(path: string): Unusable {
  return new Unusable(`${path} contains no readable private key.`);
}

/** A private key as it is written: PKCS#1 for RSA, which every release and server loads, else PKCS#8. Wipe `der`. */
export function writtenKey(key: KeyObject): { readonly label: string; readonly der: Buffer } {
  return key.asymmetricKeyType === 'rsa'
    ? { label: 'RSA PRIVATE KEY', der: key.export({ type: 'pkcs1', format: 'der' }) }
    : { label: 'PRIVATE KEY', der: key.export({ type: 'pkcs8', format: 'der' }) };
}

/**
 * What the private key in a PEM file would be, once it is written anew.
 * @throws Unusable as `loadKey` does
 */
export async function factsOfConverted(
  path: string,
  files: Pick<Files, 'read'>,
  passphrase?: string,
): Promise<PemFacts> {
  const { label, der } = writtenKey(await loadKey(path, files, passphrase));
  const pem = encodePem(label, der);
  try {
    return readPem(pem);
  } finally {
    der.fill(0);
    pem.fill(0);
  }
}

/**
 * The private key in a PEM file, where a TLS certificate is to be made for it.
 * @throws Unusable as well for a key that TLS clients don't take
 */
export async function loadTlsKey(path: string, files: Pick<Files, 'read'>): Promise<KeyObject> {
  const key = await loadKey(path, files);
  if (!isTlsKey(key)) {
    throw new Unusable(`${path} is not an RSA or EC private key: certificates need one of these.`);
  }
  return key;
}

function isTlsKey(key: KeyObject): boolean {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return (modulusLength ?? 0) >= MODULUS_MIN;
  return key.asymmetricKeyType === 'ec' && TLS_CURVES.includes(namedCurve ?? '');
}
