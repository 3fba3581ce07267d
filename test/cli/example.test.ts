/** The example, from its first check to a deployment that is right, with the real service and the real disk. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Range } from '../../server/src/language-service/api/index';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { runReal } from './real-cli';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples', 'production');
const original = readFileSync(join(EXAMPLE, 'docker-compose.yml'), 'utf8');

/** What a fix makes of the example. */
const repaired = original
  .replace(
    '/cert/cert.pem:ro\n',
    '/cert/cert.pem:ro\n      - ./ssl/mender-api-gateway/key.pem:/var/www/mendersoftware/cert/key.pem:ro\n',
  )
  .replace('/cert/cert.cert:ro', '/cert/cert.crt:ro')
  .replace('/var/www/storage-proxy/cert/key.pem\n', '/var/www/storage-proxy/cert/key.pem:ro\n')
  .replace('=/etc/ssl/certs/storage-proxy.crt', '=/etc/ssl/certs/s3.mender.example.com.crt')
  .replace('./keys/private.pem:/etc/deviceauth', './keys/deviceauth-private.pem:/etc/deviceauth');

/** Code, service, and the text under the range. No key is committed, so none is where it is mounted from. */
const PLANTED = [
  ['missing-private-key-mount', 'mender-api-gateway', 'mender-api-gateway'],
  ['key-file-missing', 'mender-api-gateway', './ssl/mender-api-gateway/cert.pem'],
  ['missing-certificate-mount', 'storage-proxy', 'storage-proxy'],
  ['misplaced-mount', 'storage-proxy', '/var/www/storage-proxy/cert/cert.cert'],
  ['key-file-missing', 'storage-proxy', './ssl/storage-proxy/key.pem'],
  ['writable-key-mount', 'storage-proxy', './ssl/storage-proxy/key.pem:/var/www/storage-proxy/cert/key.pem'],
  ['storage-backend-cert-not-mounted', 'mender-deployments', '/etc/ssl/certs/storage-proxy.crt'],
  ['key-file-missing', 'mender-useradm', './keys/private.pem'],
  ['shared-token-key', 'mender-useradm', './keys/private.pem'],
  ['key-file-missing', 'mender-device-auth', './keys/private.pem'],
  ['shared-token-key', 'mender-device-auth', './keys/private.pem'],
];

interface JsonFinding {
  readonly code: string;
  readonly service: string;
  readonly file: string;
  readonly range: Range;
  readonly fixes: readonly { readonly title: string; readonly kind: string }[];
}

function under({ start, end }: Range): string {
  expect(end.line).toBe(start.line);
  return (original.split('\n')[start.line] ?? '').slice(start.character, end.character);
}

describe('the example', () => {
  it('has every planted mistake, each at its place, and no other', async () => {
    const { code, out, err } = await runReal(
      ['check', 'examples/production', '--format', 'json'],
      nodeHost(),
      {
        cwd: ROOT,
      },
    );
    expect([code, err]).toEqual([1, '']);
    const { version, findings } = JSON.parse(out) as { version: number; findings: JsonFinding[] };
    expect(version).toBe(1);
    expect(findings.map((finding) => [finding.code, finding.service, under(finding.range)])).toEqual(PLANTED);
    for (const finding of findings) {
      expect(finding.file).toBe(join('examples', 'production', 'docker-compose.yml'));
      expect(finding.fixes.length, finding.code).toBeGreaterThan(0);
    }
  });

  it('has no key, certificate or password in it', () => {
    const files = readdirSync(EXAMPLE, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    expect(files.sort()).toEqual(['.gitignore', 'README.md', 'docker-compose.yml', 'nginx.conf']);
  });
});

describe('a copy of the example, fixed', () => {
  let directory = '';
  const path = (...parts: string[]) => join(directory, ...parts);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
  const fix = (...args: string[]) => runReal(['fix', ...args, directory], nodeHost(), { cwd: tmpdir() });
  const names = () =>
    (readdirSync(directory, { recursive: true }) as string[])
      .filter((name) => statSync(path(name)).isFile())
      .sort();

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mender-compose-example-'));
    cpSync(EXAMPLE, directory, { recursive: true });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is shown by --dry-run first, which writes nothing and prints what patch makes of it', async () => {
    const before = names();
    const { code, out } = await runReal(['fix', '--generate', '--dry-run'], nodeHost(), { cwd: directory });
    expect(code).toBe(1);
    expect(names()).toEqual(before);
    expect(readFileSync(path('docker-compose.yml'), 'utf8')).toBe(original);
    const changed = out.split('\n').filter((line) => /^[-+](?!--|\+\+)/.test(line));
    expect(changed).toEqual([
      '+      - ./ssl/mender-api-gateway/key.pem:/var/www/mendersoftware/cert/key.pem:ro',
      '-      - ./ssl/storage-proxy/cert.crt:/var/www/storage-proxy/cert/cert.cert:ro',
      '-      - ./ssl/storage-proxy/key.pem:/var/www/storage-proxy/cert/key.pem',
      '+      - ./ssl/storage-proxy/cert.crt:/var/www/storage-proxy/cert/cert.crt:ro',
      '+      - ./ssl/storage-proxy/key.pem:/var/www/storage-proxy/cert/key.pem:ro',
      '-      - STORAGE_BACKEND_CERT=/etc/ssl/certs/storage-proxy.crt',
      '+      - STORAGE_BACKEND_CERT=/etc/ssl/certs/s3.mender.example.com.crt',
      '-      - ./keys/private.pem:/etc/deviceauth/rsa/private.pem:ro   # RSA, not EC',
      '+      - ./keys/deviceauth-private.pem:/etc/deviceauth/rsa/private.pem:ro   # RSA, not EC',
    ]);
    expect(out).toContain('ssl/storage-proxy/key.pem (private key of storage-proxy)');
  });

  it('gets its missing keys alone from generate, and no second certificate beside a misplaced one', async () => {
    const { out } = await runReal(['generate', '--dry-run'], nodeHost(), { cwd: directory });
    const changed = out.split('\n').filter((line) => /^[-+](?!--|\+\+)/.test(line));
    expect(changed).toEqual([
      '+      - ./ssl/mender-api-gateway/key.pem:/var/www/mendersoftware/cert/key.pem:ro',
      '-      - ./ssl/storage-proxy/cert.crt:/var/www/storage-proxy/cert/cert.cert:ro',
      '+      - ./ssl/storage-proxy/cert.crt:/var/www/storage-proxy/cert/cert.crt:ro',
    ]);
    expect(out).toContain('ssl/storage-proxy/cert.crt (certificate of storage-proxy');
  });

  it('is right after fix --generate --yes', async () => {
    const { code, out, err } = await fix('--generate', '--yes');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Mender client build');
    expect(await runReal(['check', directory], nodeHost())).toMatchObject({ code: 0, err: '' });
    const { out: json } = await runReal(['check', directory, '--format', 'json'], nodeHost());
    expect(JSON.parse(json).findings).toEqual([]);
  });

  it('differs in the lines that were wrong, and in nothing else', () => {
    expect(readFileSync(path('docker-compose.yml'), 'utf8')).toBe(repaired);
    expect(names()).toEqual(
      [
        '.gitignore',
        'README.md',
        'docker-compose.yml',
        join('keys', 'deviceauth-private.pem'),
        join('keys', 'private.pem'),
        join('ssl', 'mender-api-gateway', 'cert.pem'),
        join('ssl', 'mender-api-gateway', 'key.pem'),
        join('ssl', 'server.crt'),
        join('ssl', 'storage-proxy', 'cert.crt'),
        join('ssl', 'storage-proxy', 'key.pem'),
        join('storage-proxy', 'nginx.conf'),
      ].sort(),
    );
  });

  it.each([
    ['ssl/mender-api-gateway/cert.pem', 'ssl/mender-api-gateway/key.pem', 'mender.example.com'],
    ['ssl/storage-proxy/cert.crt', 'ssl/storage-proxy/key.pem', 's3.mender.example.com'],
  ])('%s is a certificate that openssl accepts, for its key and its host', (certificate, key, host) => {
    if (process.platform !== 'win32') {
      expect(statSync(path(certificate)).mode & 0o777).toBe(0o644);
      expect(statSync(path(key)).mode & 0o777).toBe(0o600);
    }
    const text = openssl('x509', '-in', path(certificate), '-noout', '-text');
    expect(text).toContain('sha256WithRSAEncryption');
    expect(text).toContain(`DNS:${host}`);
    expect(text).toContain('Public-Key: (3072 bit)');
    expect(openssl('verify', '-x509_strict', '-CAfile', path(certificate), path(certificate))).toContain(
      'OK',
    );
    expect(
      openssl('verify', '-verify_hostname', host, '-CAfile', path(certificate), path(certificate)),
    ).toContain('OK');
    const days = (count: number) => String(count * 24 * 60 * 60);
    openssl('x509', '-in', path(certificate), '-noout', '-checkend', days(3649));
    expect(() => openssl('x509', '-in', path(certificate), '-noout', '-checkend', days(3651))).toThrow();
    expect(openssl('rsa', '-in', path(key), '-check', '-noout')).toContain('RSA key ok');
    expect(openssl('pkey', '-in', path(key), '-pubout')).toBe(
      openssl('x509', '-in', path(certificate), '-noout', '-pubkey'),
    );
  });

  it('has two different token keys in PKCS#1', () => {
    const keys = ['keys/private.pem', 'keys/deviceauth-private.pem'];
    for (const key of keys) {
      if (process.platform !== 'win32') expect(statSync(path(key)).mode & 0o777).toBe(0o600);
      expect(readFileSync(path(key), 'utf8')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
      expect(openssl('rsa', '-in', path(key), '-check', '-noout')).toContain('RSA key ok');
    }
    const [first, second] = keys.map((key) => openssl('pkey', '-in', path(key), '-pubout'));
    expect(first).not.toBe(second);
  });

  it('stays as it is when fixed again', async () => {
    const contents = () =>
      names().map((name) => [name, readFileSync(path(name), 'utf8'), statSync(path(name)).mtimeMs]);
    const before = contents();
    const { code, out } = await fix('--generate', '--yes');
    expect([code, out]).toEqual([0, 'Nothing to change.\n']);
    expect(contents()).toEqual(before);
  });
});

it('with a byte order mark, CRLF and no last line end keeps all three', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mender-compose-crlf-'));
  try {
    const dressed = (text: string) => `\ufeff${text.trimEnd().replaceAll('\n', '\r\n')}`;
    const file = join(directory, 'docker-compose.yml');
    writeFileSync(file, dressed(original));
    const { code } = await runReal(['fix', '--generate', '--yes', file], nodeHost());
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(dressed(repaired));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
