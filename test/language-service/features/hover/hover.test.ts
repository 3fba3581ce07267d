/** What is told of a mount that somebody points at. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../../server/src/language-service/create-language-service';
import { make } from '../../../../server/src/pki/generate/generate';
import { memoryHost } from '../../../platform/memory-host';

const TEXT = `services:
  mender-api-gateway:
    image: traefik:v2.10
    volumes:
      - ./cert.crt:/etc/traefik/certs/cert.crt:ro
      - ./private.key:/etc/traefik/certs/private.key:ro
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./private.key:/etc/useradm/rsa/private.pem:ro
      - ./gone.txt:/unrelated
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - ./gone.pem:/etc/deviceauth/rsa/private.pem:ro
`;

const host = memoryHost({ files: { '/p/docker-compose.yml': TEXT } });

beforeAll(async () => {
  const answer = await make(
    [
      {
        kind: 'tls-pair',
        keyPath: '/p/private.key',
        certificatePath: '/p/cert.crt',
        names: ['mender.example.com', '10.0.0.1'],
        bits: 2048,
      },
    ],
    host,
    { root: '/p' },
  );
  expect(answer).toMatchObject({ ok: true });
});

/** Points at the first character of `what`. */
async function pointAt(what: string, settings = {}) {
  const service = createLanguageService(host);
  service.configure({ rules: {}, trusted: true, folders: ['/p'], ...settings });
  const lines = TEXT.split('\n');
  const line = lines.findIndex((each) => each.includes(what));
  const character = (lines[line] ?? '').indexOf(what);
  const described = await service.describe('/p/docker-compose.yml', { line, character });
  return described?.markdown;
}

describe('a mount that somebody points at', () => {
  it('tells names, validity, key and fingerprint of a certificate', async () => {
    const text = await pointAt('./cert.crt');
    expect(text).toContain('**TLS certificate** of `mender-api-gateway` · Mender 3.7.0');
    expect(text).toContain('`/etc/traefik/certs/cert.crt` in the container');
    expect(text).toContain('Certificate of `mender.example.com`, self-signed');
    expect(text).toContain('Names: `mender.example.com`, `10.0.0.1`');
    expect(text).toMatch(/Valid from 2025-01-1\d to 2035-01-1\d: 36\d\d days left/);
    expect(text).toMatch(/RSA 2048 {2}\nSHA-256 `([0-9A-F]{2}:){31}[0-9A-F]{2}`/);
  });

  it('tells a key by what is public of it, and who else uses it', async () => {
    const text = await pointAt('./private.key:/etc/useradm');
    expect(text).toContain('**Token signing key** of `mender-useradm`');
    expect(text).toMatch(/Private key, RSA 2048 {2}\npublic key `([0-9A-F]{2}:){31}[0-9A-F]{2}`/);
    expect(text).toContain('Also used by `mender-api-gateway`.');
    const lines = (host.text('/p/private.key') ?? '').split('\n').filter((line) => line.length > 20);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(text).not.toContain(line);
  });

  it('tells that a file is not there', async () => {
    expect(await pointAt('./gone.pem')).toContain('File not found.');
  });

  it('tells days that are over', async () => {
    host.setNow(Date.UTC(2040, 0, 1));
    expect(await pointAt('./cert.crt')).toContain('**expired**');
    host.setNow(Date.UTC(2025, 0, 15, 12));
  });

  it('is silent about what is no mount of ours, and reads nothing in an untrusted workspace', async () => {
    expect(await pointAt('./gone.txt')).toBeUndefined();
    expect(await pointAt('image: traefik')).toBeUndefined();
    const text = await pointAt('./cert.crt', { trusted: false });
    expect(text).toContain('**TLS certificate**');
    expect(text).not.toContain('Names:');
    const service = createLanguageService(host);
    for (const position of [
      { line: 99, character: 0 },
      { line: 4, character: 999 },
      { line: -1, character: -1 },
    ])
      expect(await service.describe('/p/docker-compose.yml', position)).toBeUndefined();
  });
});

it('the files behind mounts are among those that an answer rests on', async () => {
  const answer = await createLanguageService(host).check('/p/docker-compose.yml');
  expect(answer).toMatchObject({
    dependencies: expect.arrayContaining(['/p/cert.crt', '/p/private.key', '/p/gone.pem']),
  });
});

it('a thousand mounted files that stay as they are are read once', async () => {
  const services = Array.from(
    { length: 1000 },
    (_, i) =>
      `  useradm-${i}:\n    image: mendersoftware/useradm:mender-3.7.0\n    volumes:\n      - ./k${i}.pem:/etc/useradm/rsa/private.pem:ro\n`,
  ).join('');
  const key = host.text('/p/private.key') ?? '';
  const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`/q/k${i}.pem`, key]));
  const many = memoryHost({ files: { ...files, '/q/docker-compose.yml': `services:\n${services}` } });
  const service = createLanguageService(many);
  const reads = () =>
    many.calls.filter(({ operation, path }) => operation === 'read' && path.endsWith('.pem')).length;
  await service.check('/q/docker-compose.yml');
  expect(reads()).toBe(1000);
  await service.check('/q/docker-compose.yml');
  service.open('/q/docker-compose.yml', `services:\n${services}# typed\n`, 1);
  await service.check('/q/docker-compose.yml');
  expect(reads()).toBe(1000);
});
