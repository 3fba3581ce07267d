/** What is quoted under a finding: lines of compose files, and never a secret. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { excerpt, isCompose } from '../../../server/src/cli/formats/excerpt';
import { memoryHost } from '../../platform/memory-host';
import { runReal } from '../real-cli';

const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
const TOKEN = `ghp_${randomBytes(30).toString('base64url')}`;

/** Contents of files that hold nothing but secrets, none of them a compose file. */
const SECRETS = {
  pem: PEM,
  token: `${TOKEN}\n`,
  passwords: `DB_PASSWORD = hunter2 hunter2\n[aws]\nkey: [hunter2\n`,
  yaml: 'users:\n  - name: hunter2\n    password: *hunter2\n',
  env: `A=1\nhunter2 hunter2\n"hunter2: '\n`,
} as const;

const WAYS: Readonly<Record<string, (file: string) => string>> = {
  env_file: (file) => `    env_file: ${file}\n`,
  include: (file) => `include:\n  - ${file}\n`,
  'env_file of an include': (file) => `include:\n  - path: other.yml\n    env_file: ${file}\n`,
  extends: (file) => `    extends: {file: ${file}, service: useradm}\n`,
};

const compose = (more: string) => `services:
  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./useradm.pem:/etc/useradm/rsa/private.pem
${more}`;

describe.each(Object.keys(WAYS))('a file that is named by %s', (way) => {
  it.each(Object.entries(SECRETS))('is never quoted: %s', async (_kind, content) => {
    for (const name of ['./secret', './secret.yml', '/home/me/.ssh/id_rsa']) {
      const files = {
        '/p/docker-compose.yml': compose(WAYS[way]?.(name) ?? ''),
        '/p/other.yml': 'services: {}\n',
        [name.startsWith('.') ? `/p/${name.slice(2)}` : name]: content,
        '/p/.env': content,
      };
      const host = memoryHost({ files });
      const secrets = content.split('\n').filter((line) => line.trim().length > 8);
      for (const args of [
        ['check'],
        ['check', '--format', 'json'],
        ['fix', '--generate', '--dry-run'],
        ['fix', '--generate', '--dry-run', '--format', 'json'],
      ]) {
        const { out, err } = await runReal(args, host, { cwd: '/p' });
        for (const secret of [...secrets, 'hunter2', TOKEN]) expect(out + err).not.toContain(secret.trim());
      }
    }
  });
});

it('a link to such a file that is called like a compose file is not quoted either', async () => {
  const host = memoryHost({ files: { '/home/me/secret': `hunter2: [\n${PEM}` } });
  host.putLink('/p/docker-compose.yml', '/home/me/secret');
  const { out, err } = await runReal(['check', 'docker-compose.yml'], host, { cwd: '/p' });
  expect(out + err).not.toBe('');
  expect(out + err).not.toContain('hunter2');
});

it('what is beside an addition to .env is not shown', async () => {
  const text = compose('').replace('./useradm.pem', '${KEYS}/useradm.pem');
  const host = memoryHost({ files: { '/p/docker-compose.yml': text, '/p/.env': 'PASSWORD=hunter2\n' } });
  const { out, err } = await runReal(['fix', '--generate', '--dry-run'], host, { cwd: '/p' });
  expect(out + err).not.toContain('hunter2');
});

describe('a compose file', () => {
  it('is told by what it holds, broken or not', () => {
    for (const text of [
      'services:\n  a: [',
      '# x\nname: a\nservices: {}\n',
      '{"services": {}}',
      "'services':\n",
      '\ufeffservices:\n',
      'include:\n  - a.yml\n',
    ])
      expect(isCompose(text), text).toBe(true);
    for (const text of ['', PEM, 'a: 1\n  services: 2\n', 'secrets:\n  a: 1\n', 'xservices:\n'])
      expect(isCompose(text), text).toBe(false);
  });

  const of = (line: string) =>
    excerpt([line], { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } });

  it('is quoted line by line', () => {
    for (const line of [
      '      - ./certs/mender.example.com/fullchain.pem:/etc/traefik/certs/cert.crt:ro',
      '    image: registry.example.com/mendersoftware/deployments-enterprise:mender-3.7.0',
      '      - /etc/letsencrypt/live/mender.example.com-0001/privkey.pem:/etc/useradm/rsa/private.pem',
      '      STORAGE_BACKEND_CERT: /etc/ssl/certs/storage-proxy.crt',
    ])
      expect(of(line)?.line, line).toBe(line.trimEnd());
  });

  it('is not quoted where a line holds a key or a token', () => {
    const lines = [
      ...PEM.trim().split('\n').slice(0, -2),
      `  TOKEN: ${TOKEN}`,
      `  - KEY=${randomBytes(16).toString('hex')}1a`,
      `  X: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${randomBytes(32).toString('base64url')}`,
      `  A: ${'AKIA'}${'IOSFODNN7EXAMPLE'}`,
      '      -----BEGIN PRIVATE KEY-----',
    ];
    for (const line of lines) expect(of(line), line).toBeUndefined();
  });
});

it.each([
  ['日本', 4],
  ['e\u0301', 1],
  ['🇩🇪', 2],
  ['👍🏽', 2],
  ['❤️', 2],
  ['𠀀', 2],
  ['№', 1],
])('underlines %s with %i carets', (text, columns) => {
  const range = { start: { line: 0, character: 2 }, end: { line: 0, character: 2 + text.length } };
  const shown = excerpt([`a ${text} b`], range);
  expect(shown?.underline.trim()).toHaveLength(columns);
});
