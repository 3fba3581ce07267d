/** What an authority signs, requests, EC keys, conversions and bundles; judged by openssl. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import type { KeyRequest, MakeAnswer } from '../../../server/src/pki/generate/requests';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { openssl, temporaryDirectory } from '../openssl';

const directory = temporaryDirectory();
const at = (...parts: string[]) => path.join(directory.path, ...parts);
const NAMES = ['mender.example.com', '*.s3.example.com', '192.0.2.7', '2001:db8::7'];
const text = (...parts: string[]) => readFile(at(...parts), 'utf8');

async function made(...orders: KeyRequest[]): Promise<MakeAnswer> {
  const answer = await make(orders, nodeHost(), { root: directory.path });
  expect(answer).toMatchObject({ ok: true });
  return answer;
}

beforeAll(async () => {
  await directory.create();
  await mkdir(at('ca'));
  // A root, and an intermediate authority whose key is encrypted.
  await openssl(
    ...[
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '400',
      '-subj',
      '/O=Test/CN=Root',
      '-addext',
      'keyUsage=critical,keyCertSign',
    ],
    ...['-keyout', at('ca', 'root.key'), '-out', at('ca', 'root.crt')],
  );
  await openssl(
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-subj', '/CN=Middle'],
    ...['-passout', 'pass:open sesame', '-keyout', at('ca', 'middle.key'), '-out', at('ca', 'middle.csr')],
  );
  await writeFile(
    at('ca', 'ext'),
    'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
  );
  await openssl(
    ...[
      'x509',
      '-req',
      '-in',
      at('ca', 'middle.csr'),
      '-CA',
      at('ca', 'root.crt'),
      '-CAkey',
      at('ca', 'root.key'),
    ],
    ...['-days', '90', '-extfile', at('ca', 'ext'), '-out', at('ca', 'middle.crt')],
  );
  await writeFile(at('ca', 'chain.crt'), (await text('ca', 'middle.crt')) + (await text('ca', 'root.crt')));
}, 60_000);
afterAll(() => directory.remove());

describe('EC keys', () => {
  it('are P-256 in PKCS#8, with a certificate that openssl verifies strictly', async () => {
    await made({
      kind: 'tls-pair',
      algorithm: 'ec',
      keyPath: at('ec', 'key.pem'),
      certificatePath: at('ec', 'cert.pem'),
      names: NAMES,
    });
    expect(await text('ec', 'key.pem')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const printed = await openssl('x509', '-in', at('ec', 'cert.pem'), '-noout', '-text');
    expect(printed).toContain('ASN1 OID: prime256v1');
    expect(printed).toContain('Signature Algorithm: ecdsa-with-SHA256');
    expect(
      await openssl(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        'mender.example.com',
        '-CAfile',
        at('ec', 'cert.pem'),
        at('ec', 'cert.pem'),
      ),
    ).toContain('OK');
  });

  it('get a new certificate when theirs is renewed', async () => {
    await made({
      kind: 'certificate',
      keyPath: at('ec', 'key.pem'),
      certificatePath: at('ec', 'renewed.pem'),
      names: ['a.example.com'],
    });
    const certificate = new X509Certificate(await text('ec', 'renewed.pem'));
    expect(certificate.checkPrivateKey(createPrivateKey(await text('ec', 'key.pem')))).toBe(true);
    expect(certificate.subjectAltName).toBe('DNS:a.example.com');
  });
});

describe('an authority', () => {
  const middle = () => ({
    certificatePath: at('ca', 'chain.crt'),
    keyPath: at('ca', 'middle.key'),
    passphrase: 'open sesame',
  });

  it.each(['rsa', 'ec'] as const)(
    'signs a certificate for a new %s key, with the chain behind it',
    async (algorithm) => {
      const file = (name: string) => at(`signed-${algorithm}`, name);
      await made({
        kind: 'tls-pair',
        algorithm,
        bits: 2048,
        keyPath: file('key.pem'),
        certificatePath: file('cert.pem'),
        names: NAMES,
        authority: middle(),
      });
      const chain = await readFile(file('cert.pem'), 'utf8');
      // Leaf and intermediate; the root stays at home.
      expect(chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      const judged = await openssl(
        ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'x.s3.example.com'],
        ...['-CAfile', at('ca', 'root.crt'), '-untrusted', file('cert.pem'), file('cert.pem')],
      );
      expect(judged).toContain('OK');
      const printed = await openssl('x509', '-in', file('cert.pem'), '-noout', '-text');
      expect(printed).toContain('Signature Algorithm: ecdsa-with-SHA384');
      expect(printed).toContain('2001:DB8:0:0:0:0:0:7');
      // It does not outlive its issuer, however many days were asked for.
      const leaf = new X509Certificate(chain);
      const issuer = new X509Certificate(await text('ca', 'middle.crt'));
      expect(leaf.validTo).toBe(issuer.validTo);
    },
  );

  it('signs with a root of its own, an RSA one', async () => {
    await made({
      kind: 'tls-pair',
      bits: 2048,
      keyPath: at('rooted', 'key.pem'),
      certificatePath: at('rooted', 'cert.pem'),
      names: ['mender.example.com'],
      days: 10,
      authority: { certificatePath: at('ca', 'root.crt'), keyPath: at('ca', 'root.key') },
    });
    expect((await text('rooted', 'cert.pem')).match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    expect(
      await openssl('verify', '-x509_strict', '-CAfile', at('ca', 'root.crt'), at('rooted', 'cert.pem')),
    ).toContain('OK');
  });

  it.each([
    ['without its passphrase', { passphrase: undefined }, 'needed', 'passphrase'],
    ['with a wrong passphrase', { passphrase: 'sesame' }, 'wrong', 'does not open'],
  ])('does not sign %s', async (_, given, passphrase, words) => {
    const answer = await make(
      [
        {
          kind: 'tls-pair',
          keyPath: at('no', 'key.pem'),
          certificatePath: at('no', 'cert.pem'),
          names: ['a'],
          authority: { ...middle(), ...given },
        },
      ],
      nodeHost(),
      { root: directory.path },
    );
    expect(answer).toMatchObject({ ok: false, passphrase, message: expect.stringContaining(words) });
    await expect(stat(at('no'))).rejects.toThrow();
  });

  it('does not sign with a certificate of no authority, with another key, or with an expired one', async () => {
    const self = { keyPath: at('ec', 'key.pem'), certificatePath: at('ec', 'cert.pem') };
    const other = { keyPath: at('ec', 'key.pem'), certificatePath: at('ca', 'root.crt') };
    const late = { ...nodeHost(), now: () => Date.now() + 500 * 86_400_000 };
    const root = { keyPath: at('ca', 'root.key'), certificatePath: at('ca', 'root.crt') };
    for (const [authority, words, host] of [
      [self, 'not that of an authority', nodeHost()],
      [other, 'is not the private key of', nodeHost()],
      [root, 'has expired', late],
    ] as const) {
      const answer = await make(
        [
          {
            kind: 'certificate',
            keyPath: at('ec', 'key.pem'),
            certificatePath: at('never.pem'),
            names: ['a.example.com'],
            authority,
          },
        ],
        host,
        { root: directory.path },
      );
      expect(answer).toMatchObject({ ok: false, message: expect.stringContaining(words) });
    }
  });
});

describe('requests', () => {
  it.each([
    ['a new RSA key', { newKey: true, bits: 2048 }],
    ['a new EC key', { newKey: true, algorithm: 'ec' }],
  ] as const)('for %s verify, and ask for all names and for TLS servers', async (title, options) => {
    const file = (name: string) => at(title, name);
    const order: KeyRequest = {
      kind: 'request',
      keyPath: file('key.pem'),
      requestPath: file('key.csr'),
      names: NAMES,
      ...options,
    };
    await made(order);
    const printed = await openssl('req', '-in', file('key.csr'), '-noout', '-text', '-verify');
    expect(printed).toContain('Certificate request self-signature verify OK');
    for (const name of [
      'DNS:mender.example.com',
      'DNS:*.s3.example.com',
      'IP Address:192.0.2.7',
      'TLS Web Server Authentication',
    ]) {
      expect(printed).toContain(name);
    }
    expect((await stat(file('key.pem'))).mode & 0o777).toBe(0o600);
    expect(await make([order], nodeHost(), { root: directory.path })).toMatchObject({
      ok: false,
      message: expect.stringContaining('Another program created'),
    });
  });

  it('for a key that is there leave it as it is', async () => {
    const before = await text('ec', 'key.pem');
    await made({
      kind: 'request',
      keyPath: at('ec', 'key.pem'),
      requestPath: at('ec', 'key.csr'),
      names: ['b.example.com'],
      newKey: false,
    });
    expect(await text('ec', 'key.pem')).toBe(before);
    expect(await openssl('req', '-in', at('ec', 'key.csr'), '-noout', '-verify')).toContain('OK');
  });
});

describe('conversion', () => {
  it.each([
    ['PKCS#8', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], 'RSA PRIVATE KEY'],
    [
      'encrypted PKCS#8',
      ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-aes256', '-pass', 'pass:geheim'],
      'RSA PRIVATE KEY',
    ],
    [
      'encrypted EC',
      [
        'genpkey',
        '-algorithm',
        'EC',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-aes256',
        '-pass',
        'pass:geheim',
      ],
      'PRIVATE KEY',
    ],
  ])('writes a key in %s in the usual form, and leaves the old one', async (title, args, label) => {
    const [source, target] = [
      at(`${title}.pem`.replace('#', '')),
      at(`${title}-converted.pem`.replace('#', '')),
    ];
    await openssl(...args, '-out', source);
    const before = await readFile(source, 'utf8');
    await made({ kind: 'conversion', sourcePath: source, keyPath: target, passphrase: 'geheim' });
    expect(await readFile(target, 'utf8')).toMatch(new RegExp(`^-----BEGIN ${label}-----\n`));
    expect(await readFile(source, 'utf8')).toBe(before);
    expect(await openssl('pkey', '-in', target, '-pubout')).toBe(
      await openssl('pkey', '-in', source, '-passin', 'pass:geheim', '-pubout'),
    );
  });
});

describe('bundles', () => {
  it('hold each certificate once, those that are made with them too', async () => {
    await made(
      {
        kind: 'tls-pair',
        algorithm: 'ec',
        keyPath: at('two', 'key.pem'),
        certificatePath: at('two', 'cert.pem'),
        names: ['c.example.com'],
      },
      {
        kind: 'bundle',
        bundlePath: at('two', 'server.crt'),
        served: [at('two', 'cert.pem'), at('ec', 'cert.pem'), at('two', 'cert.pem')],
        roots: [],
      },
    );
    expect(await text('two', 'server.crt')).toBe(
      (await text('two', 'cert.pem')) + (await text('ec', 'cert.pem')),
    );
  });

  it('are not made of what is no certificate', async () => {
    const answer = await make(
      [{ kind: 'bundle', bundlePath: at('bad.crt'), served: [at('ec', 'key.pem')], roots: [] }],
      nodeHost(),
      { root: directory.path },
    );
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('holds no certificate') });
  });
});

describe('the reader of a key', () => {
  it('can read it in a directory that keeps others out, and nobody else can in one that does not', async () => {
    await chmod(directory.path, 0o755);
    await mkdir(at('open'), { mode: 0o755 });
    const key = (...parts: string[]): KeyRequest => ({
      kind: 'token-key',
      bits: 2048,
      keyPath: at(...parts),
      reader: 'container',
    });
    await made(key('closed', 'a.pem'), key('open', 'b.pem'));
    const mode = async (...parts: string[]) => (await stat(at(...parts))).mode & 0o777;
    expect(await mode('closed')).toBe(0o700);
    expect(await mode('closed', 'a.pem')).toBe(0o644);
    expect(await mode('open', 'b.pem')).toBe(0o600);
  });
});
