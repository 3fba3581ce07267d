/** Files that are judged together: given with -f, or found by the service; said once, counted once, fixed together. */

import { describe, expect, it } from 'vitest';
import { memoryHost } from '../../platform/memory-host';
import { yaml } from '../../yaml';
import { runCli } from '../run-cli';

const STACK = '# stack docker-compose.yml production/config/prod.yml\n';
const deployment = (base: string, overlay: string) =>
  memoryHost({
    files: {
      '/project/docker-compose.yml': `services: mender\n${base}\n${STACK}`,
      '/project/production/config/prod.yml': `services: mender\n${overlay}\n${STACK}`,
    },
  });
const TOGETHER =
  '(inferred: they declare the same services) beside beside.yml · Mender 3.7.0 (files read: .env)';

describe('a stack that the service finds', () => {
  it('is checked through each of its files, told once, and its findings are counted once', async () => {
    const { code, out } = await runCli(['check'], deployment('BAD', 'WARN'));
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'docker-compose.yml:2:1: error: BAD is not a good word. [bad-word]',
        '  2 | BAD',
        '    | ^^^',
        '    = fix: Say GOOD instead',
        '',
        'production/config/prod.yml:2:1: warning: WARN is not a good word. [odd-word]',
        '  2 | WARN',
        '    | ^^^^',
        '',
        `docker-compose.yml + production/config/prod.yml ${TOGETHER}`,
        '',
        '1 error, 1 warning in 2 files.',
        'mender-compose fix  fixes what needs no new key',
        '',
      ].join('\n'),
    );
  });

  it('brings findings of a file that was not named', async () => {
    const { code, out } = await runCli(
      ['check', 'production/config/prod.yml'],
      deployment('NOKEY useradm', ''),
    );
    expect(code).toBe(1);
    expect(out).toContain('docker-compose.yml:2:1: error: NOKEY useradm');
    expect(out).toContain('mender-compose fix --generate production/config/prod.yml  also creates 1 key');
  });

  it('is named where nothing is wrong, with the number of files', async () => {
    const { out } = await runCli(['check', 'docker-compose.yml'], deployment('', ''));
    expect(out).toBe(
      `docker-compose.yml + production/config/prod.yml ${TOGETHER}\n\nNo problems found in 2 files.\n`,
    );
  });

  it('is left out by --quiet', async () => {
    const { out } = await runCli(['check', '--quiet'], deployment('BAD', 'WARN'));
    expect(out).toBe(
      yaml`
        docker-compose.yml:2:1: error: BAD is not a good word. [bad-word]
          2 | BAD
            | ^^^
            = fix: Say GOOD instead
      `,
    );
  });

  it('is an entry of the JSON output', async () => {
    const { out } = await runCli(['check', '--format', 'json'], deployment('', ''));
    expect(JSON.parse(out)).toEqual({
      version: 1,
      findings: [],
      stacks: [
        {
          name: null,
          files: ['docker-compose.yml', 'production/config/prod.yml'],
          reason: 'inferred',
          why: 'They declare the same services.',
          projectDirectory: '.',
          beside: ['beside.yml'],
          release: { layout: 'traefik-3.7', title: 'Mender 3.7.0', why: 'Files read: .env.' },
        },
      ],
    });
  });

  it('is fixed in all its files, and checked again', async () => {
    const host = deployment('BAD', 'BAD\nNOKEY useradm');
    const { code, out } = await runCli(['fix', '--generate', '--yes', 'production/config/prod.yml'], host);
    expect([code, out]).toEqual([
      0,
      [
        'Created production/config/keys/useradm.pem (certificate of useradm for useradm, localhost)',
        'Edited  production/config/prod.yml',
        'Edited  docker-compose.yml',
        '',
        'To do:',
        '  * Tell the client about useradm.',
        '',
      ].join('\n'),
    ]);
    expect(host.text('/project/docker-compose.yml')).toContain('GOOD');
    expect(host.text('/project/production/config/prod.yml')).toContain('GOOD\nKEY useradm');
  });

  it('is shown by --dry-run with one diff a file', async () => {
    const { out } = await runCli(['fix', '--dry-run'], deployment('BAD', 'BAD'));
    expect(out.match(/^--- .*$/gm)).toEqual(['--- a/docker-compose.yml', '--- a/production/config/prod.yml']);
  });
});

describe('-f', () => {
  const host = () =>
    memoryHost({
      files: {
        '/project/a.yml': 'services: mender\nBAD\n',
        '/project/sub/b.yml': 'services: mender\nWARN\n',
        '/project/some.env': '',
      },
    });

  it('has files judged together, once, relative to the working directory', async () => {
    const { code, out, err } = await runCli(
      ['check', '-f', '../a.yml', '--file=b.yml', '--project-directory', '..', '--env-file', '../some.env'],
      host(),
      { cwd: '/project/sub' },
    );
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('\nb.yml:2:1: warning');
    expect(out).toContain(
      '/project/a.yml + b.yml (given with -f) · Mender 3.7.0 (files read: /project/some.env)\n',
    );
    expect(out).toContain(
      'mender-compose fix -f ../a.yml -f b.yml --project-directory .. --env-file ../some.env  fixes',
    );
  });

  it('is fixed as it is checked', async () => {
    const disk = host();
    const { out } = await runCli(['fix', '-f', 'sub/b.yml', '-f', 'a.yml'], disk);
    expect(out).toContain('Edited  a.yml');
    expect(disk.text('/project/a.yml')).toBe('services: mender\nGOOD\n');
  });

  it.each([
    [['-f', 'a.yml', '-f', 'gone.yml'], 'gone.yml does not exist.'],
    [['-f', 'sub'], 'sub is a directory, not a file.'],
    [['-f', 'a.yml', '--project-directory', 'sub/b.yml'], 'sub/b.yml is a file, not a directory.'],
    [['-f', 'a.yml', '--env-file', 'no.env'], 'no.env does not exist.'],
  ])('%j judges nothing, since a part is missing', async (args, problem) => {
    expect(await runCli(['check', ...args], host())).toEqual({
      code: 2,
      out: '',
      err: `mender-compose: ${problem}\n`,
    });
  });

  it('says so where there is no Mender service', async () => {
    const disk = memoryHost({ files: { '/project/web.yml': 'nginx' } });
    const { code, err } = await runCli(['check', '-f', 'web.yml'], disk);
    expect([code, err]).toEqual([0, 'No Mender service in web.yml: nothing to check.\n']);
  });

  it.each([
    [['-f', 'a.yml', 'sub/b.yml'], 'sub/b.yml: no path can be passed with -f.'],
    [['--project-directory', 'sub', 'a.yml'], 'Pass --project-directory with -f'],
    [['--env-file', 'some.env'], 'Pass --env-file with -f'],
    [['-f'], '-f needs a value: --file FILE'],
    [['-f', 'a.yml', '--project-directory', 'x', '--project-directory', 'y'], ' only once.'],
  ])('%j is wrong usage', async (args, message) => {
    for (const command of ['check', 'fix', 'generate']) {
      const { code, err } = await runCli([command, ...args], host());
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

describe('--release', () => {
  it('is what the stack is judged as', async () => {
    const { out } = await runCli(['check', '--release', '4.0'], deployment('', ''));
    expect(out).toContain('Mender 4.0');
  });

  it('auto is what the files tell', async () => {
    const { out } = await runCli(['check', '--release', 'auto'], deployment('', ''));
    expect(out).toContain('Mender 3.7.0');
  });

  it('that is not known is wrong usage, with examples', async () => {
    const { code, err } = await runCli(['check', '--release', 'kirkstone'], deployment('', ''));
    expect([code, err]).toEqual([
      2,
      'mender-compose: --release kirkstone: unknown release. Examples: 3.7, 4.0; auto detects it.\n' +
        'See mender-compose check --help\n',
    ]);
  });
});
