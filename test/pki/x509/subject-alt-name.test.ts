import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSerial, selfSignedCertificate } from '../../../server/src/pki/generate/certificate';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import { type CertificateName, validateName } from '../../../server/src/pki/x509/subject-alt-name';
import { inTemporaryDirectory, openssl } from '../openssl';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

function name(input: string): CertificateName {
  const answer = validateName(input);
  if (!answer.ok) throw new Error(answer.message);
  return answer.name;
}

const certify = (inputs: readonly string[], days = 3650, now = Date.UTC(2025, 0, 1)) =>
  selfSignedCertificate({ key, names: inputs.map(name), days, now });

describe('validateName', () => {
  it.each([
    ['mender.example.com', 'dns', 'mender.example.com'],
    [' Mender.Example.COM. ', 'dns', 'mender.example.com'],
    ['localhost', 'dns', 'localhost'],
    ['*.example.com', 'dns', '*.example.com'],
    ['mender-api-gateway', 'dns', 'mender-api-gateway'],
    ['my_service', 'dns', 'my_service'],
    ['bücher.example', 'dns', 'xn--bcher-kva.example'],
    ['*.bücher.example', 'dns', '*.xn--bcher-kva.example'],
    ['例え.テスト', 'dns', 'xn--r8jz45g.xn--zckzah'],
    ['1.example.com', 'dns', '1.example.com'],
    [`${'a'.repeat(63)}.b`, 'dns', `${'a'.repeat(63)}.b`],
    ['192.168.0.1', 'ip', '192.168.0.1'],
    ['FE80:0:0::1', 'ip', 'fe80::1'],
    ['::ffff:10.0.0.1', 'ip', '::ffff:a00:1'],
    ['::1', 'ip', '::1'],
  ] as const)('takes %s', (input, kind, value) => {
    expect(validateName(input)).toEqual({ ok: true, name: { kind, value } });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['https://mender.example.com', 'URL'],
    ['mender.example.com/path', 'slash'],
    ['10.0.0.0/8', 'slash'],
    ['mender.example.com:443', 'port'],
    ['10.0.0.1:443', 'port'],
    ['[::1]:443', 'brackets'],
    ['[::1]', 'brackets'],
    ['fe80::1%eth0', 'zone'],
    ['1::2::3', 'IPv6'],
    ['user@example.com', '@'],
    ['a.example.com,b.example.com', 'list'],
    ['a b', 'white space'],
    ['a..b', 'empty part'],
    ['.a', 'empty part'],
    ['-a.example.com', 'hyphen'],
    ['a-.example.com', 'hyphen'],
    ['a!b', 'character'],
    ['300.1.1.1', 'IP address'],
    ['1.2.3', 'IP address'],
    ['*', 'wildcard'],
    ['a.*.example.com', 'wildcard'],
    ['a*.example.com', 'wildcard'],
    ['*.*.example.com', 'wildcard'],
    ['*.com', 'top-level'],
    ['*.', 'not a valid host name'],
    [`${'a'.repeat(64)}.b`, '63 characters'],
    [`${'a.'.repeat(126)}abc`, '253 characters'],
    ['xn--\u{2a6d7}', 'host name'],
  ])('refuses %j, and says what to give', (input, words) => {
    const answer = validateName(input);
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining(words) });
    expect(answer).toHaveProperty('message', expect.stringContaining('Enter a host name such as'));
  });

  it('never throws, and takes its own answers again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.ipV4(), fc.ipV6()), (input) => {
        const answer = validateName(input);
        if (answer.ok) expect(validateName(answer.name.value)).toEqual(answer);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('certificates', () => {
  it('hold whatever names are given, as openssl and our own reader read them', async () => {
    const inputs = fc
      .array(
        fc.oneof(
          fc.domain(),
          fc.ipV4(),
          fc.ipV6(),
          fc.domain().map((each) => `*.${each}`),
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .filter((all) => all.every((each) => validateName(each).ok));
    await inTemporaryDirectory(async (directory) => {
      const file = path.join(directory, 'cert.pem');
      await fc.assert(
        fc.asyncProperty(inputs, async (all) => {
          const pem = await certify(all);
          await writeFile(file, pem);
          expect(await openssl('verify', '-x509_strict', '-no_check_time', '-CAfile', file, file)).toContain(
            'OK',
          );
          const names = all.map(name);
          const [block] = readPem(pem).blocks;
          expect(block).toMatchObject({
            kind: 'certificate',
            isCa: false,
            subjectAltNames: {
              dns: names.filter((each) => each.kind === 'dns').map((each) => each.value),
              ip: names.filter((each) => each.kind === 'ip').map((each) => each.value),
            },
          });
          const certificate = new X509Certificate(pem);
          for (const each of names) {
            const asked = each.value.replace('*', 'any');
            const found =
              each.kind === 'ip'
                ? certificate.checkIP(asked)
                : certificate.checkHost(asked, { subject: 'never' });
            expect(found, asked).toBeDefined();
          }
        }),
        { numRuns: 40 },
      );
    });
  });

  it('keep the common name within 64 characters', async () => {
    const long = `${'long-'.repeat(11)}name.${'x'.repeat(20)}.example.com`;
    const subjectOf = async (...names: string[]) => new X509Certificate(await certify(names)).subject;
    expect(await subjectOf(long, 'short.example.com')).toBe('CN=short.example.com');
    expect(await subjectOf('10.0.0.1', 'second.example.com')).toBe('CN=second.example.com');
    expect(await subjectOf('10.0.0.1')).toBe('CN=10.0.0.1');
    // No empty subject: strict clients refuse an empty issuer.
    expect(await subjectOf(long)).toBe('O=Mender server');
    await inTemporaryDirectory(async (directory) => {
      const file = path.join(directory, 'cert.pem');
      await writeFile(file, await certify([long], 3650, Date.now()));
      expect(await openssl('verify', '-x509_strict', '-CAfile', file, file)).toContain('OK');
      expect(await openssl('x509', '-noout', '-checkhost', long, '-in', file)).toContain('does match');
    });
  });

  it('write dates as RFC 5280 wants them on both sides of 2050', async () => {
    await inTemporaryDirectory(async (directory) => {
      const file = path.join(directory, 'cert.pem');
      const typesAfter = async (days: number) => {
        await writeFile(file, await certify(['a.example.com'], days));
        const types = (await openssl('asn1parse', '-in', file)).match(/UTCTIME|GENERALIZEDTIME/g);
        const [block] = readPem(await readFile(file)).blocks;
        expect(block).toHaveProperty('notAfter', Date.UTC(2025, 0, 1) - 300_000 + days * 86_400_000);
        return types;
      };
      expect(await typesAfter(3650)).toEqual(['UTCTIME', 'UTCTIME']);
      expect(await typesAfter(9131)).toEqual(['UTCTIME', 'UTCTIME']);
      expect(await typesAfter(9132)).toEqual(['UTCTIME', 'GENERALIZEDTIME']);
      expect(await typesAfter(36_525)).toEqual(['UTCTIME', 'GENERALIZEDTIME']);
    });
  });

  it('have positive serials of 16 bytes, never twice', () => {
    const serials = Array.from({ length: 20_000 }, randomSerial);
    expect(serials.filter((serial) => !/^[4-7][0-9a-f]{31}$/.test(serial))).toEqual([]);
    expect(new Set(serials).size).toBe(serials.length);
  });

  it('can stand beside their predecessor in one bundle, whichever comes first', async () => {
    await inTemporaryDirectory(async (directory) => {
      const [old, fresh] = [
        await certify(['a.example.com'], 20_000),
        await certify(['a.example.com'], 20_000),
      ];
      for (const [order, bundle] of [
        [old, fresh],
        [fresh, old],
      ].entries()) {
        await writeFile(path.join(directory, `${order}.pem`), Buffer.concat(bundle));
      }
      await writeFile(path.join(directory, 'old.crt'), old);
      await writeFile(path.join(directory, 'fresh.crt'), fresh);
      for (const bundle of ['0.pem', '1.pem']) {
        for (const file of ['old.crt', 'fresh.crt']) {
          const [trusted, asked] = [path.join(directory, bundle), path.join(directory, file)];
          expect(await openssl('verify', '-x509_strict', '-CAfile', trusted, asked)).toContain('OK');
        }
      }
    });
  });
});

describe('encodePem', () => {
  it('writes what node writes', () => {
    const der = key.export({ type: 'pkcs1', format: 'der' });
    expect(encodePem('RSA PRIVATE KEY', der).toString()).toBe(key.export({ type: 'pkcs1', format: 'pem' }));
    expect(createPrivateKey(encodePem('RSA PRIVATE KEY', der)).equals(key)).toBe(true);
  });

  it('writes every length right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const lines = encodePem('X', bytes).toString().split('\n');
        expect([lines[0], ...lines.slice(-2)]).toEqual(['-----BEGIN X-----', '-----END X-----', '']);
        const body = lines.slice(1, -2);
        expect(body.join('')).toBe(Buffer.from(bytes).toString('base64'));
        expect(body.slice(0, -1).every((line) => line.length === 64)).toBe(true);
        expect(body.every((line) => line.length > 0 && line.length <= 64)).toBe(true);
      }),
    );
  });
});
