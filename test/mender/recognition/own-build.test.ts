/** What the user's own image, build or entry point reads can't be known: no error, and no plan edits it. */
import { describe, expect, it } from 'vitest';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { memoryHost } from '../../platform/memory-host';
import { FILE, MOUNTS_ONLY } from '../../rules/marked';

async function judge(text: string) {
  const service = createLanguageService(memoryHost({ files: { [FILE]: text } }));
  service.configure(MOUNTS_ONLY);
  const answer = await service.check(FILE);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  const plans = [
    await service.planAll(FILE, { generate: false }),
    await service.planAll(FILE, { generate: true }),
  ];
  return {
    codes: answer.findings.map(({ code, severity }) => `${severity} ${code}`),
    edits: plans.flatMap(({ edits }) => edits),
    services: plans.flatMap(({ create }) => create.map((file) => file.service)),
  };
}

const BESIDE = '  mender-deployments:\n    image: mendersoftware/deployments:1.7.0\n';

describe('nothing is missing, and nothing is moved', () => {
  it.each([
    [
      'in a gateway that is built, with an entry point in another service',
      `services:
  mender-api-gateway:
    build: ./gateway
    environment:
      ALLOWED_HOSTS: mender.example.com
    volumes:
      - /etc/letsencrypt:/etc/letsencrypt:ro
  mender-useradm:
    image: mendersoftware/useradm:1.13.0
    entrypoint: [/secrets-to-files.sh, /usr/bin/useradm]
`,
    ],
    [
      'in a gateway that serves storage with paths of its own',
      `services:
  mender-api-gateway:
    build: ./gateway
    volumes:
      - ./keys/gw/cert.crt:/var/www/mendersoftware/cert/cert.crt:ro
      - ./keys/gw/private.key:/var/www/mendersoftware/cert/private.key:ro
      - ./keys/s3/cert.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./keys/s3/private.key:/var/www/storage-proxy/cert/private.key:ro
  storage-proxy:
    image: openresty/openresty:1.13.6.2-0-alpine
    volumes: [certs:/var/www/storage-proxy/cert]
volumes:
  certs: {}
`,
    ],
    [
      "in an image of the user's own",
      'services:\n  mender-api-gateway:\n    image: registry.example.com/acme/our-gateway:3\n',
    ],
  ])('%s', async (_where, text) => {
    expect(await judge(text)).toEqual({ codes: [], edits: [], services: [] });
  });

  it("in a proxy beside Mender's gateway that finds what it serves by Docker's socket", async () => {
    const { codes, edits, services } = await judge(`services:
  traefik:
    image: traefik:v2.10
    command: [--providers.docker=true, "--entrypoints.web.address=:80"]
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
${BESIDE}`);
    expect(codes.filter((code) => code.includes('missing-certificate-mount'))).toEqual([]);
    expect(JSON.stringify([edits, services])).not.toContain('traefik');
    const bare = `services:\n  traefik:\n    image: traefik:v2.10\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock:ro\n${BESIDE}`;
    expect((await judge(bare)).services).not.toContain('traefik');
  });
});

it.each([
  'registry.example.com:5000/mirror/useradm:mender-3.7.0',
  'example.com/mendersoftware/useradm:mender-3.7.0',
])('a mirror of an image of Mender, %s, is no image of the user’s own', async (image) => {
  const { codes } = await judge(`services:\n  mender-useradm:\n    image: ${image}\n`);
  expect(codes).toEqual(['error missing-token-key-mount']);
});
