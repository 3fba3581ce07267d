import { describe, expect, it } from 'vitest';
import { memoryHost } from '../../platform/memory-host';
import { yaml } from '../../yaml';
import { runCli } from '../run-cli';

const CLEAN = 'services: mender\n';
const BROKEN = 'services: mender\n  BAD and\n\tNOKEY useradm\n  WARN\n';

describe('exit codes', () => {
  it('0 where nothing is wrong, and says so', async () => {
    const host = memoryHost({ files: { '/project/docker-compose.yml': CLEAN } });
    expect(await runCli(['check'], host)).toEqual({
      code: 0,
      out: 'No problems found in 1 file.\n',
      err: '',
    });
  });

  it('0 for warnings alone', async () => {
    const host = memoryHost({ files: { '/project/compose.yaml': 'mender WARN\n' } });
    expect((await runCli(['check'], host)).code).toBe(0);
  });

  it('1 for an error, and for a warning that is raised to one', async () => {
    const host = memoryHost({ files: { '/project/compose.yaml': 'mender WARN\n' } });
    expect((await runCli(['check', '--rule', 'odd-word=error'], host)).code).toBe(1);
    host.put('/project/compose.yaml', BROKEN);
    expect((await runCli(['check'], host)).code).toBe(1);
  });

  it('2 for what cannot be read, with the findings of the other files', async () => {
    const host = memoryHost({ files: { '/project/a.yml': BROKEN, '/project/secret.yml': CLEAN } });
    host.deny('/project/secret.yml');
    const { code, out, err } = await runCli(['check', 'nowhere.yml', 'secret.yml', 'a.yml'], host);
    expect(code).toBe(2);
    expect(err).toBe(
      'mender-compose: nowhere.yml does not exist.\nmender-compose: secret.yml could not be read (denied).\n',
    );
    expect(out).toContain('a.yml:2:3: error:');
  });

  it('130 after Ctrl-C', async () => {
    const host = memoryHost({ files: { '/project/compose.yaml': BROKEN } });
    const result = await runCli(['check', 'compose.yaml'], host, { signal: AbortSignal.abort() });
    expect(result).toEqual({ code: 130, out: '', err: 'mender-compose: interrupted.\n' });
  });

  it('2 and one line for an error of our own, the stack on demand', async () => {
    const host = memoryHost({ files: { '/project/compose.yaml': 'BUG' } });
    const { code, err } = await runCli(['check'], host);
    expect(code).toBe(2);
    expect(err).toBe(
      'mender-compose: internal error: the fake broke. Please report it with the output of MENDER_COMPOSE_DEBUG=1.\n',
    );
    host.setEnvironment('MENDER_COMPOSE_DEBUG', '1');
    expect((await runCli(['check'], host)).err).toContain('fake-service.ts');
  });
});

describe('which files are checked', () => {
  it('a directory: compose files by name, others by content, sorted, without what is hidden or linked', async () => {
    const host = memoryHost({
      files: {
        '/project/docker-compose.yml': BROKEN,
        '/project/docker-compose.prod.yaml': 'BAD',
        '/project/compose.override.YML': 'BAD',
        '/project/prod.yml': BROKEN,
        '/project/unrelated.yml': 'BAD',
        '/project/docker-compose.txt': BROKEN,
        '/project/b/compose.yml': 'BAD',
        '/project/a/compose.yml': 'BAD',
        '/project/.git/compose.yml': 'BAD',
        '/project/node_modules/x/compose.yml': 'BAD',
        '/elsewhere/compose.yml': 'BAD',
        '/elsewhere/real.yml': 'mender BAD',
      },
    });
    host.putLink('/project/linked', '/elsewhere');
    host.putLink('/project/linked.yml', '/elsewhere/real.yml');
    const { out } = await runCli(['check', '--format', 'json', '--rule', 'odd-word=off'], host);
    const { findings } = JSON.parse(out) as { findings: { file: string; code: string }[] };
    expect([...new Set(findings.map(({ file }) => file))]).toEqual([
      'compose.override.YML',
      'docker-compose.prod.yaml',
      'docker-compose.yml',
      'linked.yml',
      'prod.yml',
      'a/compose.yml',
      'b/compose.yml',
    ]);
  });

  it('a named file of any name, once', async () => {
    const host = memoryHost({ files: { '/project/stack.txt': 'mender BAD' } });
    const { code, out } = await runCli(
      ['check', '--format=json', 'stack.txt', './stack.txt', '/project'],
      host,
    );
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toHaveLength(1);
  });

  it('a directory without compose files: says which names were looked for', async () => {
    const host = memoryHost({ files: { '/project/values.yml': 'BAD' } });
    const { code, out, err } = await runCli(['check'], host);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(
      'mender-compose: .: no compose file found. Looked for docker-compose*.yml, docker-compose*.yaml, compose*.yml, ' +
        'compose*.yaml, and for other .yml and .yaml files with Mender services.\n',
    );
  });

  it('a named file without a Mender service: a note, and no error', async () => {
    const host = memoryHost({ files: { '/project/web.yml': 'nginx' } });
    const { code, err } = await runCli(['check', 'web.yml'], host);
    expect(code).toBe(0);
    expect(err).toBe('web.yml: no Mender service: nothing to check.\n');
    expect((await runCli(['check', '--quiet', 'web.yml'], host)).err).toBe('');
  });

  it('compose files without a Mender service: one note for all', async () => {
    const host = memoryHost({ files: { '/project/compose.yml': 'nginx', '/project/a/compose.yml': '' } });
    expect((await runCli(['check'], host)).err).toBe(
      'No Mender service in compose.yml, a/compose.yml: nothing to check.\n',
    );
  });

  it('no directory that may not be listed', async () => {
    const host = memoryHost({ files: { '/project/compose.yml': CLEAN, '/project/sub/compose.yml': CLEAN } });
    host.deny('/project/sub');
    const { code, err } = await runCli(['check'], host);
    expect([code, err]).toEqual([2, 'mender-compose: sub is not readable for this user.\n']);
  });

  it('a FIFO is not read', async () => {
    const host = memoryHost({ files: { '/project/compose.yml': CLEAN } });
    host.putOther('/project/pipe.yml');
    const { code, err } = await runCli(['check', 'pipe.yml'], host);
    expect([code, err]).toEqual([2, 'mender-compose: pipe.yml is not a file or directory.\n']);
    expect(host.calls).not.toContainEqual({ operation: 'read', path: '/project/pipe.yml' });
  });
});

describe('text', () => {
  it('shows each finding with its line, and what can be done', async () => {
    const host = memoryHost({ files: { '/project/docker-compose.yml': BROKEN } });
    const { out } = await runCli(['check'], host);
    expect(out).toBe(
      [
        'docker-compose.yml:2:3: error: BAD is not a good word. [bad-word]',
        '  2 |   BAD and',
        '    |   ^^^',
        '    = fix: Say GOOD instead',
        '',
        'docker-compose.yml:3:2: error: NOKEY useradm is not a good word. [missing-token-key-mount]',
        '  3 |     NOKEY useradm',
        '    |     ^^^^^^^^^^^^^',
        '    = docker-compose.yml:1:1: the file begins here',
        '    = fix: Generate a key for useradm',
        '',
        'docker-compose.yml:4:3: warning: WARN is not a good word. [odd-word]',
        '  4 |   WARN',
        '    |   ^^^^',
        '',
        '2 errors, 1 warning in 1 file.',
        'mender-compose fix             fixes what needs no new key',
        'mender-compose fix --generate  also creates 1 key or certificate',
        '',
      ].join('\n'),
    );
  });

  it('never has trailing spaces', async () => {
    const host = memoryHost({
      files: { '/project/docker-compose.yml': 'mender BAD   \nBAD\t\nüñ 鍵 BAD \r\n' },
    });
    expect((await runCli(['check'], host)).out).not.toMatch(/[ \t]$/m);
  });

  it('aligns carets under wide characters and cuts long lines', async () => {
    const host = memoryHost({
      files: { '/project/compose.yml': `鍵鍵 BAD\n${'x'.repeat(500)} BAD ${'y'.repeat(500)}\nservices:\n` },
    });
    const lines = (await runCli(['check'], host)).out.split('\n');
    expect(lines[2]).toBe('    |      ^^^');
    const long = lines.find((line) => line.includes('xxx')) ?? '';
    expect(long.length).toBeLessThan(140);
    const caret = lines[lines.indexOf(long) + 1] ?? '';
    expect(long.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('BAD');
  });

  it('carries out no control character of a file', async () => {
    const host = memoryHost({
      files: { '/project/compose.yml': 'BAD \u001b[31m\u0007\u009b1m\u202e\nservices:\n' },
    });
    const { out } = await runCli(['check'], host);
    expect(out).toContain('␛[31m␇');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(out).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
  });

  it('has colour on a terminal only, unless NO_COLOR or an option says otherwise', async () => {
    const host = memoryHost({ files: { '/project/compose.yml': BROKEN } });
    const coloured = async (args: string[], isTTY: boolean) =>
      (await runCli(['check', ...args], host, { isTTY })).out.includes('\u001b[');
    expect(await coloured([], true)).toBe(true);
    expect(await coloured([], false)).toBe(false);
    expect(await coloured(['--color'], false)).toBe(true);
    expect(await coloured(['--no-color'], true)).toBe(false);
    host.setEnvironment('NO_COLOR', '1');
    expect(await coloured([], true)).toBe(false);
  });

  it('--quiet leaves errors only', async () => {
    const host = memoryHost({ files: { '/project/compose.yml': 'BAD\nWARN\nservices:\n' } });
    expect((await runCli(['check', '--quiet'], host)).out).toBe(
      yaml`
        compose.yml:1:1: error: BAD is not a good word. [bad-word]
          1 | BAD
            | ^^^
            = fix: Say GOOD instead
      `,
    );
    host.put('/project/compose.yml', 'WARN\n');
    expect(await runCli(['check', '--quiet'], host)).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('JSON', () => {
  it('is exactly the documented object, in this order', async () => {
    const host = memoryHost({
      files: { '/project/sub/compose.yml': 'NOKEY useradm\n', '/other/c.yml': 'WARN' },
    });
    const { code, out } = await runCli(['check', 'sub', '/other/c.yml', '--format', 'json'], host);
    expect(code).toBe(1);
    expect(JSON.stringify(JSON.parse(out))).toBe(
      JSON.stringify({
        version: 1,
        findings: [
          {
            code: 'missing-token-key-mount',
            severity: 'error',
            message: 'NOKEY useradm is not a good word.',
            file: 'sub/compose.yml',
            range: { start: { line: 0, character: 0 }, end: { line: 0, character: 13 } },
            service: 'useradm',
            target: '/etc/useradm.pem',
            related: [
              {
                message: 'the file begins here',
                file: 'sub/compose.yml',
                range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
              },
            ],
            fixes: [{ title: 'Generate a key for useradm', kind: 'quickfix' }],
          },
          {
            code: 'odd-word',
            severity: 'warning',
            message: 'WARN is not a good word.',
            file: '/other/c.yml',
            range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } },
            service: null,
            target: null,
            related: [],
            fixes: [],
          },
        ],
        stacks: [],
      }),
    );
  });

  it('is an object without findings when there are none, and when nothing could be read', async () => {
    const host = memoryHost({ files: { '/project/compose.yml': CLEAN } });
    expect(JSON.parse((await runCli(['check', '--format', 'json'], host)).out)).toEqual({
      version: 1,
      findings: [],
      stacks: [],
    });
    const { code, out } = await runCli(['check', '--format', 'json', 'nowhere'], host);
    expect([code, JSON.parse(out)]).toEqual([2, { version: 1, findings: [], stacks: [] }]);
  });

  it('uses the path style of Windows on Windows', async () => {
    const host = memoryHost({ platform: 'windows', files: { 'C:\\project\\sub\\compose.yml': 'BAD' } });
    const { out } = await runCli(['check', '--format', 'json'], host, { cwd: 'C:\\project' });
    expect(JSON.parse(out).findings[0].file).toBe('sub\\compose.yml');
  });
});

describe('--list-rules', () => {
  it('as a table', async () => {
    expect((await runCli(['check', '--list-rules'], memoryHost())).out).toBe(
      [
        'bad-word                 error    a word is bad',
        'missing-token-key-mount  error    a key is missing',
        'odd-word                 warning  a word is odd',
        '',
      ].join('\n'),
    );
  });

  it('as JSON', async () => {
    const { code, out } = await runCli(['check', '--list-rules', '--format', 'json'], memoryHost());
    expect(code).toBe(0);
    expect(JSON.parse(out)[0]).toEqual({
      code: 'bad-word',
      severity: 'error',
      summary: 'a word is bad',
      page: 'https://example.com/bad-word',
    });
  });
});
