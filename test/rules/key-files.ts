/** Keys and certificates of all sorts on a disk in memory, made here and now: none is committed. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { children, encoded, readOnly, TAG } from '../../server/src/pki/asn1/read-der';
import { make } from '../../server/src/pki/generate/generate';
import { encodePem } from '../../server/src/pki/pem/encode';
import { type MemoryHost, memoryHost } from '../platform/memory-host';

const PASSPHRASE = { cipher: 'aes-256-cbc', passphrase: 'not a secret' };

const text = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', options = {}) =>
  key.export({ type, format: 'pem', ...options }).toString();
const rsa = (bits: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }).privateKey;
/** The same key with wrong values for the Chinese remainder theorem. */
function withWrongCrt(key: KeyObject): Buffer {
  const parts = children(readOnly(key.export({ type: 'pkcs1', format: 'der' }), TAG.sequence));
  const one = Buffer.of(TAG.integer, 1, 1);
  const whole = parts.map((part, at) => (at === 6 ? one : part.whole));
  return encodePem('RSA PRIVATE KEY', encoded(TAG.sequence, ...whole));
}
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

/** A certificate and its key, valid at the memory host's time, for `mender.example.com`. */
async function pair(): Promise<{ readonly certificate: string; readonly key: string }> {
  const host = memoryHost({});
  host.putDirectory('/tls');
  const names = ['mender.example.com', 'mender-api-gateway'];
  const paths = { keyPath: '/tls/key.pem', certificatePath: '/tls/cert.pem' };
  await make([{ kind: 'tls-pair', ...paths, names, bits: 2048 }], host, { root: '/tls' });
  return {
    certificate: host.text(paths.certificatePath) ?? '',
    key: host.text(paths.keyPath) ?? '',
  };
}

/**
 * Puts one file of each kind into `/project/keys`, private keys with mode 0600 except `open.pem`, and a git
 * repository into `/project/repository`.
 */
export async function keyFiles(): Promise<(host: MemoryHost) => void> {
  const { certificate, key } = await pair();
  const good = rsa(2048);
  const other = rsa(2048);
  const pkcs1 = text(good, 'pkcs1');
  const pkcs8 = text(other, 'pkcs8');
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'rsa.pem': pkcs1,
    'pkcs8.pem': pkcs8,
    'weak.pem': text(rsa(1024), 'pkcs1'),
    'short.pem': text(rsa(512), 'pkcs1'),
    'exponent.pem': text(rsa(1024, 2 ** 31 + 11), 'pkcs1'),
    'wrong-crt.pem': withWrongCrt(other),
    'cr-cr-lf.pem': pkcs1.replaceAll('\n', '\r\r\n'),
    'byte-order-mark.pem': `\uFEFF${pkcs1}`,
    'after-text.pem': `\uFEFFThe key:\r\n${pkcs1.replaceAll('\n', '\r\n')}`,
    'indented.pem': `key ${pkcs1}`,
    'ec.pem': text(ec('prime256v1'), 'sec1'),
    'ed25519.pem': text(ed25519, 'pkcs8'),
    'encrypted.pem': text(good, 'pkcs8', PASSPHRASE),
    'encrypted-legacy.pem': text(good, 'pkcs1', PASSPHRASE),
    'behind-certificate.pem': certificate + pkcs1,
    'mislabelled.pem': pkcs8.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'),
    'tls.crt': certificate,
    'tls.key': key,
    'notes.pem': 'The key is in the safe.\n',
    'empty.pem': '',
    'key.der': other.export({ type: 'pkcs1', format: 'der' }),
    'utf-16.pem': Buffer.from(`\uFEFF${pkcs1}`, 'utf16le'),
    'damaged.pem': pkcs1.replace(/\n.{20}/, '\n!!!!!!!!!!!!!!!!!!!!'),
    'large.pem': new Uint8Array(1024 * 1024 + 1).fill(45),
  };
  return (host) => {
    for (const [name, content] of Object.entries(files)) host.put(`/project/keys/${name}`, content, 0o600);
    host.put('/project/keys/open.pem', text(other, 'pkcs1'), 0o644);
    host.putDirectory('/project/keys/folder.pem');
    host.putOther('/project/keys/pipe.pem');
    host.putLink('/project/keys/circle.pem', 'circle.pem');
    host.putLink('/project/keys/dangling.pem', 'nowhere.pem');
    host.putLink('/project/keys/link.pem', 'rsa.pem');
    host.put('/project/repository/.git/HEAD', 'ref: refs/heads/main\n');
    host.put('/project/repository/.gitignore', 'ignored.pem\n');
    host.put('/project/repository/key.pem', pkcs1, 0o600);
    host.put('/project/repository/ignored.pem', pkcs1, 0o600);
  };
}
