/** Fixes that look at the host's files: real keys, made here, on a disk in memory. */

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FixSummary, LanguageService, Plan } from '../../server/src/language-service/api/index';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { make } from '../../server/src/pki/generate/generate';
import { type MemoryHost, memoryHost } from '../platform/memory-host';
import { edited, FILE, MOUNTS_ONLY } from '../rules/marked';
import { yaml } from '../yaml';

const keys = new Map<string, KeyObject>();

function rsa(name: string): KeyObject {
  const known = keys.get(name) ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  keys.set(name, known);
  return known;
}

const pkcs1 = (name: string) => rsa(name).export({ type: 'pkcs1', format: 'pem' }).toString();
const pkcs8 = (name: string) => rsa(name).export({ type: 'pkcs8', format: 'pem' }).toString();

const pair = { certificate: '', key: '' };

beforeAll(async () => {
  const host = memoryHost({});
  host.putDirectory('/tls');
  const answer = await make(
    [
      {
        kind: 'tls-pair',
        keyPath: '/tls/key.pem',
        certificatePath: '/tls/cert.pem',
        names: ['mender.example.com'],
        bits: 2048,
      },
    ],
    host,
    { root: '/tls' },
  );
  expect(answer).toMatchObject({ ok: true });
  pair.certificate = host.text('/tls/cert.pem') ?? '';
  pair.key = host.text('/tls/key.pem') ?? '';
});

interface Project {
  readonly host: MemoryHost;
  readonly service: LanguageService;
  readonly text: string;
}

function project(text: string, files: Record<string, string> = {}): Project {
  const placed = Object.entries(files).map(([name, content]) => [`/project/${name}`, content]);
  const host = memoryHost({ files: { [FILE]: text, ...Object.fromEntries(placed) } });
  const service = createLanguageService(host);
  service.configure(MOUNTS_ONLY);
  return { host, service, text };
}

async function found({ service }: Project): Promise<string[]> {
  const answer = await service.check(FILE);
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return answer.findings.map(({ code, service: name }) => `${code} ${name}`);
}

/** All fixes of the document. */
async function offered({ service }: Project): Promise<readonly FixSummary[]> {
  return service.fixes(FILE, { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } });
}

async function planOf(given: Project, title: string): Promise<Plan> {
  const fix = (await offered(given)).find((candidate) => candidate.title === title);
  const plan = fix && (await given.service.plan(FILE, fix.id));
  if (!plan) throw new Error(`no fix ${title}`);
  return plan;
}

const titles = (fixes: readonly FixSummary[]) =>
  fixes.map(({ title, preferred }) => `${preferred ? '* ' : ''}${title}`);

const GATEWAY = 'services:\n  mender-api-gateway:\n    image: mendersoftware/api-gateway:latest\n';

describe('existing files', () => {
  it('a certificate and the key that belongs to it are mounted together, and by fix-all', async () => {
    const given = project(GATEWAY, {
      'ssl/mender-api-gateway/cert.pem': pair.certificate,
      'ssl/mender-api-gateway/key.pem': pair.key,
      'ssl/mender-api-gateway/old-key.pem': pkcs8('other'),
      'ssl/notes.pem': 'not a key',
    });
    expect(titles(await offered(given))[0]).toBe(
      '* Mount ./ssl/mender-api-gateway/cert.pem and ./ssl/mender-api-gateway/key.pem in mender-api-gateway',
    );
    const plan = await given.service.planAll(FILE, { generate: false });
    expect(plan.create).toEqual([]);
    expect(edited(given.text, plan)).toBe(
      `${GATEWAY}    volumes:\n      - ./ssl/mender-api-gateway/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro\n      - ./ssl/mender-api-gateway/key.pem:/var/www/mendersoftware/cert/key.pem:ro\n`,
    );
  });

  it('a key that does not belong to the mounted certificate is not offered', async () => {
    const text = `${GATEWAY}    volumes:\n      - ./tls/server.pem:/var/www/mendersoftware/cert/cert.pem\n`;
    const given = project(text, { 'tls/server.pem': pair.certificate, 'tls/wrong.key': pkcs8('other') });
    expect(titles(await offered(given))).toEqual([
      '* Generate a certificate and private key for mender-api-gateway, and mount both',
    ]);
    given.host.put('/project/tls/right.key', pair.key);
    expect(titles(await offered(given))[0]).toBe(
      '* Mount ./tls/right.key as TLS private key of mender-api-gateway',
    );
  });

  it('a token key of another service, a TLS key and an EC key are not offered as token key', async () => {
    const text = yaml`
        services:
          mender-useradm:
            image: mendersoftware/useradm:latest
          mender-device-auth:
            volumes:
              - ./keys/device.pem:/etc/deviceauth/rsa/private.pem
      `;
    const given = project(text, {
      'keys/device.pem': pkcs1('device'),
      'keys/tls.key': pair.key,
      'keys/tls.crt': pair.certificate,
      'keys/ec.pem': generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'sec1', format: 'pem' })
        .toString(),
    });
    expect(titles(await offered(given))).toEqual([
      '* Generate a token signing key for mender-useradm, and mount it',
    ]);
    given.host.put('/project/keys/useradm-private.pem', pkcs1('user'));
    expect(titles(await offered(given))[0]).toBe(
      '* Mount ./keys/useradm-private.pem as token signing key of mender-useradm',
    );
  });
});

describe('one key for two services', () => {
  const text = yaml`
      services:
        mender-useradm:
          volumes:
            - ./keys/a.pem:/etc/useradm/rsa/private.pem
        mender-device-auth:
          volumes:
            - ./keys/b.pem:/etc/deviceauth/rsa/private.pem
    `;
  const both = ['shared-token-key mender-useradm', 'shared-token-key mender-device-auth'];

  it('is recognised as a copy, in another encoding, and through a link', async () => {
    expect(await found(project(text, { 'keys/a.pem': pkcs1('one'), 'keys/b.pem': pkcs1('two') }))).toEqual(
      [],
    );
    expect(await found(project(text, { 'keys/a.pem': pkcs1('one'), 'keys/b.pem': pkcs1('one') }))).toEqual(
      both,
    );
    expect(await found(project(text, { 'keys/a.pem': pkcs1('one'), 'keys/b.pem': pkcs8('one') }))).toEqual(
      both,
    );
    const linked = project(text, { 'keys/a.pem': 'not even a key' });
    linked.host.putLink('/project/keys/b.pem', 'a.pem');
    expect(await found(linked)).toEqual(both);
  });

  it('is split into files of their own, and the shared one stays', async () => {
    const given = project(text.replace('b.pem', 'a.pem'), { 'keys/a.pem': pkcs1('one') });
    const plan = await planOf(
      given,
      'Generate a separate token signing key for mender-device-auth, and mount it',
    );
    const answer = await given.service.apply(plan);
    expect(answer).toMatchObject({
      ok: true,
      created: [{ path: '/project/keys/deviceauth-private.pem', kind: 'token-key' }],
    });
    expect(given.host.text('/project/keys/a.pem')).toBe(pkcs1('one'));
    expect(given.host.text('/project/keys/deviceauth-private.pem')).toMatch(/^-----BEGIN RSA /);
    const after = edited(given.text, plan);
    expect(after).toContain('- ./keys/deviceauth-private.pem:/etc/deviceauth/rsa/private.pem');
    expect(await found({ ...given, service: reopened(given, after) })).toEqual([]);
  });
});

function reopened({ host }: Project, text: string): LanguageService {
  const service = createLanguageService(host);
  service.configure(MOUNTS_ONLY);
  service.open(FILE, text, 2);
  return service;
}

describe('making what is missing', () => {
  it('completes a pair of which half is there, and never touches what exists', async () => {
    const text = `${GATEWAY}    volumes:\n      - ./tls/key.pem:/var/www/mendersoftware/cert/key.pem:ro\n`;
    const given = project(text, { 'tls/key.pem': pair.key });
    const plan = await given.service.planAll(FILE, { generate: true });
    expect(plan.create.map(({ path }) => path)).toEqual(['/project/tls/cert.pem']);
    expect(await given.service.apply(plan)).toMatchObject({ ok: true });
    expect(given.host.text('/project/tls/key.pem')).toBe(pair.key);
    expect(edited(text, plan)).toContain('- ./tls/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro');
  });

  it('makes a new pair beside a certificate whose key is lost', async () => {
    const text = `${GATEWAY}    volumes:\n      - ./tls/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro\n`;
    const given = project(text, { 'tls/cert.pem': pair.certificate });
    const plan = await given.service.planAll(FILE, { generate: true });
    expect(plan.create.map(({ path }) => path)).toEqual(['/project/tls/cert-2.pem', '/project/tls/key.pem']);
    await given.service.apply(plan);
    expect(given.host.text('/project/tls/cert.pem')).toBe(pair.certificate);
    const after = edited(text, plan);
    expect(after).toContain('./tls/cert-2.pem:/var/www/mendersoftware/cert/cert.pem:ro');
    expect(after).not.toContain('./tls/cert.pem:');
  });

  it('makes the files that are mounted and not there, without an edit', async () => {
    const text = yaml`
        services:
          mender-useradm:
            volumes:
              - ./keys/u.pem:/etc/useradm/rsa/private.pem
      `;
    const given = project(text);
    const plan = await given.service.planAll(FILE, { generate: true });
    expect(plan.edits).toEqual([]);
    expect(await given.service.apply(plan)).toMatchObject({
      ok: true,
      created: [{ path: '/project/keys/u.pem' }],
    });
    expect(given.host.mode('/project/keys/u.pem')).toBe(0o600);
    expect(
      createPrivateKey(given.host.text('/project/keys/u.pem') ?? '').asymmetricKeyDetails?.modulusLength,
    ).toBe(3072);
    expect((await given.service.planAll(FILE, { generate: true })).create).toEqual([]);
  });

  it('takes the names from aliases and addresses, and says when it has to guess', async () => {
    const text = `${GATEWAY}    environment:\n      ALLOWED_HOSTS: "mender.example.com, my-gateway-dns-name"\n    networks:\n      mender:\n        aliases: [gateway.example.com, "*.example.org"]\n  storage-proxy:\n    image: openresty\n  mender-deployments:\n    environment:\n      DEPLOYMENTS_AWS_URI: https://s3.example.com:9000/x\n`;
    const plan = await project(text).service.planAll(FILE, { generate: true });
    expect(plan.names).toEqual([
      {
        service: 'mender-api-gateway',
        names: ['gateway.example.com', '*.example.org', 'mender.example.com', 'mender-api-gateway'],
        fallback: ['mender-api-gateway', 'localhost'],
      },
      {
        service: 'storage-proxy',
        names: ['s3.example.com', 'storage-proxy'],
        fallback: ['storage-proxy', 'localhost'],
      },
    ]);
    const guessed = await project(GATEWAY).service.planAll(FILE, { generate: true });
    expect(guessed.names[0]?.names).toEqual([]);
  });

  it('writes nothing in an untrusted workspace, reads no key there, and says why', async () => {
    const given = project(GATEWAY, { 'ssl/mender-api-gateway/cert.pem': pair.certificate });
    given.service.configure({ rules: {}, trusted: false, folders: ['/project'] });
    const plan = await given.service.planAll(FILE, { generate: true });
    const before = given.host.snapshot();
    expect(await given.service.apply(plan)).toMatchObject({
      ok: false,
      message: expect.stringContaining('untrusted'),
    });
    expect(given.host.snapshot()).toEqual(before);
    expect(given.host.calls.filter(({ path }) => path.endsWith('.pem'))).toEqual([]);
  });

  it('makes nothing outside of what was opened, and says what would have been made', async () => {
    const text = yaml`
        services:
          mender-useradm:
            volumes:
              - /etc/mender/u.pem:/etc/useradm/rsa/private.pem
      `;
    const plan = await project(text).service.planAll(FILE, { generate: true });
    expect(plan.create).toEqual([]);
    expect(plan.reminders).toEqual([
      'Nothing is created or changed outside of /project unless you allow it. This needs /etc/mender/u.pem, so what depends on it was not done.',
    ]);
    expect(plan.outside).toEqual(['/etc/mender']);
  });

  it('writes paths as the neighbours do: absolute, with a variable, with backslashes on Windows', async () => {
    const absolute = `${GATEWAY}    volumes:\n      - /project/tls/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro\n  mender-useradm:\n    image: mendersoftware/useradm:latest\n`;
    const after = edited(absolute, await project(absolute).service.planAll(FILE, { generate: true }));
    expect(after).toContain('- /project/tls/key.pem:/var/www/mendersoftware/cert/key.pem:ro');
    expect(after).toContain('- /project/keys/useradm-private.pem:/etc/useradm/rsa/private.pem:ro');
    const variable = `${GATEWAY}    volumes:\n      - \${TLS:-./tls}/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro\n`;
    expect(edited(variable, await project(variable).service.planAll(FILE, { generate: true }))).toContain(
      '- ${TLS:-./tls}/key.pem:/var/www/mendersoftware/cert/key.pem:ro',
    );
    const file = 'C:\\project\\docker-compose.yml';
    const windows = `${GATEWAY}    volumes:\r\n      - .\\tls\\cert.pem:/var/www/mendersoftware/cert/cert.pem:ro\r\n  mender-useradm: {}\r\n`;
    const host = memoryHost({ platform: 'windows', files: { [file]: windows } });
    const plan = await createLanguageService(host).planAll(file, { generate: true });
    expect(edited(windows, plan, file)).toContain(
      '- .\\tls\\key.pem:/var/www/mendersoftware/cert/key.pem:ro',
    );
    expect(edited(windows, plan, file)).toContain(
      '.\\keys\\useradm-private.pem:/etc/useradm/rsa/private.pem:ro',
    );
    expect(plan.create.map(({ path }) => path)).toContain('C:\\project\\tls\\key.pem');
  });
});

describe('variables without a value', () => {
  const text = yaml`
      services:
        mender-useradm:
          volumes:
            - \${KEYS}/useradm-private.pem:/etc/useradm/rsa/private.pem
    `;

  it('get a default, or a line in .env', async () => {
    const given = project(text);
    expect(edited(text, await planOf(given, 'Set the default of KEYS to ./keys'))).toContain(
      '- ${KEYS:-./keys}/useradm-private.pem:',
    );
    const plan = await planOf(given, 'Add KEYS=./keys to .env');
    expect(plan.edits).toMatchObject([
      { file: '/project/.env', creates: true, edits: [{ newText: 'KEYS=./keys\n' }] },
    ]);
    const second = project(text, { '.env': 'A=b' });
    expect(edited('A=b', await planOf(second, 'Add KEYS=./keys to .env'), '/project/.env')).toBe(
      'A=b\nKEYS=./keys\n',
    );
    expect(await found(project(text, { '.env': 'KEYS=./keys' }))).toEqual([]);
  });
});

it('offers a remedy once for the findings that it puts right, and two remedies of one kind both', async () => {
  const text = yaml`
      services:
        mender-api-gateway:
          volumes:
            - ./c.pem:/var/www/mendersoftware/cert/cert.pem:rw
            - ./k.pem:/var/www/mendersoftware/cert/key.pem:rw
    `;
  expect(titles(await offered(project(text))).filter((title) => title.startsWith('*'))).toEqual([
    '* Mount /var/www/mendersoftware/cert/cert.pem read-only',
    '* Mount /var/www/mendersoftware/cert/key.pem read-only',
  ]);
  expect(titles(await offered(project(GATEWAY)))).toEqual([
    '* Generate a certificate and private key for mender-api-gateway, and mount both',
  ]);
});
