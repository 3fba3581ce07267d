/** A release is a row of the table and nothing else: one that doesn't exist, with paths of its own. */
import { describe, expect, it, vi } from 'vitest';
import { isRelease, RELEASE_EXAMPLES } from '../../../server/src/language-service/info/releases';
import type { Layout } from '../../../server/src/mender/model/layout';
import { releasesPage } from '../../docs/releases-page';
import { check } from '../../rules/marked';
import { recogniseText } from '../stack-of';

vi.mock('../../../server/src/mender/releases/table', async (original) => {
  const { layouts } = await original<{ layouts: readonly Layout[] }>();
  const last = layouts.at(-1);
  if (!last) throw new Error('no layouts');
  const moved = (path: string) =>
    path.replace('/etc/traefik/certs/', '/etc/mender/tls/').replace('/private.pem', '/signing.pem');
  const next: Layout = {
    ...last,
    id: 'server-9.0',
    title: 'Mender 9',
    releases: { from: '9.0', to: '9.0' },
    requirements: last.requirements.map((requirement) => ({
      ...requirement,
      target: moved(requirement.target),
      imageDefault: requirement.pathVariable ? requirement.imageDefault : moved(requirement.target),
    })),
  };
  return { layouts: [...layouts, next] };
});

/** As Mender's own compose files are written: names and tags of images from variables. */
function compose(tag: string, next: boolean): string {
  const image = (name: string) =>
    `\${MENDER_IMAGE_REGISTRY:-docker.io}/\${MENDER_IMAGE_REPOSITORY:-mendersoftware}/${name}:\${MENDER_IMAGE_TAG:-${tag}}`;
  const key = next ? 'signing.pem' : 'private.pem';
  const certs = next ? '/etc/mender/tls' : '/etc/traefik/certs';
  return `
services:
  traefik:
    image: traefik:v3.6
    command:
      - --providers.file.directory=/etc/traefik/config
    networks:
      default:
        aliases: [docker.mender.io, s3.docker.mender.io]
    volumes:
      - ./certs/mender.crt:${certs}/mender.crt:ro
      - ./certs/mender.key:${certs}/mender.key:ro
  useradm:
    image: ${image('useradm')}
    environment:
      USERADM_SERVER_PRIV_KEY_PATH: /etc/useradm/${key}
    volumes:
      - ./keys/useradm.pem:/etc/useradm/${key}:ro
  deviceauth:
    image: ${image('deviceauth')}
    environment:
      DEVICEAUTH_SERVER_PRIV_KEY_PATH: /etc/deviceauth/${key}
    volumes:
      - ./keys/deviceauth.pem:/etc/deviceauth/${key}:ro
  deployments:
    image: ${image('deployments')}
`;
}

describe('a release that is one more row of the table', () => {
  it.each(['v9.0.0', 'v9.1.2', 'latest', 'main'])(
    "is that of Mender's own files with the tag %s",
    async (tag) => {
      const text = compose(tag, true);
      const { layout, title } = await recogniseText({ '/project/docker-compose.yml': text });
      expect(layout.id).toBe('server-9.0');
      expect(title).toMatch(/^Mender 9/);
      expect((await check(text)).findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    },
  );

  it.each(['v4.0.0', 'v4.1.0', 'latest'])(
    'is not that of the release before it, with the tag %s',
    async (tag) => {
      const text = compose(tag, false);
      const { layout } = await recogniseText({ '/project/docker-compose.yml': text });
      expect(layout.id).toBe('server-4.0');
      expect((await check(text)).findings).toEqual([]);
    },
  );

  it('is recognised by its mounts and the names of its services where no image names one', async () => {
    const text = compose('latest', true).replaceAll(/\$\{MENDER_IMAGE_[A-Z]+:-([^}]*)\}/g, '$1');
    const { layout, how } = await recogniseText({ '/project/docker-compose.yml': text });
    expect([layout.id, how]).toEqual(['server-9.0', 'mounts']);
  });

  it('can be set, is an example, and has its section on the page of releases', () => {
    expect(['9', '9.0', 'v9.0.3', 'server-9.0'].map(isRelease)).toEqual([false, true, true, true]);
    expect(RELEASE_EXAMPLES[0]).toBe('9.0');
    expect(RELEASE_EXAMPLES).toContain('server-9.0');
    const page = releasesPage();
    expect(page).not.toContain('knows twelve layouts');
    expect(page).toContain('## server-9.0');
    expect(page).toMatch(/`MENDER_IMAGE_TAG`.*9\.0/);
  });
});
