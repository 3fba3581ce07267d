/** Which of the files that are there a fix offers, and in which order: what is public comes last, half a pair never. */

import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { make } from '../../server/src/pki/generate/generate';
import { type MemoryHost, memoryHost } from '../platform/memory-host';
import { FILE } from '../rules/marked';
import { yaml } from '../yaml';

/** The public keys that count as published here: Mender's own are in no test. */
const published = vi.hoisted(() => new Set<string>());

vi.mock('../../server/src/pki/keys/published-keys', async (original) => {
  const actual = await original<typeof import('../../server/src/pki/keys/published-keys')>();
  const row = { role: 'demo-deployment', what: "Mender's demo key", publishedIn: 'all' } as const;
  return {
    ...actual,
    publishedKey: (key: string | undefined) => (published.has(key ?? '') ? row : actual.publishedKey(key)),
  };
});

interface PairText {
  readonly certificate: string;
  readonly key: string;
}
let demo: PairText;
let own: PairText;
let other: PairText;

async function pair(name: string): Promise<PairText> {
  const host = memoryHost({});
  host.putDirectory('/tls');
  const paths = { keyPath: '/tls/key.pem', certificatePath: '/tls/cert.pem' };
  await make([{ kind: 'tls-pair', ...paths, names: [name], bits: 2048 }], host, { root: '/tls' });
  return { certificate: host.text('/tls/cert.pem') ?? '', key: host.text('/tls/key.pem') ?? '' };
}
const token = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
const mark = (key: string) =>
  createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('hex');

beforeAll(async () => {
  [demo, own, other] = await Promise.all([
    pair('docker.mender.io'),
    pair('mender.example.com'),
    pair('mender.example.com'),
  ]);
  published.add(mark(demo.key));
});

function start(text: string, files: Readonly<Record<string, string>>) {
  const host: MemoryHost = memoryHost({ files: { [FILE]: text } });
  for (const [path, content] of Object.entries(files)) host.put(`/project/${path}`, content, 0o600);
  const service = createLanguageService(host);
  return {
    service,
    /** Of the first finding of `code` in a service. */
    async fixes(code: string, name: string) {
      const answer = await service.check(FILE, undefined, { fixes: true });
      const findings = answer && 'findings' in answer ? answer.findings : [];
      const found = findings.find((finding) => finding.code === code && finding.message.includes(name));
      return (found?.fixes ?? []).map(({ title, preferred }) => `${preferred ? '* ' : ''}${title}`);
    },
  };
}

const TRAEFIK = `services:
  traefik:
    image: traefik:v3.1
    command:
      - --entrypoints.websecure.address=:443
      - --providers.file.directory=/etc/traefik/config
    volumes:
      - ./compose/config/traefik:/etc/traefik/config:ro
    networks:
      default:
        aliases: [docker.mender.io]
  gui:
    image: docker.io/mendersoftware/gui:v4.0.1
`;

describe('what Mender publishes', () => {
  it('is mounted neither by a plan for all nor by the preferred fix, is offered last, and called a demo', async () => {
    const files = { 'compose/certs/mender.crt': demo.certificate, 'compose/certs/mender.key': demo.key };
    const { service, fixes } = start(TRAEFIK, files);
    for (const code of ['missing-certificate-mount', 'missing-private-key-mount']) {
      const titles = await fixes(code, 'traefik');
      expect(titles[0]).toBe('* Generate a certificate and private key for traefik, and mount both');
      expect(titles.slice(1)).toHaveLength(1);
      expect(titles.at(-1)).toMatch(/^Mount .*mender\.crt and .*mender\.key.* \(demo only/);
    }
    expect((await service.planAll(FILE, { generate: false })).edits).toEqual([]);
    const all = await service.fixes(FILE, {
      start: { line: 0, character: 0 },
      end: { line: 99, character: 0 },
    });
    expect(all.filter(({ kind }) => kind === 'source.fixAll.mender')).toEqual([]);
    const made = await service.planAll(FILE, { generate: true });
    expect(made.create.map(({ path }) => path)).toHaveLength(2);
  });

  it('is no token key of a service, unless somebody wants a demo', async () => {
    const text = `services:
  useradm:
    image: mendersoftware/useradm:v4.0.1
  deviceauth:
    image: mendersoftware/deviceauth:v4.0.1
`;
    const { fixes, service } = start(text, { 'keys/mender.pem': demo.key });
    for (const name of ['useradm', 'deviceauth']) {
      const titles = await fixes('missing-token-key-mount', name);
      expect(titles[0]).toBe(`* Generate a token signing key for ${name}, and mount it`);
      expect(titles.slice(1).every((title) => title.includes('(demo only: '))).toBe(true);
    }
    expect((await service.planAll(FILE, { generate: false })).edits).toEqual([]);
  });
});

describe('files that are there', () => {
  const KEYGEN = `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.6.2
    volumes:
      - ./production/keys-generated/keys/useradm/private.key:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.6.2
    volumes:
      - ./production/keys-generated/keys/deviceauth/private.key:/etc/deviceauth/rsa/private.pem:ro
`;

  it('are offered by the end of their path, and not to another service', async () => {
    const { fixes } = start(KEYGEN, {
      'keys-generated/cert/cert.crt': own.certificate,
      'keys-generated/cert/private.key': own.key,
      'keys-generated/keys/deviceauth/private.key': token() as string,
      'keys-generated/keys/useradm/private.key': token() as string,
      'keys/a.pem': token() as string,
      'keys/b.pem': token() as string,
      'keys/c.pem': token() as string,
    });
    for (const [name, directory, foreign] of [
      ['mender-useradm', 'useradm', 'deviceauth'],
      ['mender-device-auth', 'deviceauth', 'useradm'],
    ] as const) {
      const titles = await fixes('key-file-missing', name);
      expect(titles[0]).toBe(
        `* Mount ./keys-generated/keys/${directory}/private.key as token signing key of ${name}`,
      );
      expect(titles.join('\n')).not.toContain(`keys/${foreign}/`);
      expect(titles.join('\n')).not.toContain('cert/private.key');
    }
  });

  it('are mounted as a pair or not at all, and token keys are no TLS keys', async () => {
    const text = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:2.2.0
  mender-useradm:
    image: mendersoftware/useradm:1.13.0
`;
    const titles = async (files: Readonly<Record<string, string>>) =>
      (await start(text, files).fixes('missing-certificate-mount', 'mender-api-gateway')).filter((title) =>
        title.includes('ount ./'),
      );
    expect(
      await titles({ 'certs/a.crt': own.certificate, 'keys/useradm/private.key': token() as string }),
    ).toEqual([]);
    expect(
      await titles({
        'certs/a.crt': own.certificate,
        'certs/b.crt': other.certificate,
        'certs/z.key': own.key,
      }),
    ).toEqual(['* Mount ./certs/a.crt and ./certs/z.key in mender-api-gateway']);
  });

  it('which the deployments service trusts are free for who serves storage', async () => {
    const text = `services:
  storage-proxy:
    image: openresty/openresty:1.13.6.2-0-alpine
    networks:
      mender:
        aliases: [mender.example.com]
    volumes:
      - ./certs/s3.key:/var/www/storage-proxy/cert/private.key:ro
  mender-deployments:
    image: mendersoftware/deployments:1.6.0
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage-proxy.crt
      DEPLOYMENTS_AWS_URI: https://mender.example.com:9000
    volumes:
      - ./certs/s3.crt:/etc/ssl/certs/storage-proxy.crt:ro
`;
    const { fixes } = start(text, { 'certs/s3.crt': own.certificate, 'certs/s3.key': own.key });
    expect((await fixes('missing-certificate-mount', 'storage-proxy'))[0]).toBe(
      '* Mount ./certs/s3.crt as TLS certificate of storage-proxy',
    );
  });
});

describe('a token key that is there', () => {
  const text = `services:
  useradm:
    image: mendersoftware/useradm:v4.0.1
    volumes:
      - ./keys/mender.pem:/etc/useradm/rsa/private.pem:ro
  deviceauth:
    image: mendersoftware/deviceauth:v4.0.1
    volumes:
      - ./keys/mender.pem:/etc/deviceauth/rsa/private.pem:ro
`;

  it('is kept by one of two services that share it, unless it is published', async () => {
    const makes = async (key: string) => {
      const { service } = start(text, { 'keys/mender.pem': key });
      const { create } = await service.planAll(FILE, { generate: true });
      return create.map((file) => file.service);
    };
    expect(await makes(token() as string)).toHaveLength(1);
    expect((await makes(demo.key)).sort()).toEqual(['deviceauth', 'useradm']);
  });

  it('is written anew where only its form is wrong', async () => {
    const old = yaml`
      services:
        mender-useradm:
          image: mendersoftware/useradm:mender-3.2.0
          volumes:
            - ./keys/u.pem:/etc/useradm/rsa/private.pem:ro
    `;
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const { service } = start(old, {
      'keys/u.pem': key.export({ type: 'pkcs8', format: 'pem' }) as string,
    });
    const plan = await service.planAll(FILE, { generate: true });
    expect(plan.create).toMatchObject([{ path: '/project/keys/u-converted.pem' }]);
    expect(plan.findings.map(({ code }) => code)).toEqual(['token-key-not-pkcs1']);
  });
});
