/** Certificates and keys of every form, made when a run begins. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { make } from '../../server/src/pki/generate/generate';
import { memoryHost } from '../platform/memory-host';

export interface Material {
  /** By name; PEM text or DER bytes. */
  readonly bases: Readonly<Record<string, Buffer>>;
  /** Lines of private keys, of 32 characters and more, that no answer may hold. */
  readonly secrets: readonly string[];
  /** What stands in a file that a plan creates. */
  readonly made: Readonly<Record<'private-key' | 'certificate' | 'token-key', string>>;
}

/** Takes about a second. */
export async function makeMaterial(): Promise<Material> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const ed = generateKeyPairSync('ed25519').privateKey;
  const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', options = {}) =>
    key.export({ type, format: 'pem', ...options }).toString();
  const host = memoryHost({});
  host.putDirectory('/tls');
  const paths = { keyPath: '/tls/key.pem', certificatePath: '/tls/cert.pem' };
  const names = ['mender.example.com', 'mender-api-gateway', '10.0.0.1'];
  await make([{ kind: 'tls-pair', ...paths, names, bits: 2048 }], host, { root: '/tls' });
  const certificate = host.text(paths.certificatePath) ?? '';
  const key = host.text(paths.keyPath) ?? '';
  const texts: Readonly<Record<string, string>> = {
    certificate,
    key,
    pkcs1: pem(rsa, 'pkcs1'),
    pkcs8: pem(rsa, 'pkcs8'),
    sec1: pem(ec, 'sec1'),
    ed25519: pem(ed, 'pkcs8'),
    encrypted: pem(rsa, 'pkcs8', { cipher: 'aes-256-cbc', passphrase: 'not a secret' }),
    legacy: pem(rsa, 'pkcs1', { cipher: 'aes-256-cbc', passphrase: 'not a secret' }),
    both: certificate + key,
    chain: certificate + certificate,
  };
  const derOf = (text: string) => Buffer.from(text.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  const der = { 'certificate.der': derOf(certificate), 'pkcs1.der': derOf(texts.pkcs1 ?? '') };
  const secrets = Object.entries(texts)
    .filter(([name]) => !['certificate', 'chain', 'both'].includes(name))
    .flatMap(([, text]) => text.split('\n'))
    .filter((line) => line.length >= 32 && !line.includes('-'));
  return {
    bases: {
      ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)])),
      ...der,
    },
    secrets,
    made: { 'private-key': key, certificate, 'token-key': texts.pkcs1 ?? '' },
  };
}
