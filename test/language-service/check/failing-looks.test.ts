/** A look that fails, at git, the disk or a certificate, costs its own answer alone: all other findings are told. */
import { beforeAll, describe, expect, it } from 'vitest';
import { lookInto } from '../../../server/src/language-service/check/inspect-mounted-files';
import { createLanguageService } from '../../../server/src/language-service/create-language-service';
import { make } from '../../../server/src/pki/generate/generate';
import type { Host } from '../../../server/src/platform/platform';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';

const FILE = '/project/docker-compose.yml';
const TEXT = `services:
  mender-api-gateway:
    image: mendersoftware/api-gateway:latest
    volumes:
      - ./tls/cert.pem:/var/www/mendersoftware/cert/cert.pem:ro
      - ./tls/key.pem:/var/www/mendersoftware/cert/key.pem:ro
  mender-useradm:
    image: mendersoftware/useradm:latest
    volumes:
      - ./keys/none.pem:/etc/useradm/rsa/private.pem
`;
const made = { certificate: '', key: '' };

beforeAll(async () => {
  const host = memoryHost({});
  host.putDirectory('/tls');
  const order = { keyPath: '/tls/key', certificatePath: '/tls/cert', names: ['a'], days: 5 } as const;
  const answer = await make([{ kind: 'tls-pair', ...order, algorithm: 'ec' }], host, { root: '/tls' });
  expect(answer.ok).toBe(true);
  made.certificate = host.text('/tls/cert') ?? '';
  made.key = host.text('/tls/key') ?? '';
});

function project(): MemoryHost {
  const host = memoryHost({
    files: {
      [FILE]: TEXT,
      '/project/.git/HEAD': 'ref: refs/heads/main\n',
      '/project/.gitignore': `${'**/'.repeat(30_000)}x\n`,
      '/project/tls/cert.pem': made.certificate,
    },
  });
  host.put('/project/tls/key.pem', made.key, 0o644);
  return host;
}

async function codes(host: Host): Promise<string[]> {
  const answer = await createLanguageService(host).check(FILE, undefined, { fixes: true });
  if (!answer || 'problem' in answer) throw new Error('not checked');
  return [...new Set(answer.findings.map(({ code }) => code))].sort();
}

const breaks = (path: RegExp) => (given: string) => {
  if (path.test(given)) throw new Error(`the disk broke down at ${given}`);
};

/** A host that throws for paths. */
function broken(host: MemoryHost, path: RegExp, operations: readonly (keyof Host['files'])[]): Host {
  const check = breaks(path);
  const files = Object.fromEntries(
    Object.entries(host.files).map(([name, look]) => [
      name,
      async (asked: string, limit: number) => {
        if (operations.includes(name as keyof Host['files'])) check(asked);
        return (look as (asked: string, limit: number) => unknown)(asked, limit);
      },
    ]),
  );
  return { ...host, files: files as unknown as Host['files'] };
}

const ALL = ['status', 'read', 'realPath', 'list'] as const;
const WHOLE = [
  'certificate-expires-soon',
  'key-file-missing',
  'private-key-in-git',
  'private-key-permissions',
  'writable-key-mount',
];

describe('a look that throws', () => {
  it('is none of those below', async () => {
    expect((await codes(project())).filter((code) => WHOLE.includes(code))).toEqual(WHOLE);
  });

  it.each([
    ['git', /\.git/, ALL, ['private-key-in-git']],
    ['the index', /\.git\/index/, ALL, ['private-key-in-git']],
    ['the certificate', /cert\.pem/, ['read'], ['certificate-expires-soon']],
    ['all of the certificate', /cert\.pem/, ALL, ['certificate-expires-soon']],
    ['the key', /tls\/key\.pem/, ['read'], ['private-key-in-git', 'private-key-permissions']],
    ['a directory', /tls$/, ['list'], []],
    ['what is missing', /none\.pem/, ALL, ['key-file-missing']],
  ] as const)('costs what %s would have told, and nothing else', async (_, path, operations, lost) => {
    const found = await codes(broken(project(), path, operations));
    for (const code of WHOLE) {
      if (!(lost as readonly string[]).includes(code)) expect(found, code).toContain(code);
    }
  });

  it('costs one answer of a key, whichever it is', async () => {
    const host = project();
    const throwing = async () => {
      throw new RangeError('Maximum call stack size exceeded');
    };
    const state = { hostFile: '/k', requirement: { kind: 'private-key' }, mount: undefined };
    const deployment = { services: [{ states: [state], service: {} }], layout: {} };
    const facts = new Map([['/k', { state: 'file' }]]);
    const looked = await lookInto(deployment as never, {
      stats: { status: throwing, realPath: throwing, missing: throwing } as never,
      paths: host.paths,
      facts: facts as never,
      git: { status: throwing, statusOfNew: throwing },
    });
    expect(looked.get(state as never)).toMatchObject({ facts: { state: 'file' }, git: undefined });
  });
});
