import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import type { PemBlock, PrivateKeyBlock } from '../../../server/src/pki/types';
import { openssl, temporaryDirectory } from '../openssl';

const BEGIN_CERTIFICATE = '-----BEGIN CERTIFICATE-----';

const place = temporaryDirectory();
const at = (name: string) => path.join(place.path, name);
const bytesOf = (name: string) => readFile(at(name));

async function blockOf(name: string): Promise<PemBlock> {
  const facts = readPem(await bytesOf(name));
  const [block] = facts.blocks;
  if (facts.blocks.length !== 1 || block === undefined)
    throw new Error(`${name}: ${facts.blocks.length} blocks`);
  return block;
}

/** SHA-256 of the SubjectPublicKeyInfo, as openssl sees it. */
async function opensslFingerprint(...pubkeyCommand: string[]): Promise<string> {
  await openssl(...pubkeyCommand, '-out', at('asked.pub'));
  await openssl('pkey', '-pubin', '-in', at('asked.pub'), '-outform', 'DER', '-out', at('asked.der'));
  const said = await openssl('dgst', '-sha256', '-r', at('asked.der'));
  return said.slice(0, 64);
}

beforeAll(async () => {
  await place.create();
  await openssl('genrsa', '-traditional', '-out', at('rsa1.pem'), '2048');
  await openssl('pkcs8', '-topk8', '-nocrypt', '-in', at('rsa1.pem'), '-out', at('rsa8.pem'));
  await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-out', at('ec-params.pem'));
  await openssl('ec', '-in', at('ec-params.pem'), '-out', at('sec1.pem'));
  await openssl('pkcs8', '-topk8', '-nocrypt', '-in', at('sec1.pem'), '-out', at('ec8.pem'));
  for (const kind of ['ed25519', 'ed448', 'x25519']) {
    await openssl('genpkey', '-algorithm', kind, '-out', at(`${kind}.pem`));
  }
  await openssl('genpkey', '-algorithm', 'RSA-PSS', '-out', at('pss.pem'));
  await openssl(
    ...['req', '-x509', '-key', at('rsa8.pem'), '-days', '100', '-subj', '/O=Ours/CN=one.example.com'],
    ...['-addext', 'subjectAltName=DNS:one.example.com,DNS:*.two.example.com,IP:10.1.2.3,IP:fd00::1'],
    ...['-addext', 'keyUsage=digitalSignature,keyEncipherment', '-addext', 'extendedKeyUsage=serverAuth'],
    ...['-out', at('cert.pem')],
  );
  await openssl(
    'req',
    '-new',
    '-key',
    at('ec8.pem'),
    '-subj',
    '/CN=asked.example.com',
    '-out',
    at('csr.pem'),
  );
});

afterAll(() => place.remove());

describe('private keys', () => {
  it.each([
    ['rsa1.pem', 'pkcs1', 'rsa', 2048, undefined],
    ['rsa8.pem', 'pkcs8', 'rsa', 2048, undefined],
    ['pss.pem', 'pkcs8', 'rsa-pss', 2048, undefined],
    ['sec1.pem', 'sec1', 'ec', 256, 'prime256v1'],
    ['ec8.pem', 'pkcs8', 'ec', 256, 'prime256v1'],
    ['ed25519.pem', 'pkcs8', 'ed25519', undefined, undefined],
    ['ed448.pem', 'pkcs8', 'ed448', undefined, undefined],
    ['x25519.pem', 'pkcs8', 'x25519', undefined, undefined],
  ])('%s is %s of %s', async (name, encoding, algorithm, bits, curve) => {
    const { go, ...block } = (await blockOf(name)) as PrivateKeyBlock;
    expect(go === undefined).toBe(algorithm !== 'rsa');
    expect(block).toEqual({
      label: { pkcs1: 'RSA PRIVATE KEY', sec1: 'EC PRIVATE KEY' }[encoding] ?? 'PRIVATE KEY',
      line: 0,
      kind: 'private-key',
      damaged: false,
      encoding,
      encrypted: false,
      algorithm,
      bits,
      curve,
      publicKeyFingerprint: await opensslFingerprint('pkey', '-pubout', '-in', at(name)),
    });
  });

  it('knows one key in two encodings for the same', async () => {
    const [one, eight] = [await blockOf('rsa1.pem'), await blockOf('rsa8.pem')];
    expect(one).toHaveProperty('publicKeyFingerprint', expect.stringMatching(/^[0-9a-f]{64}$/));
    expect(eight).toHaveProperty(
      'publicKeyFingerprint',
      (one as { publicKeyFingerprint?: string }).publicKeyFingerprint,
    );
  });

  it('tells encrypted keys of both kinds', async () => {
    await openssl(
      'pkcs8',
      '-topk8',
      '-passout',
      'pass:secret',
      '-in',
      at('rsa1.pem'),
      '-out',
      at('enc8.pem'),
    );
    await openssl(
      ...['rsa', '-aes256', '-traditional', '-passout', 'pass:secret'],
      ...['-in', at('rsa1.pem'), '-out', at('enc1.pem')],
    );
    const encrypted = {
      kind: 'private-key',
      damaged: false,
      encrypted: true,
      publicKeyFingerprint: undefined,
    };
    expect(await blockOf('enc8.pem')).toMatchObject({
      ...encrypted,
      encoding: 'encrypted-pkcs8',
      algorithm: undefined,
    });
    expect(await blockOf('enc1.pem')).toMatchObject({
      ...encrypted,
      encoding: 'encrypted-legacy',
      algorithm: 'rsa',
    });
  });

  it('passes curve parameters that come before the key', async () => {
    const { blocks } = readPem(await bytesOf('ec-params.pem'));
    expect(blocks.map((block) => block.kind)).toEqual(['parameters', 'private-key']);
    expect(blocks.map((block) => block.line)).toEqual([0, 3]);
  });

  it.each(['rsa1.pem', 'rsa8.pem', 'sec1.pem', 'ec8.pem'])(
    'sees a flipped bit in %s as openssl does',
    async (name) => {
      const lines = (await readFile(at(name), 'latin1')).trim().split('\n');
      const der = Buffer.from(lines.slice(1, -1).join(''), 'base64');
      const disagreements: number[] = [];
      // Every position would take minutes: one in each stretch of the file, the headers densely.
      const step = Math.ceil(der.length / 24);
      for (let index = 0; index < der.length; index += index < 10 ? 3 : step) {
        const flipped = Buffer.from(der);
        flipped[index] = (flipped[index] ?? 0) ^ 0x10;
        const text = [
          lines[0],
          ...(flipped.toString('base64').match(/.{1,64}/g) ?? []),
          lines.at(-1),
          '',
        ].join('\n');
        await writeFile(at('flipped.pem'), text);
        const fine = await openssl('pkey', '-check', '-noout', '-in', at('flipped.pem')).then(
          () => true,
          () => false,
        );
        const block = (await blockOf('flipped.pem')) as PrivateKeyBlock;
        // What computes those values anew does without them, so they alone don't make a key damaged.
        const ours = !block.damaged && block.go?.wrongCrt !== true;
        // A curve that isn't known here can't be judged.
        const unknown = ours && block.algorithm === 'ec' && block.bits === undefined;
        if (fine !== ours && !unknown) disagreements.push(index);
      }
      expect(disagreements).toEqual([]);
    },
  );
});

describe('certificates, requests, public keys', () => {
  it('tells what openssl tells of a certificate', async () => {
    const block = await blockOf('cert.pem');
    const dates = await openssl('x509', '-noout', '-dates', '-in', at('cert.pem'));
    const fingerprint = await openssl('x509', '-noout', '-fingerprint', '-sha256', '-in', at('cert.pem'));
    const serial = await openssl('x509', '-noout', '-serial', '-in', at('cert.pem'));
    expect(block).toMatchObject({
      kind: 'certificate',
      damaged: false,
      algorithm: 'rsa',
      bits: 2048,
      subjectCommonName: 'one.example.com',
      issuerCommonName: 'one.example.com',
      subjectAltNames: { dns: ['one.example.com', '*.two.example.com'], ip: ['10.1.2.3', 'fd00::1'] },
      notBefore: Date.parse(/notBefore=(.*)/.exec(dates)?.[1] ?? ''),
      notAfter: Date.parse(/notAfter=(.*)/.exec(dates)?.[1] ?? ''),
      signatureAlgorithm: 'sha256WithRSAEncryption',
      // what `openssl req -x509` makes when not told otherwise
      isCa: true,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['serverAuth'],
      serial: serial.trim().replace('serial=', '').toLowerCase().replace(/^00/, ''),
      certificateFingerprint: fingerprint.split('=')[1]?.trim().replaceAll(':', '').toLowerCase(),
      publicKeyFingerprint: await opensslFingerprint('pkey', '-pubout', '-in', at('rsa8.pem')),
    });
    expect(block.kind === 'certificate' && !block.damaged && block.subjectKey === block.issuerKey).toBe(true);
  });

  it.each([
    ['sha1', 'sha1WithRSAEncryption'],
    ['md5', 'md5WithRSAEncryption'],
    ['sha512', 'sha512WithRSAEncryption'],
  ])('tells a signature by %s', async (digest, name) => {
    await openssl(
      'req',
      '-x509',
      `-${digest}`,
      '-key',
      at('rsa8.pem'),
      '-subj',
      '/CN=a',
      '-out',
      at('signed.pem'),
    );
    expect(await blockOf('signed.pem')).toMatchObject({ signatureAlgorithm: name });
  });

  it.each([
    ['ec8.pem', 'ecdsa-with-SHA256', 'ec'],
    ['ed25519.pem', 'ED25519', 'ed25519'],
    ['ed448.pem', 'ED448', 'ed448'],
  ])('reads a certificate of %s without alternative names', async (key, signatureAlgorithm, algorithm) => {
    await openssl(
      'req',
      '-x509',
      '-key',
      at(key),
      '-subj',
      '/CN=a',
      '-days',
      '40000',
      '-out',
      at('other.pem'),
    );
    const block = await blockOf('other.pem');
    expect(block).toMatchObject({
      signatureAlgorithm,
      algorithm,
      subjectAltNames: { dns: [], ip: [] },
      keyUsage: undefined,
    });
    const end = await openssl('x509', '-noout', '-enddate', '-in', at('other.pem'));
    expect(block).toHaveProperty('notAfter', Date.parse(end.replace('notAfter=', '')));
  });

  it('reads requests and public keys', async () => {
    const print = await opensslFingerprint('pkey', '-pubout', '-in', at('ec8.pem'));
    expect(await blockOf('csr.pem')).toMatchObject({
      kind: 'request',
      subjectCommonName: 'asked.example.com',
      publicKeyFingerprint: print,
    });
    await openssl('pkey', '-pubout', '-in', at('ec8.pem'), '-out', at('pub.pem'));
    expect(await blockOf('pub.pem')).toMatchObject({
      kind: 'public-key',
      encoding: 'spki',
      publicKeyFingerprint: print,
    });
    await openssl('rsa', '-in', at('rsa1.pem'), '-RSAPublicKey_out', '-out', at('pub1.pem'));
    expect(await blockOf('pub1.pem')).toMatchObject({
      kind: 'public-key',
      encoding: 'pkcs1',
      algorithm: 'rsa',
    });
  });
});

describe('files as people have them', () => {
  it('reads through line ends, marks, text around, several blocks', async () => {
    const [key, certificate] = [
      await readFile(at('rsa1.pem'), 'utf8'),
      await readFile(at('cert.pem'), 'utf8'),
    ];
    const kinds = (text: string) =>
      readPem(Buffer.from(text)).blocks.map((block) => [block.kind, block.damaged]);
    const both = [
      ['certificate', false],
      ['private-key', false],
    ];
    expect(kinds(certificate + key)).toEqual(both);
    expect(kinds((certificate + key).replaceAll('\n', '\r\n'))).toEqual(both);
    expect(kinds(`Bag Attributes\n  name: x\n${certificate}\nsome words\n${key}the end`)).toEqual(both);
    expect(kinds(certificate.trimEnd())).toEqual([['certificate', false]]);
    const marked = readPem(Buffer.from(`\ufeff${certificate}`));
    expect([marked.form, marked.byteOrderMark, marked.blocks.length]).toEqual(['pem', true, 1]);
    // Neither OpenSSL nor Go finds an indented block.
    expect(readPem(Buffer.from(certificate.replaceAll(/^/gm, '  '))).form).toBe('text');
  });

  it('says what a file is that is no PEM', async () => {
    await openssl('x509', '-in', at('cert.pem'), '-outform', 'DER', '-out', at('cert.der'));
    await openssl('pkey', '-in', at('rsa1.pem'), '-outform', 'DER', '-out', at('key.der'));
    const form = (bytes: Uint8Array) => {
      const facts = readPem(bytes);
      return [facts.form, facts.blocks.map((block) => block.kind)];
    };
    expect(form(await bytesOf('cert.der'))).toEqual(['der', ['certificate']]);
    expect(form(await bytesOf('key.der'))).toEqual(['der', ['private-key']]);
    expect(form(Buffer.from(await readFile(at('cert.pem'), 'utf8'), 'utf16le'))).toEqual([
      'utf-16',
      ['certificate'],
    ]);
    expect(form(Buffer.alloc(0))).toEqual(['empty', []]);
    expect(form(Buffer.from(' \r\n\n'))).toEqual(['empty', []]);
    expect(form(Buffer.from('hello'))).toEqual(['text', []]);
    expect(form(Buffer.from([0, 1, 2, 3]))).toEqual(['binary', []]);
  });

  it('says how a block is damaged', async () => {
    const certificate = (await readFile(at('cert.pem'), 'utf8')).trim();
    const lines = certificate.split('\n');
    const reasonOf = (text: string) => {
      const [block] = readPem(Buffer.from(text)).blocks;
      return block?.damaged ? block.reason : 'not damaged';
    };
    expect(reasonOf(lines.slice(0, -1).join('\n'))).toContain('END line is missing');
    expect(reasonOf([...lines.slice(0, 4), lines.at(-1)].join('\n'))).toContain('cut off');
    expect(reasonOf(certificate.replace('END CERTIFICATE', 'END PRIVATE KEY'))).toContain(
      'ends as PRIVATE KEY',
    );
    expect(reasonOf(`${BEGIN_CERTIFICATE}\n!!!\n-----END CERTIFICATE-----`)).toContain('not base64');
    expect(reasonOf(`${BEGIN_CERTIFICATE}\n-----END CERTIFICATE-----`)).toContain('nothing between');
    expect(reasonOf(certificate.replaceAll('CERTIFICATE', 'PRIVATE KEY'))).toContain(
      'its content is a certificate',
    );
    // A block that never ends doesn't swallow the next one.
    const two = readPem(Buffer.from(`${lines.slice(0, 5).join('\n')}\n${certificate}`));
    expect(two.blocks.map((block) => block.damaged)).toEqual([true, false]);
  });

  it('never throws, whatever the bytes', async () => {
    const whole = Buffer.concat([
      await bytesOf('cert.pem'),
      await bytesOf('ec8.pem'),
      await bytesOf('csr.pem'),
    ]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc
            .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
            .map((changes) => {
              const changed = Buffer.from(whole);
              for (const [index, byte] of changes) changed[index] = byte;
              return changed;
            }),
          fc.nat(whole.length).map((length) => whole.subarray(0, length)),
        ),
        (bytes) => Array.isArray(readPem(bytes).blocks),
      ),
      { numRuns: 500 },
    );
  });
});
