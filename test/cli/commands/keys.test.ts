import { describe, expect, it } from 'vitest';
import { memoryHost } from '../../platform/memory-host';
import { FILE, making, plan, runTask, target } from './task-script';

const GATEWAY = [target('gateway')];
const REQUEST = '/project/ssl/request.pem';
const nothing = { kind: 'nothing', message: 'The request is there already.' } as const;

/** Edits the word `mender` at the beginning of the compose file. */
const edit = (newText: string) => [
  {
    file: FILE,
    edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } }, newText }],
  },
];

describe('a command for keys', () => {
  it('carries its plan out with --yes, and says what was made, edited and set, and what is left', async () => {
    const host = memoryHost({ files: { [FILE]: 'mender BAD\n', '/project/ssl/old.pem': 'x' } });
    const { code, out, err } = await runTask(['rotate', '--yes'], {
      host,
      targets: GATEWAY,
      answer: () =>
        plan({
          ...making('/project/ssl/new.pem', 'private-key', 'gateway'),
          edits: edit('mender2'),
          modes: [{ path: '/project/ssl/old.pem', mode: 0o600, before: 0o644 }],
          effects: ['Users have to log in again.'],
          reminders: ['Restart the gateway.'],
        }),
    });
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(0, 10)).toEqual([
      'Created ssl/new.pem (private key of gateway, RSA with 3072 bits)',
      'Edited  docker-compose.yml',
      'Set     ssl/old.pem to 0600 (was 0644)',
      '',
      'Effects:',
      '  * Users have to log in again.',
      '',
      'To do:',
      '  * Restart the gateway.',
      '',
    ]);
    expect(out).toContain('docker-compose.yml:1:9: error: BAD is not a good word.');
    expect(host.text(FILE)).toBe('mender2 BAD\n');
    expect(host.mode('/project/ssl/old.pem')).toBe(0o600);
  });

  it('passes on that a key may have leaked', async () => {
    const tasks: unknown[] = [];
    const answer = (task: unknown) => {
      tasks.push(task);
      return nothing;
    };
    await runTask(['rotate', '--yes', '--leaked'], { targets: GATEWAY, answer });
    expect(tasks[0]).toMatchObject({ kind: 'rotate', service: 'gateway', leaked: true });
  });

  it('shows the plan with its effects on a terminal, and takes yes', async () => {
    const { code, err, host } = await runTask(['csr', '--no-color'], {
      isTTY: true,
      input: 'y\n',
      targets: GATEWAY,
      answer: () =>
        plan({
          ...making(REQUEST, 'request', 'gateway', ['a.example.com']),
          edits: edit('mender2'),
          modes: [{ path: FILE, mode: 0o600, before: 0o644 }],
          effects: ['Nobody notices.'],
        }),
    });
    expect(code).toBe(0);
    expect(err).toContain(
      [
        'Create',
        '  ssl/request.pem (certificate request of gateway for a.example.com)',
        'and edit',
        '  docker-compose.yml',
        'and set the permissions of',
        '  docker-compose.yml to 0600 (was 0644)',
        'Effects:',
        '  * Nobody notices.',
        'Continue? [y/N] ',
      ].join('\n'),
    );
    expect(host.names()).toContain(REQUEST);
  });

  it('does nothing after no, with exit code 1', async () => {
    const host = memoryHost({ files: { [FILE]: 'mender' } });
    const before = host.snapshot();
    const { code, out } = await runTask(['csr', '--no-color'], {
      host,
      isTTY: true,
      input: 'n\n',
      targets: GATEWAY,
      answer: () => plan(making(REQUEST, 'request', 'gateway')),
    });
    expect([code, out]).toEqual([1, 'Nothing was changed.\n']);
    expect(host.snapshot()).toEqual(before);
  });

  it.each([
    [['renew'], false],
    [['renew', '--format', 'json'], true],
  ])('%j does nothing where nobody can be asked, and says what to pass', async (args, isTTY) => {
    const host = memoryHost({ files: { [FILE]: 'mender' } });
    const before = host.snapshot();
    const { code, out, err } = await runTask(args, {
      host,
      isTTY,
      targets: GATEWAY,
      answer: () =>
        plan({
          ...making('/project/ssl/new.pem', 'certificate', 'gateway', ['a.example.com']),
          effects: ['Devices go on.'],
        }),
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(
      [
        'mender-compose: this would create',
        '  ssl/new.pem (certificate of gateway for a.example.com, 3650 days)',
        'Effects:',
        '  * Devices go on.',
        'Nothing was changed. Pass --yes to continue, or --dry-run to see the changes.',
        '',
      ].join('\n'),
    );
    expect(host.snapshot()).toEqual(before);
  });

  it('asks for an edit alone, too', async () => {
    const { code, err } = await runTask(['rotate'], {
      targets: GATEWAY,
      answer: () => plan({ edits: edit('x') }),
    });
    expect(code).toBe(2);
    expect(err).toContain('this would edit\n  docker-compose.yml\nNothing was changed.');
  });

  it('says that it is so already, with exit code 0', async () => {
    expect(await runTask(['csr', '--yes'], { targets: GATEWAY, answer: () => nothing })).toMatchObject({
      code: 0,
      out: 'The request is there already.\n',
      err: '',
    });
    const dry = await runTask(['csr', '--dry-run'], { targets: GATEWAY, answer: () => nothing });
    expect(dry).toMatchObject({ code: 0, out: 'The request is there already.\n', err: '' });
  });

  it.each([['--yes'], ['--dry-run'], ['--format=json']])(
    'says why it is refused, with %s',
    async (option) => {
      const { code, out, err } = await runTask(['csr', option], {
        targets: GATEWAY,
        answer: () => ({ kind: 'refused', message: 'The key is missing.' }),
      });
      expect([code, err]).toEqual([2, 'mender-compose: The key is missing.\n']);
      if (option === '--format=json') expect(JSON.parse(out).failures).toEqual(['The key is missing.']);
      else expect(out).toBe('');
    },
  );

  it('--dry-run prints lists, effects and a diff, and writes nothing', async () => {
    const host = memoryHost({ files: { [FILE]: 'mender\n' } });
    const before = host.snapshot();
    const { code, out } = await runTask(['rotate', '--dry-run', '--algorithm', 'ec', '--days', '90'], {
      host,
      targets: GATEWAY,
      answer: () =>
        plan({
          create: [
            { path: '/project/key.pem', kind: 'private-key', service: 'gateway' },
            { path: '/project/cert.pem', kind: 'certificate', service: 'gateway' },
            { path: '/project/token.pem', kind: 'token-key', service: 'useradm' },
            { path: '/project/server.crt', kind: 'bundle', service: 'gateway' },
          ],
          names: [{ service: 'gateway', names: ['a.example.com', 'b.example.com'], fallback: [] }],
          edits: edit('mender2'),
          modes: [{ path: '/project/old.pem', mode: 0o600, before: 0o644 }],
          effects: ['Users have to log in again.'],
        }),
    });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'Would create',
        '  key.pem (private key of gateway, EC P-256)',
        '  cert.pem (certificate of gateway for a.example.com, b.example.com, 90 days)',
        '  token.pem (token signing key of useradm, RSA with 3072 bits)',
        '  server.crt (trust bundle for Mender clients)',
        '',
        'Would set the permissions of',
        '  old.pem to 0600 (was 0644)',
        '',
        'Effects:',
        '  * Users have to log in again.',
        '',
        '--- a/docker-compose.yml',
        '+++ b/docker-compose.yml',
        '@@ -1 +1 @@',
        '-mender',
        '+mender2',
        '',
      ].join('\n'),
    );
    expect(host.snapshot()).toEqual(before);
  });

  it('shows control characters of the files instead of acting on them', async () => {
    const { out, err } = await runTask(['rotate', '--dry-run'], {
      targets: GATEWAY,
      answer: () =>
        plan({
          ...making('/project/\u001b[2J.pem', 'private-key', 'a\u0007b'),
          effects: ['Not \u001b[31m.'],
        }),
    });
    expect(out).toContain('Would create\n  ␛[2J.pem (private key of a␇b');
    expect(out).toContain('  * Not ␛[31m.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(out + err).not.toMatch(/[\u0007\u001b]/);
  });

  it('--quiet leaves out what was done, not what is wrong', async () => {
    const host = memoryHost({ files: { [FILE]: 'mender BAD' } });
    const { out } = await runTask(['csr', '--yes', '--quiet'], {
      host,
      targets: GATEWAY,
      answer: () => plan(making(REQUEST, 'request', 'gateway')),
    });
    expect(out).toMatch(/^docker-compose\.yml:1:8: error: /);
  });

  it('goes into the files of -f as one stack, with its release', async () => {
    const host = memoryHost({ files: { '/project/a.yml': 'mender', '/project/b.yml': 'x' } });
    const { code, asked } = await runTask(['csr', '-f', 'a.yml', '-f', 'b.yml', '--release', '4.0'], {
      host,
      targets: GATEWAY,
      answer: () => nothing,
    });
    expect(code).toBe(0);
    expect(new Set(asked.map(({ file }) => file))).toEqual(new Set(['/project/a.yml']));
  });

  it('does nothing where there is no Mender service, and where a file cannot be read', async () => {
    const none = await runTask(['csr'], { host: memoryHost({ files: { [FILE]: 'services' } }) });
    expect(none.code).toBe(2);
    expect(none.err).toContain('No service needs a certificate or a key.');
    const missing = await runTask(['csr', 'nowhere.yml']);
    expect(missing.code).toBe(2);
    expect(missing.err).toContain('nowhere.yml does not exist.');
    expect(missing.asked).toEqual([]);
  });
});

describe('--format json', () => {
  const answer = () =>
    plan({
      create: [
        { path: '/project/key.pem', kind: 'private-key', service: 'gateway' },
        { path: '/project/cert.pem', kind: 'certificate', service: 'gateway' },
      ],
      names: [{ service: 'gateway', names: ['a.example.com'], fallback: [] }],
      modes: [{ path: '/project/old.pem', mode: 0o600, before: 0o644 }],
      effects: ['Users have to log in again.'],
      reminders: ['Restart.'],
    });
  const files = [
    { file: 'key.pem', kind: 'private-key', service: 'gateway', algorithm: 'rsa', bits: 4096 },
    { file: 'cert.pem', kind: 'certificate', service: 'gateway', names: ['a.example.com'], days: 3650 },
  ];
  const rest = {
    modes: [{ file: 'old.pem', mode: '0600', before: '0644' }],
    effects: ['Users have to log in again.'],
    reminders: ['Restart.'],
    notes: [],
    failures: [],
  };
  const host = () =>
    memoryHost({ files: { [FILE]: '# stack docker-compose.yml\nmender\n', '/project/old.pem': 'x' } });

  it('of what was done', async () => {
    const { code, out } = await runTask(['rotate', '--yes', '--bits', '4096', '--format', 'json'], {
      host: host(),
      targets: GATEWAY,
      answer,
    });
    expect(code).toBe(0);
    const { stacks, ...done } = JSON.parse(out);
    expect(done).toEqual({ version: 1, created: files, edited: [], ...rest, left: [] });
    expect(stacks).toHaveLength(1);
    expect(stacks[0].files).toEqual(['docker-compose.yml']);
  });

  it('of what would be done', async () => {
    const { out } = await runTask(['rotate', '--dry-run', '--bits', '4096', '--format', 'json'], {
      host: host(),
      targets: GATEWAY,
      answer,
    });
    const { stacks, ...done } = JSON.parse(out);
    expect(done).toEqual({ version: 1, create: files, edit: [], diff: '', ...rest });
    expect(stacks).toHaveLength(1);
  });

  it('of nothing', async () => {
    const { out } = await runTask(['rotate', '--format', 'json'], {
      targets: GATEWAY,
      answer: () => nothing,
    });
    expect(JSON.parse(out)).toMatchObject({ created: [], edited: [], notes: [nothing.message] });
  });
});
