/** The commands for keys with the real engine, the real disk and openssl: the example, looked after for some years. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import { runReal } from '../real-cli';
import type { CliOptions } from '../run-cli';

const EXAMPLE = fileURLToPath(new URL('../../../examples/production', import.meta.url));
const GATEWAY = 'mender-api-gateway';
const PASSPHRASE = 'correct horse';

let root = '';
let project = '';
const path = (...parts: string[]) => join(project, ...parts);
const read = (...parts: string[]) => readFileSync(path(...parts), 'utf8');
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
const run = (args: readonly string[], options: CliOptions = {}) =>
  runReal(args, nodeHost(), { cwd: project, ...options });

/** Everything that is on the disk, with the times of the files. */
function contents(): unknown {
  return (readdirSync(project, { recursive: true }) as string[])
    .filter((name) => statSync(path(name)).isFile())
    .sort()
    .map((name) => [name, read(name), statSync(path(name)).mtimeMs]);
}

/** What --dry-run shows is what --yes does, and a second run does nothing; answers what was printed. */
async function once(...args: string[]): Promise<string> {
  const before = contents();
  const dry = await run([...args, '--dry-run', '--format', 'json']);
  const refused = await run(args);
  expect(contents()).toEqual(before);
  expect([dry.code, refused.code], dry.err).toEqual([0, 2]);
  expect(refused.err).toContain('Nothing was changed. Pass --yes to continue');
  const done = await run([...args, '--yes', '--format', 'json']);
  expect([done.code, done.err]).toEqual([0, '']);
  const planned = JSON.parse(dry.out);
  const made = JSON.parse(done.out);
  expect(made).toMatchObject({
    created: planned.create,
    edited: planned.edit,
    effects: planned.effects,
    reminders: planned.reminders,
    failures: [],
  });
  for (const { file, kind } of made.created) {
    const mode = kind === 'private-key' || kind === 'token-key' ? 0o600 : 0o644;
    if (process.platform !== 'win32') expect(statSync(path(file)).mode & 0o777, file).toBe(mode);
  }
  const after = contents();
  // The flags that do it again are left out.
  const again = await run([...args.filter((word) => !/^--(again|force)$/.test(word)), '--yes']);
  expect([again.code, again.err]).toEqual([0, '']);
  expect(contents()).toEqual(after);
  for (const text of [dry.out, done.out, again.out]) expect(text).not.toMatch(/-----BEGIN|correct horse/);
  return made.created.map(({ file }: { file: string }) => file).join(' ');
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mender-compose-tasks-'));
  project = join(root, 'project');
  cpSync(EXAMPLE, project, { recursive: true });
  const ca = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '1000'];
  const extension = ['-addext', 'keyUsage=critical,keyCertSign'];
  openssl(
    'req',
    ...ca,
    ...extension,
    '-subj',
    '/CN=Own CA',
    '-keyout',
    '../ca-key.pem',
    '-out',
    '../ca.pem',
    '-passout',
    `pass:${PASSPHRASE}`,
  );
  writeFileSync(join(root, 'passphrase.txt'), `${PASSPHRASE}\n`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the example', () => {
  it('gets its keys, and its mistakes corrected', async () => {
    const { out } = await run(['generate', '--yes', '--algorithm', 'ec', '--bits', '2048', '--days', '60']);
    expect(out).toContain('(private key of storage-proxy, EC P-256)');
    expect(out).toContain('(token signing key of mender-useradm, RSA with 2048 bits)');
    const certificate = join('ssl', GATEWAY, 'cert.pem');
    expect(openssl('x509', '-in', certificate, '-noout', '-text')).toContain('ecdsa-with-SHA256');
    expect(() => openssl('x509', '-in', certificate, '-noout', '-checkend', String(61 * 86_400))).toThrow();
    // generate leaves alone what isn't missing.
    expect(read('docker-compose.yml')).toContain('STORAGE_BACKEND_CERT=/etc/ssl/certs/storage-proxy.crt');
    expect(await run(['fix', '--generate', '--yes', '--quiet'])).toMatchObject({ code: 0, out: '' });
  });

  it('gets a request, and the certificate that an authority made of it', async () => {
    const created = await once('csr', '--service', GATEWAY, '--name', 'extra.example.com');
    expect(created).toBe(join('ssl', GATEWAY, 'key.csr'));
    expect(openssl('req', '-in', created, '-noout', '-verify', '-text')).toContain('DNS:extra.example.com');
    const signed = [
      '-req',
      '-in',
      created,
      '-days',
      '200',
      '-copy_extensions',
      'copy',
      '-out',
      '../leaf.pem',
    ];
    const authority = ['-CA', '../ca.pem', '-CAkey', '../ca-key.pem', '-passin', `pass:${PASSPHRASE}`];
    openssl('x509', ...signed, ...authority);
    const [certificate = '', bundle = ''] = (await once('import', '../ca.pem', '../leaf.pem')).split(' ');
    expect(openssl('verify', '-CAfile', '../ca.pem', certificate)).toContain('OK');
    expect(openssl('verify', '-CAfile', bundle, certificate)).toContain('OK');
    expect(read('docker-compose.yml')).toContain(`./${certificate}:/var/www/mendersoftware/cert/cert.pem:ro`);
  });

  it('says why it cannot import', async () => {
    const { code, err } = await run(['import', 'README.md', '--yes']);
    expect([code, err]).toEqual([2, expect.stringContaining('README.md contains no certificate.')]);
  });

  it('gets a certificate signed here', async () => {
    const sign = [
      'sign',
      '--service',
      'storage-proxy',
      '--ca-cert',
      '../ca.pem',
      '--ca-key',
      '../ca-key.pem',
    ];
    const before = contents();
    const wrong = await run([...sign, '--yes', '--passphrase-file', '../ca.pem']);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('The passphrase does not open');
    const none = await run([...sign, '--yes']);
    expect(none.err).toContain('needs a passphrase. Give it with --passphrase-file FILE');
    expect(contents()).toEqual(before);
    const made = await once(...sign, '--passphrase-file', '../passphrase.txt', '--days', '90');
    const [created = '', bundle = ''] = made.split(' ');
    expect(openssl('verify', '-x509_strict', '-CAfile', '../ca.pem', created)).toContain('OK');
    expect(openssl('verify', '-CAfile', bundle, created)).toContain('OK');
    expect(openssl('x509', '-in', created, '-noout', '-text')).toContain('DNS:s3.mender.example.com');
  });

  it('takes the passphrase on a terminal', async () => {
    const sign = [
      'sign',
      '--service',
      'storage-proxy',
      '--ca-cert',
      '../ca.pem',
      '--ca-key',
      '../ca-key.pem',
    ];
    const { code, err } = await run([...sign, '--new-key', '--algorithm', 'ec', '--no-color'], {
      isTTY: true,
      input: `${PASSPHRASE}\nn\n`,
    });
    expect(code).toBe(1);
    expect(err).toContain('(private key of storage-proxy, EC P-256)');
    expect(err).not.toContain('horse');
  });

  it('rotates a pair, with a bundle of old and new', async () => {
    const created = await once('rotate', '--service', GATEWAY, '--algorithm', 'ec', '--again');
    const [certificate = '', key = '', bundle = ''] = created.split(' ');
    expect(openssl('x509', '-in', certificate, '-noout', '-pubkey')).toBe(
      openssl('pkey', '-in', key, '-pubout'),
    );
    expect(openssl('verify', '-CAfile', bundle, certificate)).toContain('OK');
  });

  it('renews the rotated one with the same key', async () => {
    const created = await once('renew', '--service', GATEWAY, '--days', '400', '--name', 'more.example.com');
    const [certificate = ''] = created.split(' ');
    expect(openssl('x509', '-in', certificate, '-noout', '-text')).toContain('DNS:more.example.com');
    openssl('x509', '-in', certificate, '-noout', '-checkend', String(399 * 86_400));
    expect(() => openssl('x509', '-in', certificate, '-noout', '-checkend', String(401 * 86_400))).toThrow();
  });

  it('rotates a token key, and says what it means', async () => {
    const before = await run(['rotate', '--service', 'mender-useradm', '--yes']);
    expect(before.out).toContain('Pass --again to rotate it anyway.');
    const created = await once('rotate', '--service', 'mender-useradm', '--bits', '2048', '--again');
    expect(openssl('rsa', '-in', created, '-noout', '-text')).toContain('2048 bit');
  });

  it('splits a shared key', async () => {
    const shared = read('docker-compose.yml').replace(/\.\/keys\/[\w-]+\.pem:/g, './keys/private.pem:');
    writeFileSync(path('docker-compose.yml'), shared);
    expect((await run(['check'])).out).toContain('shared-token-key');
    await once('split', '--bits', '2048');
    expect((await run(['check'])).out).not.toContain('shared-token-key');
  });

  it('converts an encrypted key', async () => {
    openssl(
      'rsa',
      '-aes256',
      '-in',
      'keys/private.pem',
      '-passout',
      `pass:${PASSPHRASE}`,
      '-out',
      'keys/enc.pem',
    );
    renameSync(path('keys', 'enc.pem'), path('keys', 'private.pem'));
    expect((await run(['convert', '--yes'])).err).toContain('private.pem needs a passphrase.');
    const created = await once('convert', '--passphrase-file', '../passphrase.txt');
    expect(openssl('rsa', '-in', created, '-check', '-noout')).toContain('RSA key ok');
    expect(read('keys', 'private.pem')).toContain('ENCRYPTED');
  });

  it('bundles what the client has to trust', async () => {
    const created = await once('bundle', '--output', 'trust.crt');
    expect(created).toBe('trust.crt');
    expect(read('trust.crt').match(/-----BEGIN CERTIFICATE-----/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('is right in the end', async () => {
    expect((await run(['check', '--quiet'])).out).toBe('');
  });

  it('goes outside where the option says so, and nowhere else', async () => {
    expect((await run(['bundle', '--output', '../trust.crt', '--yes'])).code).toBe(0);
    expect(existsSync(join(root, 'trust.crt'))).toBe(true);
    const args = ['rotate', '--service', GATEWAY, '--again', '--yes', '--directory', '../keys'];
    expect(await run(args)).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(root, 'keys')).sort()).toEqual([
      'mender-api-gateway.crt',
      'mender-api-gateway.key',
      'server.crt',
    ]);
    // The mount leads there now, which is no leave to go there again.
    const before = contents();
    const again = await run(['renew', '--service', GATEWAY, '--force', '--yes']);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(
      /^mender-compose: Nothing is created or changed outside of .* unless you allow it/,
    );
    expect(again.err).toContain(`Pass --directory ${join(root, 'keys')} to allow it.`);
    expect(contents()).toEqual(before);
  });
});
