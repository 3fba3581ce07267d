/** Puts any bytes behind a passphrase as keys are, which node:crypto does with keys alone. */
import { createCipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { encoded, encodedInteger, encodedOid, TAG } from '../../server/src/pki/asn1/read-der';
import { encodePem } from '../../server/src/pki/pem/encode';

const SALT = Buffer.from('0123456789abcdef', 'hex');
const IV = Buffer.alloc(16, 7);
const sequence = (...parts: readonly Uint8Array[]) => encoded(TAG.sequence, ...parts);
const octets = (bytes: Uint8Array) => encoded(TAG.octetString, bytes);

function cipher(key: Buffer, bytes: Uint8Array, iv: Buffer): Buffer {
  const made = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([made.update(bytes), made.final()]);
}

/** An EncryptedPrivateKeyInfo: PBES2 with PBKDF2, HMAC-SHA-1 and AES. One round is made, whatever it says. */
export function lockedPkcs8(der: Uint8Array, passphrase: string, rounds = 1n): Buffer {
  const derivation = sequence(
    encodedOid('1.2.840.113549.1.5.12'),
    sequence(octets(SALT), encodedInteger(rounds)),
  );
  const scheme = sequence(encodedOid('2.16.840.1.101.3.4.1.2'), octets(IV));
  const algorithm = sequence(encodedOid('1.2.840.113549.1.5.13'), sequence(derivation, scheme));
  return sequence(algorithm, octets(cipher(pbkdf2Sync(passphrase, SALT, 1, 16, 'sha1'), der, IV)));
}

/** A PEM block in the old encryption of PEM itself. */
export function lockedLegacy(der: Uint8Array, label: string, passphrase: string): Buffer {
  const salt = IV.subarray(0, 8);
  const key = createHash('md5').update(passphrase).update(salt).digest();
  const headers = `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${IV.toString('hex').toUpperCase()}\n\n`;
  const text = encodePem(label, cipher(key, der, IV)).toString();
  return Buffer.from(text.replace('-----\n', `-----\n${headers}`));
}
