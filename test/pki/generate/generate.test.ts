import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import type { KeyRequest, MakeAnswer } from '../../../server/src/pki/generate/requests';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { inTemporaryDirectory, openssl } from '../openssl';

const host = nodeHost();

/** The document's whole deployment, with small keys for speed. */
function documentOrders(root: string): KeyRequest[] {
  return [
    {
      kind: 'tls-pair',
      keyPath: path.join(root, 'ssl/mender-api-gateway/key.pem'),
      certificatePath: path.join(root, 'ssl/mender-api-gateway/cert.pem'),
      names: ['mender.example.com', '*.mender.example.com', '10.0.0.7', 'fd00::7'],
      bits: 2048,
    },
    {
      kind: 'tls-pair',
      keyPath: path.join(root, 'ssl/storage-proxy/s3.docker.mender.io.key'),
      certificatePath: path.join(root, 'ssl/storage-proxy/s3.docker.mender.io.crt'),
      names: ['s3.docker.mender.io'],
      bits: 2048,
    },
    { kind: 'token-key', keyPath: path.join(root, 'keys/useradm-private.pem'), bits: 2048 },
    { kind: 'token-key', keyPath: path.join(root, 'keys/deviceauth-private.pem'), bits: 2048 },
  ];
}

function made(answer: MakeAnswer): Extract<MakeAnswer, { ok: true }> {
  if (!answer.ok) throw new Error(answer.message);
  return answer;
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o7777;
}

describe('make, on the real disk', () => {
  it("makes the document's four keys and two certificates, as openssl sees them", async () => {
    await inTemporaryDirectory(async (root) => {
      const orders = documentOrders(root);
      const answer = made(await make(orders, host, { root }));
      expect(answer.edited).toEqual([]);
      expect(answer.made.map((file) => [path.relative(root, file.path), file.kind, file.mode])).toEqual([
        ['ssl/mender-api-gateway/key.pem', 'private-key', 0o600],
        ['ssl/mender-api-gateway/cert.pem', 'certificate', 0o644],
        ['ssl/storage-proxy/s3.docker.mender.io.key', 'private-key', 0o600],
        ['ssl/storage-proxy/s3.docker.mender.io.crt', 'certificate', 0o644],
        ['keys/useradm-private.pem', 'private-key', 0o600],
        ['keys/deviceauth-private.pem', 'private-key', 0o600],
      ]);
      const publicKeys = new Set<string>();
      for (const file of answer.made) {
        expect(await modeOf(file.path)).toBe(file.mode);
        if (file.kind === 'certificate') {
          expect(await openssl('verify', '-x509_strict', '-CAfile', file.path, file.path)).toContain(': OK');
          expect(
            await openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', file.path, file.path),
          ).toContain(': OK');
        } else {
          expect((await readFile(file.path, 'latin1')).split('\n')[0]).toBe(
            '-----BEGIN RSA PRIVATE KEY-----',
          );
          expect(await openssl('rsa', '-check', '-noout', '-in', file.path)).toContain('RSA key ok');
          publicKeys.add(await openssl('rsa', '-pubout', '-in', file.path));
        }
      }
      expect(publicKeys.size).toBe(4);
      for (const directory of ['ssl', 'ssl/mender-api-gateway', 'ssl/storage-proxy', 'keys']) {
        expect(await modeOf(path.join(root, directory))).toBe(0o700);
      }
      // No temporary file is left.
      expect(await readdir(path.join(root, 'keys'))).toEqual([
        'deviceauth-private.pem',
        'useradm-private.pem',
      ]);
    });
  });

  it('writes what a TLS server certificate needs', async () => {
    await inTemporaryDirectory(async (root) => {
      const [order] = documentOrders(root);
      const answer = made(await make(order === undefined ? [] : [order], host, { root }));
      const [keyPath = '', certificatePath = ''] = answer.made.map((file) => file.path);
      const text = await openssl('x509', '-noout', '-text', '-in', certificatePath);
      expect(text).toContain('Version: 3 (0x2)');
      expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
      expect(text).toMatch(/Subject: CN = mender\.example\.com$/m);
      expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE$/m);
      expect(text).toMatch(/Extended Key Usage: \s*TLS Web Server Authentication$/m);
      expect(text).toContain(
        'DNS:mender.example.com, DNS:*.mender.example.com, IP Address:10.0.0.7, IP Address:FD00:0:0:0:0:0:0:7',
      );
      expect(text).toContain('Subject Key Identifier');
      expect(text).toContain('DirName:/CN=mender.example.com');
      for (const name of ['mender.example.com', 's3.mender.example.com']) {
        const check = await openssl('x509', '-noout', '-checkhost', name, '-in', certificatePath);
        expect(check).toContain('does match certificate');
      }
      expect(await openssl('x509', '-noout', '-checkip', 'fd00::7', '-in', certificatePath)).toContain(
        'does match',
      );
      expect(
        await openssl('x509', '-noout', '-checkhost', 'a.b.mender.example.com', '-in', certificatePath),
      ).toContain('does NOT match');

      const certificate = new X509Certificate(await readFile(certificatePath));
      expect(certificate.checkPrivateKey(createPrivateKey(await readFile(keyPath)))).toBe(true);
      const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
      expect(days).toBe(3650);
      expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now() - 60_000);
    });
  });

  it('makes 3072 bits when nothing else is asked', async () => {
    await inTemporaryDirectory(async (root) => {
      const keyPath = path.join(root, 'key.pem');
      made(await make([{ kind: 'token-key', keyPath }], host, { root }));
      expect(await openssl('rsa', '-noout', '-text', '-in', keyPath)).toContain('Private-Key: (3072 bit');
    });
  });

  it.each([0o000, 0o077, 0o777])('gives exact modes under umask %o', async (umask) => {
    await inTemporaryDirectory(async (root) => {
      const before = process.umask(umask);
      try {
        const orders = documentOrders(root).slice(0, 1);
        const answer = made(await make(orders, host, { root }));
        expect(await Promise.all(answer.made.map((file) => modeOf(file.path)))).toEqual([0o600, 0o644]);
        expect(await modeOf(path.join(root, 'ssl'))).toBe(0o700);
      } finally {
        process.umask(before);
      }
    });
  });

  it('leaves existing files byte-identical, and makes nothing where one is', async () => {
    await inTemporaryDirectory(async (root) => {
      const orders = documentOrders(root);
      await mkdir(path.join(root, 'keys'));
      await chmod(path.join(root, 'keys'), 0o755);
      const existing = path.join(root, 'keys/useradm-private.pem');
      await writeFile(existing, 'mine\n', { mode: 0o640 });
      const answer = await make(orders, host, { root });
      expect(answer).toMatchObject({
        ok: false,
        message: expect.stringContaining(`Another program created ${existing}`),
      });
      expect(await readdir(root)).toEqual(['keys']);
      expect(await readFile(existing, 'utf8')).toBe('mine\n');
      expect(await modeOf(existing)).toBe(0o640);
      expect(await modeOf(path.join(root, 'keys'))).toBe(0o755);
    });
  });

  it('certifies a key that is there, in PKCS#1 and in PKCS#8', async () => {
    await inTemporaryDirectory(async (root) => {
      const orders: KeyRequest[] = [];
      for (const form of ['pkcs1', 'pkcs8']) {
        const keyPath = path.join(root, `${form}.key`);
        const traditional = form === 'pkcs1' ? ['-traditional'] : [];
        await openssl('genrsa', ...traditional, '-out', keyPath, '2048');
        const certificatePath = path.join(root, `${form}.crt`);
        orders.push({ kind: 'certificate', keyPath, certificatePath, names: ['localhost'], days: 30 });
      }
      const answer = made(await make(orders, host, { root }));
      expect(answer.made.map((file) => file.kind)).toEqual(['certificate', 'certificate']);
      for (const order of orders) {
        if (order.kind !== 'certificate') continue;
        const ofKey = await openssl('pkey', '-pubout', '-in', order.keyPath);
        expect(await openssl('x509', '-noout', '-pubkey', '-in', order.certificatePath)).toBe(ofKey);
        const { certificatePath } = order;
        expect(
          await openssl('verify', '-x509_strict', '-CAfile', certificatePath, certificatePath),
        ).toContain(': OK');
      }
    });
  });

  it('tells progress by the names of files', async () => {
    await inTemporaryDirectory(async (root) => {
      const told: [number, number, string][] = [];
      const progress = (...each: [number, number, string]) => void told.push(each);
      made(await make(documentOrders(root), host, { root, progress }));
      expect(told.map(([done]) => done)).toEqual([0, 1, 2, 3, 4]);
      expect(told.every(([, total]) => total === 4)).toBe(true);
      expect(told.at(0)?.[2]).toBe('key.pem');
      expect(told.at(-1)?.[2]).toBe('');
    });
  });
});
