/** `published-private-key`: by key and by certificate, and how much it weighs. */
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStack } from '../../server/src/compose/loader/load-project';
import { deploymentOf } from '../../server/src/mender/deployment';
import type { PemFacts } from '../../server/src/pki/types';
import { publishedPrivateKey } from '../../server/src/rules/published-private-key';

/** Public fingerprints of what Mender publishes: the pair for docker.mender.io, and a key of nobody. */
const DEMO_KEY = '3c16fc8c999508ba8fb3ef946b292dd714315bc2f6f84e5fe596e6b5532f16e1';
const DEMO_CERTIFICATE = '5642dec9bab14ba368996673f7bef2c78909f212585d8b6b0be7ade892f1443b';
const OTHER = '0'.repeat(64);

const stackOf = (alias: string, extra = '') => `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    networks:
      mender:
        aliases: [${alias}]
    volumes:
      - ./cert.pem:/var/www/mendersoftware/cert/cert.pem:ro
      - ./key.pem:/var/www/mendersoftware/cert/key.pem:ro
${extra}`;

function pemOf(kind: 'certificate' | 'private-key', key: string, certificate = OTHER): PemFacts {
  const block = { kind, damaged: false, label: '', line: 0, encrypted: false };
  const facts = { ...block, publicKeyFingerprint: key, certificateFingerprint: certificate };
  return { form: 'pem', byteOrderMark: false, blocks: [facts] } as unknown as PemFacts;
}

async function check(files: Readonly<Record<string, PemFacts>>, text: string, name = 'docker-compose.yml') {
  const file = `/project/${name}`;
  const stack = await loadStack({
    files: [file],
    projectDirectory: undefined,
    envFiles: undefined,
    environment: () => undefined,
    paths: posix,
    homeDirectory: '/home/user',
    read: async (asked) => (asked === file ? { text } : { missing: true }),
  });
  const deployment = deploymentOf(stack, { release: undefined, join: posix.join });
  const findings = publishedPrivateKey.check({
    deployment,
    problems: [],
    now: 0,
    expiresSoonDays: 30,
    identities: () => [],
    file({ hostFile: path = '' }) {
      const pem = files[posix.basename(path)];
      if (!pem) return undefined;
      const facts = { path, realPath: path, identity: path, status: undefined, state: 'file', pem } as const;
      return { facts, access: undefined, readableInContainer: undefined, git: undefined };
    },
  });
  return findings.map(({ span, severity, message }) => ({
    at: text.slice(span.start, span.end),
    severity,
    message,
  }));
}

describe('published-private-key', () => {
  const own = stackOf('mender.example.com');

  it('knows a private key, and says where it was published', async () => {
    const found = await check({ 'key.pem': pemOf('private-key', DEMO_KEY) }, own);
    expect(found.map(({ at, severity }) => [at, severity])).toEqual([['./key.pem', undefined]]);
    expect(found[0]?.message).toContain('of releases 3.1.0 to 3.8.5 and mender-server 4');
  });

  it('knows a certificate, and one that was made anew for a published key', async () => {
    const places = async (certificate: PemFacts) =>
      (await check({ 'cert.pem': certificate }, own)).map(({ at }) => at);
    expect(await places(pemOf('certificate', OTHER, DEMO_CERTIFICATE))).toEqual(['./cert.pem']);
    expect(await places(pemOf('certificate', DEMO_KEY))).toEqual(['./cert.pem']);
    expect(await places(pemOf('certificate', OTHER))).toEqual([]);
  });

  it('is an information in a demo alone: called so, and reached under demo names only', async () => {
    const files = { 'key.pem': pemOf('private-key', DEMO_KEY) };
    const severity = async (text: string, name?: string) =>
      (await check(files, text, name)).map((finding) => finding.severity ?? 'default');
    const demo = 'docker.mender.io, s3.docker.mender.io';
    expect(await severity(stackOf(demo), 'docker-compose.demo.yml')).toEqual(['information']);
    expect(await severity(stackOf(demo, '    command: [--demo]\n'))).toEqual(['information']);
    expect(await severity(stackOf(demo))).toEqual(['default']);
    expect(await severity(stackOf('mender.example.com'), 'docker-compose.demo.yml')).toEqual(['default']);
    expect(await severity(stackOf(`${demo}, mender.example.com`), 'docker-compose.demo.yml')).toEqual([
      'default',
    ]);
    expect(await severity(stackOf(demo), 'democracy.yml')).toEqual(['default']);
  });
});
