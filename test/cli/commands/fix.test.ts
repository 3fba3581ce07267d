import { describe, expect, it } from 'vitest';
import { memoryHost } from '../../platform/memory-host';
import { yaml } from '../../yaml';
import { fakeService } from '../fake-service';
import { runCli } from '../run-cli';

const FILE = '/project/docker-compose.yml';
const BROKEN = yaml`
  services: mender
    BAD and
    NOKEY useradm
    NOKEY told
`;

describe('fix', () => {
  it('edits without asking, creates no key, and says what is left', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const { code, out, err } = await runCli(['fix'], host);
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(host.names()).toEqual([FILE]);
    expect(host.text(FILE)).toBe(BROKEN.replace('BAD', 'GOOD'));
    expect(out).toMatch(/^Edited {2}docker-compose\.yml\n\ndocker-compose\.yml:3:3: error: /);
    expect(out).toContain('mender-compose fix --generate  also creates 2 keys and certificates\n');
  });

  it('changes nothing the second time, and says so', async () => {
    const host = memoryHost({ files: { [FILE]: 'mender BAD' } });
    expect(await runCli(['fix'], host)).toEqual({ code: 0, out: 'Edited  docker-compose.yml\n', err: '' });
    const before = host.snapshot();
    expect(await runCli(['fix'], host)).toEqual({ code: 0, out: 'Nothing to change.\n', err: '' });
    expect(host.snapshot()).toEqual(before);
  });

  it('--generate --yes creates keys first, edits second, and reminds', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const { code, out } = await runCli(['fix', '--generate', '--yes'], host);
    expect(code).toBe(0);
    expect(host.text(FILE)).toBe(yaml`
      services: mender
        GOOD and
        KEY useradm
        KEY told
    `);
    expect(out).toBe(
      [
        'Created keys/useradm.pem (certificate of useradm for useradm, localhost)',
        'Created keys/told.pem (certificate of told for told.example.com)',
        'Edited  docker-compose.yml',
        '',
        'To do:',
        '  * Tell the client about useradm.',
        '  * Tell the client about told.',
        '',
      ].join('\n'),
    );
    const writes = host.calls.map(({ operation }) => operation);
    expect(writes.indexOf('createFile')).toBeLessThan(writes.indexOf('rewrite'));
  });

  it('keeps a byte order mark, CRLF and a missing line end', async () => {
    const host = memoryHost({ files: { [FILE]: '\ufeffBAD mender\r\n# é BAD' } });
    await runCli(['fix'], host);
    expect(Buffer.from(host.bytes(FILE) ?? []).toString()).toBe('\ufeffGOOD mender\r\n# é GOOD');
  });

  it('refuses a file that is not UTF-8, and leaves it as it is', async () => {
    const bytes = Buffer.concat([Buffer.from('BAD '), Buffer.from([0xe9])]);
    const host = memoryHost({ files: { [FILE]: bytes } });
    const { code, err } = await runCli(['fix'], host);
    expect(code).toBe(2);
    expect(err).toBe(
      'mender-compose: docker-compose.yml is not UTF-8, so editing would damage it. Convert it to UTF-8 first.\n',
    );
    expect(host.bytes(FILE)).toEqual(Uint8Array.from(bytes));
  });

  it('goes on with the other files when one cannot be read', async () => {
    const host = memoryHost({ files: { [FILE]: 'BAD' } });
    const { code, err } = await runCli(['fix', 'nowhere.yml', 'docker-compose.yml'], host);
    expect([code, host.text(FILE)]).toEqual([2, 'GOOD']);
    expect(err).toContain('nowhere.yml does not exist.');
  });

  it('says what a failed edit says', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    host.failWrites(({ operation }) => (operation === 'rewrite' ? 'full' : undefined));
    const { code, err } = await runCli(['fix', '--generate', '--yes'], host);
    expect(code).toBe(2);
    expect(err).toContain('injected fault (full)');
    expect(host.text(FILE)).toBe(BROKEN);
  });

  it('does not edit what somebody else changed meanwhile', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const engine = {
      createLanguageService: () => {
        const service = fakeService(host);
        return {
          ...service,
          apply: (...args: Parameters<typeof service.apply>) => {
            host.put(FILE, `${BROKEN}# mine\n`);
            return service.apply(...args);
          },
        };
      },
    };
    const { code, err } = await runCli(['fix', '--generate', '--yes'], host, { engine });
    expect(code).toBe(2);
    expect(err).toContain('docker-compose.yml was changed');
    expect(host.text(FILE)).toBe(`${BROKEN}# mine\n`);
  });

  it('says what a failed key creation says, and edits nothing', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    host.failWrites(({ operation }) => (operation === 'createFile' ? 'read-only' : undefined));
    const { code, out, err } = await runCli(['fix', '--generate', '--yes'], host);
    expect(code).toBe(2);
    expect(err).toContain('injected fault (read-only)');
    expect(out).toBe('');
    expect(host.text(FILE)).toBe(BROKEN);
  });

  it('130 when cancelled', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const cancel = new AbortController();
    host.failWrites(({ operation }) => {
      if (operation === 'createFile') cancel.abort();
      return undefined;
    });
    const { code } = await runCli(['fix', '--generate', '--yes'], host, { signal: cancel.signal });
    expect([code, host.text(FILE)]).toEqual([130, BROKEN]);
  });
});

describe('asking', () => {
  it('exit 2 and nothing written where nobody can be asked', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const before = host.snapshot();
    const { code, out, err } = await runCli(['fix', '--generate'], host);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('keys/useradm.pem');
    expect(err).toContain('Nothing was changed. Pass --yes to continue, or --dry-run to see the changes.');
    expect(host.snapshot()).toEqual(before);
  });

  it('shows the plan on a terminal, asks for names that nobody told, and takes yes', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const input = 'a.example.com, b.example.com\ny\n';
    const { code, err } = await runCli(['fix', '--generate', '--no-color'], host, { isTTY: true, input });
    expect(code).toBe(0);
    expect(err).toContain('Host names of the certificate of useradm, comma-separated [useradm, localhost]: ');
    expect(err).not.toContain('Host names of the certificate of told');
    expect(err).toContain('and edit\n  docker-compose.yml\nContinue? [y/N] ');
    expect(host.text('/project/keys/useradm.pem')).toBe('names of useradm: a.example.com b.example.com');
    expect(host.text('/project/keys/told.pem')).toBe('names of told: told.example.com');
  });

  it.each(['\n\n', '\nn\n', '', '\nyesterday\n'])('takes %j for no', async (input) => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const before = host.snapshot();
    const { code, out } = await runCli(['fix', '--generate', '--no-color'], host, { isTTY: true, input });
    expect(code).toBe(1);
    expect(out).toMatch(/^Nothing was changed\.\n/);
    expect(host.snapshot()).toEqual(before);
  });
});

describe('--name', () => {
  it('of one service, and of all', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const names = [
      '--name',
      'told=x.example.com',
      '--name',
      'told=y.example.com',
      '--name',
      'z.example.com,10.0.0.1',
    ];
    await runCli(['fix', '--generate', '--yes', ...names], host);
    expect(host.text('/project/keys/told.pem')).toBe('names of told: x.example.com y.example.com');
    expect(host.text('/project/keys/useradm.pem')).toBe('names of useradm: z.example.com 10.0.0.1');
  });

  it('of a service that gets no certificate is refused', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const { code, err } = await runCli(
      ['fix', '--generate', '--yes', '--name', 'usradm=a.example.com'],
      host,
    );
    expect(code).toBe(2);
    expect(err).toContain('only for useradm, told. Did you mean useradm?');
    expect(host.text(FILE)).toBe(BROKEN);
  });
});

describe('--dry-run', () => {
  it('prints the files to create and a diff, writes nothing, and exits as check does', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const before = host.snapshot();
    const { code, out } = await runCli(['fix', '--generate', '--dry-run'], host);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'Would create',
        '  keys/useradm.pem (certificate of useradm for useradm, localhost)',
        '  keys/told.pem (certificate of told for told.example.com)',
        '',
        '--- a/docker-compose.yml',
        '+++ b/docker-compose.yml',
        '@@ -1,4 +1,4 @@',
        ' services: mender',
        '-  BAD and',
        '-  NOKEY useradm',
        '-  NOKEY told',
        '+  GOOD and',
        '+  KEY useradm',
        '+  KEY told',
        '',
      ].join('\n'),
    );
    expect(host.snapshot()).toEqual(before);
  });

  it('says when there is nothing to change', async () => {
    const host = memoryHost({ files: { [FILE]: 'mender WARN' } });
    expect((await runCli(['fix', '--dry-run'], host)).out).toBe('Nothing to change.\n');
  });

  it('as JSON', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const { out } = await runCli(['generate', '--dry-run', '--format', 'json'], host);
    const answer = JSON.parse(out);
    expect(answer.create[0]).toEqual({
      file: 'keys/useradm.pem',
      kind: 'certificate',
      service: 'useradm',
      names: ['useradm', 'localhost'],
      days: 3650,
    });
    expect(answer.edit).toEqual(['docker-compose.yml']);
    expect(answer.diff).toContain('+  KEY told\n');
  });
});

describe('generate', () => {
  it('minds missing keys only', async () => {
    const host = memoryHost({ files: { [FILE]: BROKEN } });
    const { code } = await runCli(['generate', '--yes'], host);
    expect(code).toBe(1);
    expect(host.text(FILE)).toBe(yaml`
      services: mender
        BAD and
        KEY useradm
        KEY told
    `);
  });
});

describe('--format json', () => {
  it('says what was done and what is left', async () => {
    const host = memoryHost({ files: { [FILE]: `${BROKEN}WARN\n` } });
    const { code, out } = await runCli(['fix', '--generate', '--yes', '--format', 'json'], host);
    expect(code).toBe(0);
    const { left, ...done } = JSON.parse(out);
    expect(done).toEqual({
      version: 1,
      created: [
        {
          file: 'keys/useradm.pem',
          kind: 'certificate',
          service: 'useradm',
          names: ['useradm', 'localhost'],
        },
        { file: 'keys/told.pem', kind: 'certificate', service: 'told', names: ['told.example.com'] },
      ],
      edited: ['docker-compose.yml'],
      modes: [],
      effects: [],
      reminders: ['Tell the client about useradm.', 'Tell the client about told.'],
      notes: [],
      failures: [],
      stacks: [],
    });
    expect(left.map(({ code }: { code: string }) => code)).toEqual(['odd-word']);
  });
});
