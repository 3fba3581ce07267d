import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../server/src/cli/commands/index';
import { memoryHost } from '../../platform/memory-host';
import { runCli } from '../run-cli';

describe('wrong usage', () => {
  const cases: readonly [string[], string][] = [
    [[], 'Usage: mender-compose COMMAND'],
    [['chekc'], 'Unknown command chekc. Did you mean check?'],
    [['gen'], 'Did you mean generate?'],
    [['frobnicate'], 'Unknown command frobnicate.\n'],
    [['docker-compose.yml'], 'To check this path: mender-compose check docker-compose.yml'],
    [['--format', 'json'], 'options follow a command (check, fix, generate, csr, '],
    [['--versoin'], 'Did you mean --version?'],
    [['help', 'fixx'], 'Unknown command fixx. Did you mean fix?'],
    [['check', '--fromat', 'json'], 'Unknown option --fromat for check. Did you mean --format?'],
    [['check', '-x'], 'Unknown option -x for check.'],
    [['check', '--generate'], 'Unknown option --generate for check.'],
    [['generate', '--generate'], 'Unknown option --generate for generate'],
    [['check', '--format'], '--format needs a value: --format text|json'],
    [['check', '--format='], '--format needs a value'],
    [['check', '--format', '--quiet'], '--format needs a value'],
    [['check', '--format', 'jsno'], '--format is one of text, json, not jsno. Did you mean json?'],
    [['check', '--format', 'json', '--format', 'text'], 'Pass --format only once.'],
    [['check', '--quiet=yes'], '--quiet takes no value.'],
    [['check', '--rule', 'bad-word'], '--rule bad-word has no severity.'],
    [['check', '--rule', 'bad-wrod=off'], 'no rule bad-wrod. Did you mean bad-word?'],
    [['check', '--rule', 'bad-word=eror'], 'Did you mean error?'],
    [['check', '--rule', '=off'], 'no rule ""'],
    [['check', '--list-rules', '.'], '--list-rules takes no path.'],
    [['fix', '--name', 'https://mender.example.com'], 'Use only the name'],
    [['fix', '--name', 'gateway=a,,b'], 'a host name is empty'],
    [['fix', '--name', '=a.example.com'], 'names no service before the equals sign'],
    [['lsp'], 'mender-compose lsp --stdio'],
    [['lsp', '--stdio', 'x'], 'lsp takes no path.'],
  ];
  it.each(cases)('%j', async (args, message) => {
    const { code, out, err } = await runCli(
      args,
      memoryHost({ files: { '/project/compose.yml': 'mender' } }),
    );
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n {4}at /);
  });

  it('points at the help of the command', async () => {
    expect((await runCli(['check', '--nope'], memoryHost())).err).toBe(
      'mender-compose: Unknown option --nope for check.\nSee mender-compose check --help\n',
    );
  });
});

describe('help and version', () => {
  it('--version', async () => {
    expect(await runCli(['--version'], memoryHost())).toEqual({ code: 0, out: '1.2.3\n', err: '' });
    expect((await runCli(['-V'], memoryHost())).out).toBe('1.2.3\n');
  });

  it('--help names every command', async () => {
    const { code, out } = await runCli(['--help'], memoryHost());
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name} `);
    expect((await runCli(['help'], memoryHost())).out).toBe(out);
    expect((await runCli(['-h'], memoryHost())).out).toBe(out);
  });

  it.each(COMMANDS)(
    '$name --help names every option, wherever it stands',
    async ({ name, options, usage }) => {
      const { code, out } = await runCli([name, 'x.yml', '--help'], memoryHost());
      expect(code).toBe(0);
      expect(out).toContain(`Usage: mender-compose ${name} ${usage}`);
      for (const option of options) expect(out).toContain(`--${option.name}`);
      expect((await runCli(['help', name], memoryHost())).out).toBe(out);
    },
  );

  it('fits 120 columns and has no trailing spaces', async () => {
    for (const args of [['--help'], ...COMMANDS.map(({ name }) => [name, '--help'])]) {
      const { out } = await runCli(args, memoryHost());
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
      expect(out).not.toMatch(/ $/m);
    }
  });
});

it('-- ends the options', async () => {
  const host = memoryHost({ files: { '/project/--help': 'mender' } });
  expect((await runCli(['check', '--', '--help'], host)).out).toBe('No problems found in 1 file.\n');
});

it('lsp --stdio starts the server, with the options that editors add', async () => {
  let started = 0;
  const engine = {
    startLanguageServer: () => {
      started++;
    },
  };
  expect((await runCli(['lsp', '--stdio'], memoryHost(), { engine })).code).toBe(0);
  expect((await runCli(['lsp', '--stdio', '--clientProcessId=42'], memoryHost(), { engine })).code).toBe(0);
  expect(started).toBe(2);
});
