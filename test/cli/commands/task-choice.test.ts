import { describe, expect, it } from 'vitest';
import type { KeyTask } from '../../../server/src/language-service/api/tasks';
import { memoryHost } from '../../platform/memory-host';
import { FILE, making, plan, runTask, target } from './task-script';

const nothing = { kind: 'nothing', message: 'It is so already.' } as const;
const GATEWAY = target('gateway');
const STORAGE = target('storage-proxy', { state: 'missing' });
const TOKEN = target('useradm', { kind: 'token-key', title: 'token key of useradm', tasks: ['rotate'] });

describe('which certificate or key', () => {
  it('takes the only one that the task makes sense for', async () => {
    const { tasks } = await runTask(['renew'], { targets: [GATEWAY, TOKEN], answer: () => nothing });
    expect(tasks).toEqual([{ kind: 'renew', service: 'gateway', requirement: 'gateway-certificate' }]);
  });

  it('lists several with their state where nobody can be asked', async () => {
    const { code, out, err, asked } = await runTask(['csr', '--yes'], { targets: [GATEWAY, STORAGE, TOKEN] });
    expect([code, out, asked]).toEqual([2, '', []]);
    expect(err).toBe(
      [
        'mender-compose: several certificates or keys fit. Name one:',
        '  --service gateway  TLS certificate of gateway: expires on 2026-01-01',
        '  --service storage-proxy  TLS certificate of storage-proxy: missing',
        'See mender-compose csr --help',
        '',
      ].join('\n'),
    );
  });

  it('asks which on a terminal, again after a wrong answer', async () => {
    const { code, err, tasks } = await runTask(['csr', '--no-color'], {
      isTTY: true,
      input: '3\n2\n',
      targets: [GATEWAY, STORAGE],
      answer: () => nothing,
    });
    expect(code).toBe(0);
    expect(err).toContain(
      'Which one?\n  1  TLS certificate of gateway: expires on 2026-01-01\n  2  TLS certificate of storage-proxy: missing\nNumber [1-2]: Number: ',
    );
    expect(tasks).toMatchObject([{ kind: 'request', service: 'storage-proxy' }]);
  });

  it('does nothing when none is chosen', async () => {
    const { code, err, asked } = await runTask(['csr'], {
      isTTY: true,
      input: '\n',
      targets: [GATEWAY, STORAGE],
    });
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain('None was selected, so nothing was changed.');
  });

  it('takes the one that --service names, whatever its tasks are: the answer says why not', async () => {
    const { code, err, tasks } = await runTask(['renew', '--service', 'useradm'], {
      targets: [GATEWAY, TOKEN],
      answer: () => ({ kind: 'refused', message: 'A token key has no end.' }),
    });
    expect([code, err]).toEqual([2, 'mender-compose: A token key has no end.\n']);
    expect(tasks).toMatchObject([{ service: 'useradm' }]);
  });

  it.each([
    [['--service', 'gatewya'], 'only gateway, useradm. Did you mean gateway?'],
    [['--service', 'x'], '--service x: no such service with a certificate or key'],
    [['--service', 'gateway', '--requirement', 'gateway-certficate'], 'Did you mean gateway-certificate?'],
    [['--requirement', 'x'], 'Pass --requirement with --service'],
  ])('%j is refused', async (args, message) => {
    const { code, err, asked } = await runTask(['renew', ...args], { targets: [GATEWAY, TOKEN] });
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain(message);
  });

  it('tells several of one service apart by --requirement', async () => {
    const second = target('gateway', { requirement: 'other-certificate', certificate: '/project/other.pem' });
    const several = { targets: [GATEWAY, second], answer: () => nothing };
    const { err } = await runTask(['csr', '--service', 'gateway'], several);
    expect(err).toContain('  --service gateway --requirement other-certificate  TLS');
    const named = await runTask(
      ['csr', '--service', 'gateway', '--requirement', 'other-certificate'],
      several,
    );
    expect(named.tasks).toMatchObject([{ requirement: 'other-certificate' }]);
  });

  it('says of each why there is nothing to do, when the task makes sense for none', async () => {
    const idle = [target('gateway', { tasks: [] }), target('useradm', { tasks: [] })];
    const refused = await runTask(['convert', '--yes'], {
      targets: idle,
      answer: (task) => ({ kind: 'refused', message: `No key of ${'service' in task && task.service}.` }),
    });
    expect([refused.code, refused.err]).toEqual([
      2,
      'mender-compose: No key of gateway.\nmender-compose: No key of useradm.\n',
    ]);
    const done = await runTask(['convert', '--yes'], {
      targets: idle,
      answer: (task) =>
        'service' in task && task.service === 'gateway' ? nothing : { kind: 'refused', message: 'No key.' },
    });
    expect(done).toMatchObject({ code: 0, out: 'It is so already.\n', err: '' });
  });

  it('never does several at once, although each could be done', async () => {
    const idle = [target('gateway', { tasks: [] }), target('useradm', { tasks: [] })];
    const { code, err, host } = await runTask(['renew', '--force', '--yes'], {
      targets: idle,
      answer: () => plan(making('/project/new.pem', 'certificate', 'gateway')),
    });
    expect(code).toBe(2);
    expect(err).toContain('several certificates or keys fit');
    expect(host.names()).toEqual([FILE]);
  });

  it('counts the pair of two files of one stack once, and tells two deployments apart', async () => {
    const host = memoryHost({
      files: { '/project/a/compose.yml': 'mender', '/project/b/compose.yml': 'mender' },
    });
    const one = await runTask(['renew'], {
      host,
      targets: [GATEWAY],
      answer: () => nothing,
    });
    expect(one.code).toBe(0);
    const two = await runTask(['renew'], {
      host,
      targetsOf: {
        '/project/a/compose.yml': [target('gateway', { certificate: '/project/a/cert.pem' })],
        '/project/b/compose.yml': [target('gateway', { certificate: '/project/b/cert.pem' })],
      },
    });
    expect(two.code).toBe(2);
    expect(two.err).toContain('Name one, and name its compose file:');
    expect(two.err).toContain('TLS certificate of gateway in b/compose.yml: expires');
  });
});

describe('the whole of a stack', () => {
  it.each<[string[], KeyTask]>([
    [['split', '--bits', '2048'], { kind: 'split', bits: 2048 }],
    [['bundle'], { kind: 'bundle' }],
    [['bundle', '--output', 'trust/server.crt'], { kind: 'bundle', output: '/project/trust/server.crt' }],
  ])('%j', async (args, task) => {
    const host = memoryHost({
      files: {
        '/project/compose.yml': '# stack compose.yml compose.override.yml\nmender',
        '/project/compose.override.yml': '# stack compose.yml compose.override.yml\nmender',
      },
    });
    const { code, asked } = await runTask(args, { host, answer: () => nothing });
    expect(code).toBe(0);
    // Two files, one stack.
    expect(asked).toEqual([{ file: '/project/compose.override.yml', task }]);
  });

  it('bundle --output is refused for two deployments', async () => {
    const host = memoryHost({
      files: { '/project/a/compose.yml': 'mender', '/project/b/compose.yml': 'mender' },
    });
    const { code, err } = await runTask(['bundle', '--output', 'x.crt', '--yes'], {
      host,
      answer: (_, file) => plan(making(`${file}.crt`, 'bundle', 'gateway')),
    });
    expect(code).toBe(2);
    expect(err).toContain('a/compose.yml, b/compose.yml. Name the compose files with -f.');
    expect(host.names()).toHaveLength(2);
  });
});

describe('import', () => {
  const files = { [FILE]: 'mender', '/project/leaf.pem': 'x', '/project/chain.pem': 'y' };

  it('takes certificates as paths, and the stack of the current directory', async () => {
    const { code, asked } = await runTask(['import', 'leaf.pem', 'chain.pem', '--key', 'leaf.pem'], {
      host: memoryHost({ files }),
      targets: [GATEWAY],
      answer: () => nothing,
    });
    expect(code).toBe(0);
    expect(asked[0]).toEqual({
      file: FILE,
      task: {
        kind: 'import',
        certificates: ['/project/leaf.pem', '/project/chain.pem'],
        key: '/project/leaf.pem',
      },
    });
  });

  it('takes the stack that -f names, and the service', async () => {
    const { asked } = await runTask(
      ['import', 'leaf.pem', '-f', 'docker-compose.yml', '--service', 'gateway'],
      {
        host: memoryHost({ files }),
        targets: [GATEWAY],
        answer: () => nothing,
      },
    );
    expect(asked[0]?.task).toEqual({
      kind: 'import',
      certificates: ['/project/leaf.pem'],
      service: 'gateway',
    });
  });

  it('finds the one deployment among several that the certificate is for', async () => {
    const host = memoryHost({
      files: {
        '/project/a/compose.yml': 'mender',
        '/project/b/compose.yml': 'mender',
        '/project/leaf.pem': 'x',
      },
    });
    const { code, out, err } = await runTask(['import', 'leaf.pem', '--yes'], {
      host,
      answer: (_, file) =>
        file.startsWith('/project/b')
          ? plan(making('/project/b/new.pem', 'certificate', 'gateway'))
          : { kind: 'refused', message: 'No key here fits.' },
    });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Created b\/new\.pem /);
  });

  it.each([
    [['import'], 'Name the certificate to import: mender-compose import CERTIFICATE…'],
    [['import', 'leaf.pem', 'docker-compose.yml'], 'Name a compose file with -f docker-compose.yml'],
    [['import', 'nowhere.pem'], 'nowhere.pem does not exist.'],
    [['import', '/project'], '. is a directory, not a file.'],
    [['import', 'leaf.pem', '--service', 'gatway'], 'Did you mean gateway?'],
  ])('%j is refused', async (args, message) => {
    const { code, err, asked } = await runTask(args, { host: memoryHost({ files }), targets: [GATEWAY] });
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain(message);
  });
});

describe('options', () => {
  it.each<[string[], object]>([
    [
      ['csr', '--name', 'a.example.com,b.example.com', '--name', '10.0.0.1', '--new-key', '--algorithm=ec'],
      {
        kind: 'request',
        algorithm: 'ec',
        newKey: true,
        names: ['a.example.com', 'b.example.com', '10.0.0.1'],
      },
    ],
    [
      ['renew', '--days', '90', '--force', '--name', 'c.example.com'],
      { kind: 'renew', days: 90, names: ['c.example.com'], force: true },
    ],
    [
      ['rotate', '--again', '--bits', '4096', '--directory', '/elsewhere'],
      { kind: 'rotate', bits: 4096, directory: '/elsewhere', again: true },
    ],
    [['convert'], { kind: 'convert' }],
  ])('%j', async (args, task) => {
    const { tasks } = await runTask(args, { targets: [GATEWAY], answer: () => nothing });
    expect(tasks).toEqual([{ ...task, service: 'gateway', requirement: 'gateway-certificate' }]);
  });

  it.each([
    [['csr', '--algorithm', 'dsa'], '--algorithm is one of rsa, ec, not dsa'],
    [['rotate', '--bits', '1024'], '--bits is one of 2048, 3072, 3096, 4096, not 1024'],
    [['renew', '--days', '0'], '--days 0: use a whole number of days, such as 365.'],
    [['renew', '--days', '1.5'], '--days 1.5: use a whole number of days'],
    [['renew', '--days=-3'], '--days -3: use a whole number of days'],
    [['csr', '--name', 'gateway=a.example.com'], 'Write --service gateway --name a.example.com'],
    [['csr', '--force'], 'Unknown option --force for csr.'],
    [['bundle', '--requirement', 'x'], 'Unknown option --requirement for bundle.'],
    [['sign', '--ca-cert', 'ca.pem'], '--ca-key FILE is missing'],
    [['sign'], '--ca-cert FILE is missing'],
    [['sign', '--passphrase', 'x'], 'Unknown option --passphrase for sign. Did you mean --passphrase-file?'],
  ])('%j is refused', async (args, message) => {
    const { code, out, err, asked } = await runTask(args, { targets: [GATEWAY] });
    expect([code, out, asked]).toEqual([2, '', []]);
    expect(err).toContain(message);
  });
});
