/**
 * Private keys behind a passphrase, decrypted by ourselves: OpenSSL would go on to load what comes out, keys that are
 * encrypted once more with a billion rounds and keys that end the process among it.
 */
import { createDecipheriv, createHash, getCipherInfo, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import {
  children,
  DerError,
  type DerValue,
  expectTag,
  integerOf,
  oidText,
  readOnly,
  TAG,
} from '../asn1/read-der';

/** Rounds of a key derivation: some seconds. OpenSSL makes 2048, careful people a million. */
const ROUNDS_MAX = 10_000_000n;
/** Rounds that are counted here, on the main thread: less than a second. */
const OWN_ROUNDS_MAX = 100_000n;
/** Bytes. OpenSSL's own scrypt takes 16 MB. */
const SCRYPT_MEMORY_MAX = 128 * 1024 * 1024;

/** `unsupported`: a cipher or key derivation that isn't known here. */
export class NotDecrypted extends Error {
  constructor(readonly reason: 'unsupported' | 'wrong-passphrase') {
    super(reason);
  }
}

const CIPHERS: Readonly<Record<string, string>> = {
  '1.2.840.113549.3.7': 'des-ede3-cbc',
  '2.16.840.1.101.3.4.1.2': 'aes-128-cbc',
  '2.16.840.1.101.3.4.1.22': 'aes-192-cbc',
  '2.16.840.1.101.3.4.1.42': 'aes-256-cbc',
};
/** HMAC with these. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
/** PKCS#12's, with SHA-1 and three keys of DES. */
const PBE_3DES = '1.2.840.113549.1.12.1.3';

/** What is in an EncryptedPrivateKeyInfo (PKCS#8). Wipe it. @throws NotDecrypted */
export async function decryptedPkcs8(der: Uint8Array, passphrase: string): Promise<Buffer> {
  try {
    const [algorithm, octets] = children(readOnly(der, TAG.sequence));
    const { content } = expectTag(octets, TAG.octetString);
    const [oid, parameters] = children(expectTag(algorithm, TAG.sequence));
    const scheme = oidText(oid);
    const parts = children(expectTag(parameters, TAG.sequence));
    if (scheme === PBE_3DES) {
      const salt = expectTag(parts[0], TAG.octetString).content;
      const rounds = roundsOf(parts[1], OWN_ROUNDS_MAX);
      const bytes = (id: number, length: number) => pkcs12Bytes(id, length, passphrase, salt, rounds);
      return decipher('des-ede3-cbc', bytes(1, 24), bytes(2, 8), content);
    }
    if (scheme !== PBES2) throw new NotDecrypted('unsupported');
    const [cipherOid, iv] = children(expectTag(parts[1], TAG.sequence));
    const cipher = CIPHERS[oidText(cipherOid)];
    if (cipher === undefined || iv?.tag !== TAG.octetString) throw new NotDecrypted('unsupported');
    const length = getCipherInfo(cipher)?.keyLength ?? 0;
    return decipher(cipher, await derived(parts[0], passphrase, length), iv.content, content);
  } catch (error) {
    throw error instanceof DerError ? new NotDecrypted('unsupported') : error;
  }
}

/**
 * What is in a block of the old encryption of PEM: `info` is its header DEK-Info, such as `AES-128-CBC,0011…`. Wipe it.
 * @throws NotDecrypted
 */
export function decryptedLegacy(content: Uint8Array, info: string, passphrase: string): Buffer {
  const [, name = '', hex = ''] = /^([\w-]{1,40}),([0-9A-Fa-f]{1,64})$/.exec(info.trim()) ?? [];
  const cipher = name.toLowerCase();
  const known = /^(?:aes-(?:128|192|256)|des-ede3|des|camellia-\d{3}|aria-\d{3})-cbc$/.test(cipher);
  const length = known ? getCipherInfo(cipher)?.keyLength : undefined;
  if (length === undefined) throw new NotDecrypted('unsupported');
  const iv = Buffer.from(hex, 'hex');
  // EVP_BytesToKey: MD5, one round, and the first half of the vector for salt.
  const salt = iv.subarray(0, 8);
  let key = Buffer.alloc(0);
  for (let last = key; key.length < length; key = Buffer.concat([key, last]))
    last = createHash('md5').update(last).update(passphrase, 'utf8').update(salt).digest();
  return decipher(cipher, key.subarray(0, length), iv, content);
}

function decipher(cipher: string, key: Uint8Array, iv: Uint8Array, content: Uint8Array): Buffer {
  const { ivLength = 0 } = getCipherInfo(cipher) ?? {};
  if (iv.length !== ivLength) throw new NotDecrypted('unsupported');
  try {
    const made = createDecipheriv(cipher, key, iv);
    return Buffer.concat([made.update(content), made.final()]);
  } catch {
    // Its padding is wrong; or Electron hasn't got the cipher, which is reported as a wrong passphrase.
    throw new NotDecrypted('wrong-passphrase');
  } finally {
    key.fill(0);
  }
}

/** The key for a cipher, by PBKDF2 or scrypt off the main thread. */
async function derived(
  derivation: DerValue | undefined,
  passphrase: string,
  length: number,
): Promise<Buffer> {
  const [oid, parameters] = children(expectTag(derivation, TAG.sequence));
  const name = oidText(oid);
  const [salt, ...numbers] = children(expectTag(parameters, TAG.sequence));
  const { content } = expectTag(salt, TAG.octetString);
  if (name === PBKDF2) {
    const rounds = roundsOf(numbers[0], ROUNDS_MAX);
    const prf = numbers.find(({ tag }) => tag === TAG.sequence);
    const digest = prf === undefined ? 'sha1' : DIGESTS[oidText(children(prf)[0])];
    if (digest === undefined) throw new NotDecrypted('unsupported');
    return promisify(pbkdf2)(passphrase, content, rounds, length, digest);
  }
  if (name !== SCRYPT) throw new NotDecrypted('unsupported');
  const [N, r, p] = [0, 1, 2].map((at) => roundsOf(numbers[at], ROUNDS_MAX));
  if (N === undefined || r === undefined || p === undefined || 128 * N * r > SCRYPT_MEMORY_MAX || p > 16)
    throw new NotDecrypted('unsupported');
  const options = { N, r, p, maxmem: 2 * SCRYPT_MEMORY_MAX };
  return new Promise((resolve, reject) => {
    try {
      scrypt(passphrase, content, length, options, (error, key) => (error ? reject(error) : resolve(key)));
    } catch {
      reject(new NotDecrypted('unsupported'));
    }
  });
}

function roundsOf(value: DerValue | undefined, most: bigint): number {
  const rounds = integerOf(value);
  if (rounds < 1n || rounds > most) throw new NotDecrypted('unsupported');
  return Number(rounds);
}

/** RFC 7292, appendix B.2, with SHA-1; `id` 1 makes a key, 2 a vector. */
function pkcs12Bytes(
  id: number,
  length: number,
  passphrase: string,
  salt: Uint8Array,
  rounds: number,
): Buffer {
  const block = 64;
  const filled = (bytes: Uint8Array) =>
    bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(block * Math.ceil(bytes.length / block), bytes);
  const text = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  const input = Buffer.concat([filled(salt), filled(text)]);
  let made = Buffer.alloc(0);
  while (made.length < length) {
    let digest = createHash('sha1').update(Buffer.alloc(block, id)).update(input).digest();
    for (let round = 1; round < rounds; round++) digest = createHash('sha1').update(digest).digest();
    made = Buffer.concat([made, digest]);
    // Each block of the input, plus the digest repeated, plus one.
    const addend = Buffer.alloc(block, digest);
    for (let from = 0; from < input.length; from += block) {
      let carry = 1;
      for (let at = block - 1; at >= 0; at--) {
        carry += (input[from + at] ?? 0) + (addend[at] ?? 0);
        input[from + at] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return made.subarray(0, length);
}
