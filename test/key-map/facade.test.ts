/** What the façade tells for a map. */
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { memoryHost } from '../platform/memory-host';
import { FILE, mapsOf, sharedHost, TEXT } from './stacks';

const example = new URL('../../examples/production/docker-compose.yml', import.meta.url).pathname;

describe('the map of a deployment', () => {
  it('tells files by what is public of them', async () => {
    const host = await sharedHost();
    const [map] = await mapsOf(host);
    expect(map).toMatchObject({
      release: 'Mender 3.7.0',
      composeFiles: [FILE],
      looked: true,
      name: undefined,
    });
    expect(map?.files.map(({ label, presence, state }) => [label, presence, state])).toEqual([
      ['./cert.crt', 'present', 'good'],
      ['./private.key', 'present', 'warning'],
      ['./copy.key', 'present', 'warning'],
      ['./gone.pem', 'missing', 'error'],
      ['token signing key', 'not-mounted', 'error'],
    ]);
    const [certificate, key, copy] = map?.files ?? [];
    expect(certificate?.certificate).toMatchObject({
      names: ['mender.example.com', '10.0.0.1'],
      validity: 'valid',
      selfSigned: true,
      others: 0,
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/),
    });
    expect(key?.key).toMatchObject({ algorithm: 'RSA 2048', encrypted: false });
    expect(copy?.key?.fingerprint).toBe(key?.key?.fingerprint);
    expect([certificate, key].map((file) => file?.certificatesOnly)).toEqual([true, false]);
  });

  it('never tells a key', async () => {
    const host = await sharedHost();
    const text = JSON.stringify(await mapsOf(host));
    const lines = (host.text('/p/private.key') ?? '').split('\n').filter((line) => line.length > 20);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(text).not.toContain(line);
  });

  it('knows one key in two files of two services', async () => {
    const [map] = await mapsOf(await sharedHost());
    expect(map?.shared).toEqual([{ files: ['f1', 'f2'], services: ['s0', 's1'] }]);
  });

  it('calls nothing shared that one service mounts twice', async () => {
    const twice = TEXT.replace('./copy.key', './own.key').replace(
      '      - ./private.key:/etc/traefik/certs/private.key:ro\n',
      '      - ./private.key:/etc/traefik/certs/private.key:ro\n      - ./copy.key:/etc/traefik/certs/other.key:ro\n',
    );
    const [map] = await mapsOf(await sharedHost(twice));
    expect(map?.shared).toEqual([]);
  });

  it('has every finding once, at its mount or at its service', async () => {
    const host = await sharedHost();
    const service = createLanguageService(host);
    const answer = await service.check(FILE);
    const [map] = await service.map(FILE);
    if (!answer || 'problem' in answer || !map) throw new Error('nothing was checked');
    const inMap = [...map.mounts, ...map.services].flatMap(({ findings }) => findings);
    const key = (found: { code: string; message: string }) => `${found.code} ${found.message}`;
    expect([...inMap, ...map.findings].map(key).sort()).toEqual(answer.findings.map(key).sort());
    expect(map.counts.error).toBe(answer.findings.filter(({ severity }) => severity === 'error').length);
  });

  it('has places that hold what they are of', async () => {
    const [map] = await mapsOf(await sharedHost());
    const lines = TEXT.split('\n');
    const under = (place: NonNullable<typeof map>['services'][number]['place']) =>
      place &&
      (lines[place.range.start.line] ?? '').slice(place.range.start.character, place.range.end.character);
    for (const { name, place } of map?.services ?? []) expect(under(place)).toBe(name);
    expect(map?.mounts.map(({ place }) => under(place))).toEqual([
      './cert.crt',
      './private.key',
      './copy.key',
      './gone.pem',
      'spare-useradm',
    ]);
  });

  it('tells ended and ending certificates', async () => {
    const host = await sharedHost();
    host.setNow(Date.UTC(2040, 0, 1));
    const validity = async (settings = {}) =>
      (await mapsOf(host, settings))[0]?.files[0]?.certificate?.validity;
    expect(await validity()).toBe('expired');
    host.setNow(Date.UTC(2025, 0, 15, 12));
    expect(await validity()).toBe('valid');
    expect(await validity({ expiresSoonDays: 100_000 })).toBe('expires-soon');
  });

  it('looks into nothing in an untrusted workspace', async () => {
    const [map] = await mapsOf(await sharedHost(), { trusted: false });
    expect(map?.looked).toBe(false);
    expect(map?.files.map(({ presence, certificate }) => [presence, certificate])).toEqual([
      ['not-read', undefined],
      ['not-read', undefined],
      ['not-read', undefined],
      ['not-read', undefined],
      ['not-mounted', undefined],
    ]);
    expect(map?.files[0]?.state).toBe('unknown');
    expect(map?.services.map(({ state }) => state)).toContain('unknown');
  });

  it('knows no files of a document that has no path', async () => {
    const service = createLanguageService(memoryHost());
    service.open('untitled:Untitled-1', TEXT, 1);
    const [map] = await service.map('untitled:Untitled-1');
    expect(map?.looked).toBe(false);
    expect(map?.files.every(({ path }) => path === undefined)).toBe(true);
    expect(map?.services).toHaveLength(4);
  });

  it('is empty where there is no Mender service, or no file', async () => {
    const host = memoryHost({ files: { [FILE]: 'services:\n  web:\n    image: nginx\n' } });
    expect(await mapsOf(host)).toEqual([]);
    expect(await mapsOf(memoryHost())).toEqual([]);
  });

  it('shows the mistakes of the example', async () => {
    const [map] = await createLanguageService(nodeHost()).map(example);
    const words = map?.mounts.map(({ title, target, mounted, misplaced, state }) =>
      [title, target, mounted ? 'mounted' : 'not mounted', ...(misplaced ? ['misplaced'] : []), state].join(
        ', ',
      ),
    );
    expect(words).toMatchInlineSnapshot(`
      [
        "TLS certificate, /var/www/mendersoftware/cert/cert.pem, mounted, error",
        "TLS private key, /var/www/mendersoftware/cert/key.pem, not mounted, error",
        "TLS certificate, /var/www/storage-proxy/cert/cert.crt, not mounted, error",
        "TLS private key, /var/www/storage-proxy/cert/key.pem, mounted, error",
        "storage certificate, /etc/ssl/certs/storage-proxy.crt, not mounted, error",
        "token signing key, /etc/useradm/rsa/private.pem, mounted, error",
        "token signing key, /etc/deviceauth/rsa/private.pem, mounted, error",
        "TLS certificate, /var/www/storage-proxy/cert/cert.cert, mounted, misplaced, warning",
      ]
    `);
    expect(map?.shared).toHaveLength(1);
  });
});
