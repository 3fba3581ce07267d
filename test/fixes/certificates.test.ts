/** The fixes of the rules about certificates: carried out, and judged again. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FixSummary, Plan } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { memoryHost } from '../platform/memory-host';
import { CERTIFICATE_CODES, daysAfter, HOST, type Made, makeCertificates } from '../rules/made-certificates';
import { edited } from '../rules/marked';

const FILE = '/project/docker-compose.yml';
const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    networks:
      mender:
        aliases: [${HOST}]
    volumes:
      - ./ssl/gateway.crt:/var/www/mendersoftware/cert/cert.pem:ro
      - ./ssl/gateway.key:/var/www/mendersoftware/cert/key.pem:ro
`;
const STORAGE = `services:
  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [${HOST}]
    volumes:
      - ./ssl/gateway.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./ssl/gateway.key:/var/www/storage-proxy/cert/key.pem:ro
  mender-deployments:
    image: mendersoftware/deployments:latest
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage.crt
      DEPLOYMENTS_AWS_URI: https://${HOST}
    volumes:
      - ./ssl/TRUSTED.crt:/etc/ssl/certs/storage.crt:ro
`;

let made: Made;
beforeAll(async () => {
  made = await makeCertificates();
}, 60_000);

function start(files: Readonly<Record<string, string>>, text: string, day: number) {
  const contents = Object.entries(files).map(([name, from]) => [
    `/project/ssl/${name}`,
    made.files[from] ?? '',
  ]);
  const host = memoryHost({
    files: { ...Object.fromEntries(contents), [FILE]: text },
    now: daysAfter(made, day),
  });
  const service = createLanguageService(host);
  const codes = async () => {
    const answer = await service.check(FILE);
    if (!answer || 'problem' in answer) throw new Error('not checked');
    return answer.findings.map(({ code }) => code).filter((code) => CERTIFICATE_CODES.includes(code));
  };
  const fixesAt = async (source: string): Promise<readonly FixSummary[]> => {
    const line = text.split('\n').findIndex((each) => each.includes(source));
    const place = { line, character: (text.split('\n')[line] ?? '').indexOf(source) + 1 };
    return (await service.fixes(FILE, { start: place, end: place })).filter(
      ({ kind }) => kind === 'quickfix',
    );
  };
  const planOf = async (fix: FixSummary | undefined): Promise<Plan> => {
    const plan = fix && (await service.plan(FILE, fix.id));
    if (!plan) throw new Error('no plan');
    return plan;
  };
  /** Carries the fix out; the compose text afterwards. */
  const carryOut = async (fix: FixSummary | undefined): Promise<string> => {
    const plan = await planOf(fix);
    const applied = await service.apply(plan);
    expect(applied).toMatchObject({ ok: true });
    const after = edited(text, plan);
    host.put(FILE, after);
    service.changed([FILE]);
    return after;
  };
  return { host, service, codes, fixesAt, planOf, carryOut };
}

describe('renewal with the same key', () => {
  it('makes a certificate beside the old one, with its names, and mounts it', async () => {
    const files = { 'gateway.crt': 'short.crt', 'gateway.key': 'short.key' };
    const { host, codes, fixesAt, planOf, carryOut } = start(files, TEXT, 101);
    expect(await codes()).toEqual(['certificate-expired']);
    const [renew] = await fixesAt('./ssl/gateway.crt');
    expect(renew).toMatchObject({
      title: 'Renew the certificate of mender-api-gateway with the same key',
      generates: true,
      preferred: true,
    });
    const plan = await planOf(renew);
    expect(plan.create).toEqual([
      { path: '/project/ssl/gateway-2.crt', kind: 'certificate', service: 'mender-api-gateway' },
    ]);
    expect(plan.names[0]?.names).toEqual([HOST, 'mender-api-gateway']);
    const before = host.text('/project/ssl/gateway.crt');
    expect(await carryOut(renew)).toBe(TEXT.replace('./ssl/gateway.crt', './ssl/gateway-2.crt'));
    expect(await codes()).toEqual([]);
    expect(host.text('/project/ssl/gateway.crt')).toBe(before);
  });

  it('adds the missing name and keeps the old ones', async () => {
    const text = TEXT.replace(HOST, `${HOST}, new.example.com`);
    const { codes, fixesAt, planOf, carryOut } = start(
      { 'gateway.crt': 'good.crt', 'gateway.key': 'good.key' },
      text,
      1,
    );
    expect(await codes()).toEqual(['certificate-host-mismatch']);
    const [renew] = await fixesAt('./ssl/gateway.crt');
    const plan = await planOf(renew);
    expect(plan.names[0]?.names).toEqual([HOST, 'new.example.com', 'mender-api-gateway']);
    await carryOut(renew);
    expect(await codes()).toEqual([]);
  });

  it('is not preferred where an authority issued the certificate: a request for the same key comes first', async () => {
    const files = { 'gateway.crt': 'chain.crt', 'gateway.key': 'leaf.key' };
    const { fixesAt, planOf } = start(files, TEXT, 101);
    const [request, ...others] = await fixesAt('./ssl/gateway.crt');
    expect(request).toMatchObject({
      title:
        'Create a certificate request for mender-api-gateway with the same key, for its authority to sign',
      preferred: true,
    });
    expect(await planOf(request)).toMatchObject({ create: [{ kind: 'request' }], edits: [] });
    expect(others.length).toBeGreaterThan(0);
    for (const fix of others) expect(fix.preferred).toBe(false);
  });

  it('goes along with what the deployments service trusts', async () => {
    const text = STORAGE.replace('TRUSTED', 'gateway');
    const files = { 'gateway.crt': 'short.crt', 'gateway.key': 'short.key' };
    const { codes, fixesAt, carryOut } = start(files, text, 101);
    expect(await codes()).toEqual(['certificate-expired']);
    const [renew] = await fixesAt('./ssl/gateway.crt');
    expect(await carryOut(renew)).toBe(text.replaceAll('./ssl/gateway.crt', './ssl/gateway-2.crt'));
    expect(await codes()).toEqual([]);
  });
});

it('a pair that does not match gets a certificate for its key, an EC one as well', async () => {
  const files = { 'gateway.crt': 'good.crt', 'gateway.key': 'other.key' };
  const { codes, fixesAt, carryOut } = start(files, TEXT, 1);
  expect(await codes()).toEqual(['certificate-key-mismatch', 'certificate-key-mismatch']);
  const fixes = await fixesAt('./ssl/gateway.key');
  expect(fixes.map(({ title }) => title)).toEqual([
    'Renew the certificate of mender-api-gateway with the same key',
    'Generate a new certificate and private key for mender-api-gateway, and mount both',
    // The disk in memory lets everybody read what a test puts on it.
    'Restrict ./ssl/gateway.key to its owner',
  ]);
  await carryOut(fixes[0]);
  expect(await codes()).toEqual([]);
});

it('the deployments service gets the certificate that is served', async () => {
  const files = { 'gateway.crt': 'good.crt', 'gateway.key': 'good.key', 'TRUSTED.crt': 'other.crt' };
  const { codes, fixesAt, carryOut } = start(files, STORAGE, 1);
  expect(await codes()).toEqual(['storage-certificate-differs', 'storage-certificate-differs']);
  const [mount] = await fixesAt('./ssl/TRUSTED.crt');
  expect(mount).toMatchObject({ generates: false, preferred: true });
  expect(await carryOut(mount)).toBe(STORAGE.replace('TRUSTED', 'gateway'));
  expect(await codes()).toEqual([]);
});

it('in a mounted directory the new files are mounted over the names of the old ones', async () => {
  const text = `services:
  traefik:
    image: \${MENDER_IMAGE_REGISTRY:-docker.io}/traefik:v3.1
    volumes:
      - ./ssl:/etc/traefik/certs:ro
    networks:
      default:
        aliases:
          - ${HOST}
  useradm:
    image: \${MENDER_IMAGE_REGISTRY:-docker.io}/\${MENDER_IMAGE_REPOSITORY:-mendersoftware}/useradm:\${MENDER_IMAGE_TAG:-v4.0}
`;
  const { codes, fixesAt, carryOut } = start(
    { 'mender.crt': 'good.crt', 'mender.key': 'other.key' },
    text,
    1,
  );
  expect(await codes()).toEqual(['certificate-key-mismatch']);
  // A certificate for the key that is there comes first.
  const after = await carryOut((await fixesAt('./ssl'))[0]);
  expect(after).toContain('- ./ssl/mender-2.crt:/etc/traefik/certs/mender.crt:ro\n');
  expect(after).not.toContain(':/etc/traefik/certs/mender.key');
  expect(await codes()).toEqual([]);
});

describe('a certificate that two services serve', () => {
  const SHARED = `${TEXT}  storage-proxy:
    image: mendersoftware/storage-proxy:latest
    networks:
      mender:
        aliases: [s3.${HOST}]
    volumes:
      - ./ssl/gateway.crt:/var/www/storage-proxy/cert/cert.crt:ro
      - ./ssl/gateway.key:/var/www/storage-proxy/cert/key.pem:ro
`;

  it.each([
    ['of an authority', { 'gateway.crt': 'chain.crt', 'gateway.key': 'leaf.key' }],
    ['that signs itself', { 'gateway.crt': 'good.crt', 'gateway.key': 'good.key' }],
  ])('%s works, and is not replaced by what makes what is missing', async (_whose, files) => {
    const { service } = start(files, SHARED, 1);
    const plan = await service.planAll(FILE, { generate: true });
    expect([plan.create, plan.edits]).toEqual([[], []]);
  });

  it('is split for who asks for that; one of an authority by a request', async () => {
    const own = start({ 'gateway.crt': 'good.crt', 'gateway.key': 'good.key' }, SHARED, 1);
    const split = await own.service.planTask(FILE, { kind: 'split' });
    expect(split).toMatchObject({ kind: 'plan', plan: { create: [{}, {}, { kind: 'bundle' }] } });
    const issued = start({ 'gateway.crt': 'chain.crt', 'gateway.key': 'leaf.key' }, SHARED, 1);
    expect(await issued.service.planTask(FILE, { kind: 'split' })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('Request a new certificate for storage-proxy'),
    });
  });
});
