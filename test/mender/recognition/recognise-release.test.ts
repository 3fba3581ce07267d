/** Which release a stack is judged as, and why. */
import { describe, expect, it } from 'vitest';
import { isRelease, RELEASE_EXAMPLES } from '../../../server/src/mender/recognition/recognise-release';
import { layouts } from '../../../server/src/mender/releases/index';
import { recogniseText } from '../stack-of';

const service = (name: string, ...lines: string[]) =>
  [`  ${name}:`, ...lines.map((line) => `    ${line}`)].join('\n');
const image = (name: string, value: string) => service(name, `image: ${value}`);
const mounts = (name: string, ...targets: string[]) =>
  service(name, 'volumes:', ...targets.map((target) => `  - ./x/${target.length}:${target}`));
const compose = (...services: string[]) => `services:\n${services.join('\n')}\n`;

describe('by images', () => {
  it.each([
    ['mendersoftware/useradm:mender-3.7.0', 'traefik-3.7', 'Mender 3.7.0'],
    [
      'registry.mender.io/mendersoftware/useradm-enterprise:mender-3.4.1-build2',
      'traefik-3.4',
      'Mender 3.4.1',
    ],
    ['mirror.example.com:5000/a/b/mendersoftware/useradm:mender-3.0', 'traefik-3.0', 'Mender 3.0'],
    ['mirror.example.com/own/useradm:mender-2.7.1', 'traefik-2.7', 'Mender 2.7.1'],
    ['mendersoftware/useradm:mender-2.4.0b1', 'nginx-1.0', 'Mender 2.4.0'],
    ['mendersoftware/useradm:mender-3.6.x', 'traefik-3.5', 'Mender 3.6'],
    ['mendersoftware/useradm:mender-3.2.2@sha256:0000', 'traefik-3.2', 'Mender 3.2.2'],
    ['mendersoftware/useradm:1.9.0', 'nginx-1.0', 'Mender 1.0 to 2.3'],
    ['mendersoftware/useradm:1.10.1', 'nginx-1.0', 'Mender 1.0 to 2.3'],
    ['mendersoftware/useradm:1.22.0', 'traefik-3.7', 'Mender 3.7'],
    ['docker.io/mendersoftware/useradm:v4.0.1', 'server-4.0', 'Mender 4.0.1'],
    ['registry.mender.io/mender-server-enterprise/useradm:v4.1.0-rc.1', 'server-4.0', 'Mender 4.1.0'],
    ['mendersoftware/useradm:mender-3.9.1', 'traefik-3.8', 'Mender 3.9.1'],
    ['mendersoftware/useradm:4.1.2', 'server-4.0', 'Mender 4.1'],
    ['mendersoftware/useradm:v99.2', layouts.at(-1)?.id, 'Mender 99.2'],
    ['"mendersoftware/useradm:${TAG:-mender-3.3.1}"', 'traefik-3.3', 'Mender 3.3.1'],
    [
      '${MENDER_SERVER_REGISTRY}/${MENDER_SERVER_REPOSITORY}/useradm:${MENDER_SERVER_TAG}',
      'traefik-3.8',
      'Mender 3.8',
    ],
    [
      '${MENDER_IMAGE_REGISTRY:-docker.io}/${MENDER_IMAGE_REPOSITORY:-mendersoftware}/useradm:${MENDER_IMAGE_TAG:-latest}',
      'server-4.0',
      'Mender 4',
    ],
  ])('%s is %s', async (value, layout, title) => {
    const found = await recogniseText(compose(image('mender-useradm', value)));
    expect([found.layout.id, found.title, found.how]).toEqual([layout, title, 'images']);
    expect(found.why).toMatch(/^mender-useradm uses the image .+useradm.*\.$/);
  });

  it.each([
    'mendersoftware/useradm',
    'mendersoftware/useradm:latest',
    'mendersoftware/useradm:master',
    'mendersoftware/useradm@sha256:0',
    'mendersoftware/useradm:main',
  ])('%s says nothing', async (value) => {
    expect(await recogniseText(compose(image('mender-useradm', value)))).toMatchObject({
      layout: { id: 'docs-beta' },
      how: 'fallback',
      release: undefined,
    });
  });

  it('most of them decide, and a stray one does not', async () => {
    const text = compose(
      image('mender-useradm', 'mendersoftware/useradm:mender-3.1.0'),
      image('mender-device-auth', 'mendersoftware/deviceauth:mender-3.7.4'),
      image('mender-deployments', 'mendersoftware/deployments:mender-3.7.4'),
      image('mender-inventory', 'mendersoftware/inventory:latest'),
    );
    expect(await recogniseText(text)).toMatchObject({ layout: { id: 'traefik-3.7' }, release: '3.7.4' });
  });

  it('of those that decide, the exact one that most of them name is told, wherever it stands', async () => {
    const text = compose(
      image('mender-useradm', 'mendersoftware/useradm:mender-3.7.4'),
      image('mender-device-auth', 'mendersoftware/deviceauth:mender-3.7.4'),
      image('mender-deployments', 'mendersoftware/deployments:mender-3.7.0'),
      image('mender-inventory', 'mendersoftware/inventory:mender-3.7'),
    );
    expect(await recogniseText(text)).toMatchObject({ title: 'Mender 3.7.4' });
  });

  it('images of devices, and of other makers, have no vote', async () => {
    const text = compose(
      image('client', 'mendersoftware/mender-client-qemu:mender-3.7.0'),
      image('mender-useradm', 'example/useradm:mender-like-3.7.0'),
      image('mongo', 'mongo:4.4'),
    );
    expect(await recogniseText(text)).toMatchObject({ how: 'fallback' });
  });
});

describe('by mounts, where no image tells', () => {
  const gateway = (directory: string, certificate = 'cert.crt', key = 'private.key') =>
    mounts('mender-api-gateway', `${directory}/${certificate}`, `${directory}/${key}`);

  it.each([
    [gateway('/var/www/mendersoftware/cert'), 'nginx-1.0', 'Mender 1.0 to 2.6'],
    [gateway('/var/www/mendersoftware/cert', 'cert.pem', 'key.pem'), 'docs-beta', 'Mender before 1.0'],
    [gateway('/certs'), 'traefik-2.7', 'Mender 2.7'],
    [mounts('mender-api-gateway', '/config/tls.toml'), 'traefik-2.7', 'Mender 2.7'],
    [
      gateway('/etc/traefik/certs', 's3.docker.mender.io.crt', 's3.docker.mender.io.key'),
      'traefik-3.0',
      'Mender 3.0',
    ],
    [gateway('/etc/traefik/certs', 'mender.crt', 'mender.key'), 'server-4.0', 'Mender 4'],
    [mounts('mender-useradm', '/etc/useradm/private.pem'), 'server-4.0', 'Mender 4'],
  ])('%#: %s', async (text, layout, title) => {
    const found = await recogniseText(compose(text));
    expect([found.layout.id, found.title, found.how]).toEqual([layout, title, 'mounts']);
    expect(found.why).toMatch(/^mender-(api-gateway|useradm) has a mount at \/.+\.$/);
  });

  it('the newest of those that fit alike, called by their range', async () => {
    const found = await recogniseText(
      compose(gateway('/etc/traefik/certs'), mounts('mender-useradm', '/etc/useradm/rsa/private.pem')),
    );
    expect([found.layout.id, found.title]).toEqual(['traefik-3.8', 'Mender 3.0 to 3.8']);
  });

  it('an image without a tag does not stand against them', async () => {
    const text = compose(
      gateway('/var/www/mendersoftware/cert'),
      image('mender-useradm', 'mendersoftware/useradm:latest'),
    );
    expect((await recogniseText(text)).layout.id).toBe('nginx-1.0');
  });

  it('one stray path does not outweigh the others', async () => {
    const text = compose(
      gateway('/var/www/mendersoftware/cert', 'cert.pem', 'private.key'),
      mounts('storage-proxy', '/var/www/storage-proxy/cert/cert.crt', '/var/www/storage-proxy/cert/key.pem'),
    );
    expect((await recogniseText(text)).layout.id).toBe('docs-beta');
  });

  it('a path variable and the gateway’s image tell as well', async () => {
    const variable = service(
      'useradm',
      'environment:',
      '  USERADM_SERVER_PRIV_KEY_PATH: /etc/useradm/private.pem',
    );
    expect((await recogniseText(compose(variable))).layout.id).toBe('server-4.0');
    expect((await recogniseText(compose(image('mender-api-gateway', 'traefik:v2.10')))).layout.id).toBe(
      'traefik-3.7',
    );
  });

  it('by the path variable alone, against the name of the service', async () => {
    const text = service(
      'mender-useradm',
      'environment:',
      '  USERADM_SERVER_PRIV_KEY_PATH: /etc/useradm/private.pem',
    );
    expect((await recogniseText(compose(text))).layout.id).toBe('server-4.0');
  });

  it('not by what is only in memory, nor by a path that another service would need', async () => {
    const inMemory = service('mender-api-gateway', 'volumes: [{ type: tmpfs, target: /certs }]');
    const elsewhere = mounts('mender-inventory', '/etc/useradm/private.pem', '/certs/cert.crt');
    for (const text of [inMemory, elsewhere]) {
      expect(await recogniseText(compose(text))).toMatchObject({ how: 'fallback' });
    }
  });

  it('token keys alone are alike everywhere: the documentation’s layout', async () => {
    const text = compose(
      mounts('mender-useradm', '/etc/useradm/rsa/private.pem'),
      mounts('mender-device-auth', '/etc/deviceauth/rsa/private.pem'),
    );
    expect(await recogniseText(text)).toMatchObject({ layout: { id: 'docs-beta' }, how: 'fallback' });
  });
});

describe('what somebody sets', () => {
  const text = compose(image('mender-useradm', 'mendersoftware/useradm:mender-3.7.0'));

  it.each([
    ['3.7', 'traefik-3.7', 'Mender 3.7'],
    ['3.1.1', 'traefik-3.1', 'Mender 3.1.1'],
    ['v4.0.1', 'server-4.0', 'Mender 4.0.1'],
    ['4.1', 'server-4.0', 'Mender 4.1'],
    ['mender-2.7', 'traefik-2.7', 'Mender 2.7'],
    ['1.0', 'nginx-1.0', 'Mender 1.0'],
    [' 3.6 ', 'traefik-3.5', 'Mender 3.6'],
    ...layouts.map(({ id, title, releases }) => [id, id, releases ? title : 'Mender before 1.0']),
  ])('%s comes before all else', async (wanted = '', layout, title) => {
    const found = await recogniseText(text, wanted);
    expect([found.layout.id, found.title, found.how]).toEqual([layout, title, 'setting']);
    expect(isRelease(wanted)).toBe(true);
  });

  it.each(['', 'latest', '0.9', 'traefik', '3', '3.x', 'mender', '3.7.0.1'])(
    '%j is no release, and changes nothing',
    async (wanted) => {
      expect(isRelease(wanted)).toBe(false);
      expect(await recogniseText(text, wanted)).toMatchObject({ how: 'images', release: '3.7.0' });
    },
  );

  it('the examples are understood', () => {
    expect(RELEASE_EXAMPLES.filter((example) => !isRelease(example))).toEqual([]);
  });
});
