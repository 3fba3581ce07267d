/** What token services and TLS servers make of key files. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Loaded,
  type TlsServer,
  tlsCertificateOf,
  tlsKeyOf,
} from '../../../server/src/pki/consumers/tls-server';
import { tokenKeyOf } from '../../../server/src/pki/consumers/token-service';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import { buildCertificate } from '../agreement/build-certificate';
import { openssl } from '../openssl';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;

const pem = (key: KeyObject, type: string, more: object = {}) =>
  key.export({ type, format: 'pem', ...more } as never).toString();
const locked = { cipher: 'aes-256-cbc', passphrase: 'x' };
const wrapped = (label: string, key: KeyObject, type: string) =>
  encodePem(label, key.export({ type, format: 'der' } as never) as unknown as Buffer).toString();
const certificate = encodePem(
  'CERTIFICATE',
  buildCertificate({
    subject: 'a',
    key: rsa,
    signer: rsa,
    digest: 'sha256',
    serial: 1,
    notBefore: Date.UTC(2025, 0, 1),
    notAfter: Date.UTC(2026, 0, 1),
  }),
).toString();
const junk = '-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n';

let explicit = '';
beforeAll(async () => {
  explicit = await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-param_enc', 'explicit');
});

function token(text: string): string {
  const found = tokenKeyOf(readPem(Buffer.from(text)));
  if (found.kind === 'key') return found.format;
  return found.kind === 'unknown' ? 'unknown' : `${found.kind}: ${found.reason}`;
}

describe('a token service', () => {
  it('goes by label and content of the first block', () => {
    expect(token(pem(rsa, 'pkcs1'))).toBe('rsa-pkcs1');
    expect(token(pem(rsa, 'pkcs8'))).toBe('rsa-pkcs8');
    expect(token(pem(ed, 'pkcs8'))).toBe('ed25519-pkcs8');
    expect(token(pem(ec, 'sec1'))).toBe('ec-sec1');
    expect(token(pem(ec, 'pkcs8'))).toBe('ec-pkcs8');
    expect(token(pem(rsa, 'pkcs8', locked))).toBe('encrypted');
    expect(token(pem(rsa, 'pkcs1', locked))).toBe('encrypted');
    expect(token(pem(generateKeyPairSync('ed448').privateKey, 'pkcs8'))).toBe('other');
    expect(token(pem(generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey, 'pkcs8'))).toBe(
      'other',
    );
    const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey;
    expect(token(pem(dsa, 'pkcs8'))).toBe('dsa');
    expect(token(certificate)).toBe('other');
    expect(token(certificate + pem(rsa, 'pkcs1'))).toBe('other');
    expect(token(pem(rsa, 'pkcs1') + certificate)).toBe('rsa-pkcs1');
    expect(token(`some words\n${pem(rsa, 'pkcs1')}`)).toBe('rsa-pkcs1');
  });

  it('does not read a key under the label of another encoding, which openssl may', () => {
    expect(token(wrapped('RSA PRIVATE KEY', rsa, 'pkcs8'))).toBe('other');
    expect(token(wrapped('PRIVATE KEY', rsa, 'pkcs1'))).toBe('other');
    expect(token(wrapped('PRIVATE KEY', ec, 'sec1'))).toBe('other');
  });

  it('finds none where Go finds none, and passes over what Go passes over', () => {
    expect(token('')).toBe('none: undefined');
    expect(token(`\ufeff${pem(rsa, 'pkcs1')}`)).toBe('none: it begins with a byte order mark');
    expect(token(`\ufeff\n${pem(rsa, 'pkcs1')}`)).toBe('rsa-pkcs1');
    expect(token(junk)).toContain('none: its text is not base64');
    expect(token(junk + pem(rsa, 'pkcs1'))).toBe('rsa-pkcs1');
    expect(token(pem(rsa, 'pkcs1').replaceAll('\n', '\r'))).toContain('none: its lines end in CR only');
    expect(token(pem(rsa, 'pkcs1').replaceAll('\n', '\r\n'))).toBe('rsa-pkcs1');
    expect(token(encodePem('PRIVATE KEY', Buffer.from('3003020100', 'hex')).toString())).toContain(
      'damaged: ',
    );
    const der = tokenKeyOf(readPem(rsa.export({ type: 'pkcs1', format: 'der' })));
    expect(der).toEqual({ kind: 'none', reason: 'it is in DER, not in PEM' });
    const wide = tokenKeyOf(readPem(Buffer.from(pem(rsa, 'pkcs1'), 'utf16le')));
    expect(wide).toEqual({ kind: 'none', reason: 'its text is UTF-16' });
  });
});

describe('a TLS server', () => {
  const said = (loaded: Loaded<unknown>) =>
    loaded.kind === 'refused' ? `refused: ${loaded.reason}` : loaded.kind;
  const key = (text: string, server: TlsServer) => said(tlsKeyOf(readPem(Buffer.from(text)), server));
  const cert = (text: string, server: TlsServer) =>
    said(tlsCertificateOf(readPem(Buffer.from(text)), server));

  it('loads the usual keys, wherever they stand in the file', () => {
    for (const server of ['nginx', 'traefik'] as const) {
      for (const text of [pem(rsa, 'pkcs1'), pem(rsa, 'pkcs8'), pem(ec, 'sec1'), pem(ec, 'pkcs8')]) {
        expect(key(text, server)).toBe('loads');
        expect(key(certificate + text, server)).toBe('loads');
      }
      expect(cert(certificate, server)).toBe('loads');
      expect(cert(pem(rsa, 'pkcs1') + certificate, server)).toBe('loads');
      expect(key(certificate, server)).toBe('refused: it holds none');
      expect(cert(pem(rsa, 'pkcs1'), server)).toBe('refused: it holds none');
      expect(key(pem(rsa, 'pkcs1', locked), server)).toContain('refused: it is encrypted');
      expect(key(pem(rsa, 'pkcs8', locked), server)).toContain('refused: it is encrypted');
      expect(key(`\ufeff${pem(rsa, 'pkcs8')}`, server)).toBe('refused: it begins with a byte order mark');
    }
  });

  it('differs in the unusual ones', () => {
    expect(key(pem(ed, 'pkcs8'), 'traefik')).toBe('loads');
    expect(key(pem(ed, 'pkcs8'), 'nginx')).toBe('unknown');
    expect(key(explicit, 'traefik')).toContain('refused: the curve of its key is not given by name');
    const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
    expect(key(pem(koblitz, 'pkcs8'), 'traefik')).toContain('refused: Traefik does not know the curve');
    expect(key(pem(generateKeyPairSync('ed448').privateKey, 'pkcs8'), 'traefik')).toContain(
      'of the kind ed448',
    );
    // Go reads any content under any label; what OpenSSL does depends on its version.
    expect(key(wrapped('RSA PRIVATE KEY', rsa, 'pkcs8'), 'traefik')).toBe('loads');
    expect(key(wrapped('EC PRIVATE KEY', rsa, 'pkcs1'), 'traefik')).toBe('loads');
    expect(key(wrapped('RSA PRIVATE KEY', rsa, 'pkcs8'), 'nginx')).toBe('unknown');
    // Go passes over a block that it can't decode, OpenSSL stops.
    expect(key(junk + pem(rsa, 'pkcs8'), 'traefik')).toBe('loads');
    expect(key(junk + pem(rsa, 'pkcs8'), 'nginx')).toContain('refused: its text is not base64');
    const old = certificate.replaceAll('CERTIFICATE', 'X509 CERTIFICATE');
    expect(cert(old, 'nginx')).toBe('loads');
    expect(cert(old, 'traefik')).toBe('refused: it holds none');
    expect(
      key('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n', 'traefik'),
    ).toContain('not a key that TLS servers read');
  });
});
