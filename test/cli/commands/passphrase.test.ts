/** Where a passphrase comes from, and that it goes nowhere but to the task. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../server/src/cli/core/context';
import { plainLine, rawLine } from '../../../server/src/cli/input/line-reader';
import { createPrompt } from '../../../server/src/cli/input/prompt';
import type { KeyTask, TaskAnswer } from '../../../server/src/language-service/api/tasks';
import { memoryHost } from '../../platform/memory-host';
import { FILE, making, plan, runTask, type Script, target } from './task-script';

const SECRET = ' correct horse ';
const files = {
  [FILE]: 'mender',
  '/project/ca.pem': 'certificate',
  '/project/plain.pem': '-----BEGIN PRIVATE KEY-----\n',
  '/project/ca-key.pem': '-----BEGIN ENCRYPTED PRIVATE KEY-----\n',
  '/project/pass.txt': `${SECRET}\n`,
};
const sign = ['sign', '--ca-cert', 'ca.pem', '--ca-key', 'ca-key.pem', '--yes'];
const convert = ['convert', '--yes'];

/** Opens with the secret only, save for the key that has none. */
function made(task: KeyTask): TaskAnswer {
  const given = passphraseIn(task);
  const plain = task.kind === 'sign' && task.authority.key === '/project/plain.pem';
  if (!plain && given === undefined) {
    return { kind: 'refused', message: 'It is protected by a passphrase.', passphrase: 'needed' };
  }
  if (!plain && given !== SECRET) {
    return { kind: 'refused', message: 'The passphrase is wrong.', passphrase: 'wrong' };
  }
  return plan(making('/project/new.pem', 'certificate', 'gateway'));
}

function passphraseIn(task: KeyTask | undefined): string | undefined {
  if (task?.kind === 'sign') return task.authority.passphrase;
  return task?.kind === 'convert' ? task.passphrase : undefined;
}

/** Answers the passphrase that reached the task, and all that was printed. */
async function passphrase(args: readonly string[], script: Script & { variable?: string } = {}) {
  const host = memoryHost({
    files,
    environment: script.variable === undefined ? {} : { MENDER_COMPOSE_PASSPHRASE: script.variable },
  });
  const targets = [target('gateway', { encrypted: true, key: '/project/ca-key.pem' })];
  const ran = await runTask(args, { targets, answer: made, ...script, host });
  return { ...ran, given: passphraseIn(ran.asked.at(-1)?.task) };
}

describe.each([
  ['sign', sign],
  ['convert', convert],
])('%s', (_, args) => {
  it.each<[string, readonly string[], Script & { variable?: string }]>([
    ['a terminal', [], { isTTY: true, input: `${SECRET}\n` }],
    ['a file', ['--passphrase-file', 'pass.txt'], {}],
    ['the variable', [], { variable: SECRET }],
    ['the file rather than the variable', ['--passphrase-file', 'pass.txt'], { variable: 'other' }],
  ])('takes the passphrase from %s, and shows it nowhere', async (_source, more, script) => {
    for (const format of ['text', 'json']) {
      if (script.isTTY && format === 'json') continue;
      const ran = await passphrase([...args, '--format', format, ...more], script);
      expect(ran.code).toBe(0);
      expect(ran.given).toBe(SECRET);
      expect(ran.out + ran.err).not.toContain('horse');
      const holding = ran.host.names().filter((name) => ran.host.text(name)?.includes('horse'));
      expect(holding).toEqual(['/project/pass.txt']);
    }
  });

  it.each([
    ['without a terminal', {}],
    ['at the end of input', { isTTY: true }],
    ['for an empty answer', { isTTY: true, input: '\n' }],
  ])('says how to give it, %s', async (_when, script) => {
    const { code, err, given, host } = await passphrase(args, script);
    expect([code, given]).toEqual([2, undefined]);
    expect(err).toContain(
      'ca-key.pem needs a passphrase. Give it with --passphrase-file FILE or in the variable MENDER_COMPOSE_PASSPHRASE.',
    );
    expect(host.snapshot()).toEqual(memoryHost({ files }).snapshot());
  });

  it('says what the façade says of a wrong one that is given', async () => {
    for (const isTTY of [true, false]) {
      const { code, err } = await passphrase(args, { variable: 'wrong horse', isTTY, input: `${SECRET}\n` });
      expect([code, err]).toEqual([2, 'mender-compose: The passphrase is wrong.\n']);
    }
  });

  it('asks again for a wrong one that is typed, three times at most', async () => {
    const second = await passphrase(args, { isTTY: true, input: `mistyped\n${SECRET}\n` });
    expect([second.code, second.given]).toEqual([0, SECRET]);
    expect(second.err).toContain('Wrong passphrase.\nPassphrase of ca-key.pem: \n');
    const never = await passphrase(args, { isTTY: true, input: 'mistyped\n'.repeat(9) });
    expect([never.code, never.err.split('Passphrase of')]).toEqual([
      2,
      expect.objectContaining({ length: 4 }),
    ]);
    expect(never.err).toMatch(/mender-compose: The passphrase is wrong\.\n$/);
  });

  it.each([
    ['nowhere.txt', undefined, 'pass does not exist.'],
    ['empty', '\n', 'pass has no passphrase on its first line.'],
    ['large', 'horse'.repeat(1000), 'pass is too large for a passphrase.'],
    ['no text', Uint8Array.of(0xff, 0xfe), 'pass is not UTF-8'],
  ])('says what is wrong with a passphrase file: %s', async (_name, content, message) => {
    const host = memoryHost({
      files: content === undefined ? files : { ...files, '/project/pass': content },
    });
    const { code, err } = await runTask([...args, '--passphrase-file', 'pass'], {
      host,
      targets: [target('gateway', { encrypted: true, key: '/project/ca-key.pem' })],
    });
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain('horse');
  });
});

describe('sign', () => {
  it('asks for no passphrase of a key that has none', async () => {
    const { code, err, given } = await passphrase(
      ['sign', '--ca-cert', 'ca.pem', '--ca-key', 'plain.pem', '--yes'],
      { isTTY: true },
    );
    expect([code, given]).toEqual([0, undefined]);
    expect(err).not.toContain('Passphrase');
  });

  it('asks for the target first, then for the passphrase, then for a yes', async () => {
    const { code, err, given } = await passphrase(
      sign.filter((word) => word !== '--yes'),
      {
        isTTY: true,
        input: `2\n${SECRET}\ny\n`,
        targets: [target('gateway'), target('storage')],
      },
    );
    expect([code, given]).toEqual([0, SECRET]);
    expect(err).toMatch(/Number \[1-2\]: Passphrase of ca-key\.pem: \nCreate\n.*\nContinue\? \[y\/N\] /);
  });

  it('asks once where several have to be tried', async () => {
    const { err } = await passphrase(sign, {
      isTTY: true,
      input: `${SECRET}\n`,
      targets: [target('gateway', { tasks: [] }), target('storage', { tasks: [] })],
      answer: (task) => {
        const answer = made(task);
        return answer.kind === 'plan' ? { kind: 'nothing', message: 'It is so already.' } : answer;
      },
    });
    expect(err.split('Passphrase of')).toHaveLength(2);
  });

  it('hands the authority on as absolute paths', async () => {
    const { tasks } = await passphrase([...sign, '--days', '90', '--name', 'a.example.com'], {
      variable: 'x',
    });
    expect(tasks).toMatchObject([
      {
        kind: 'sign',
        days: 90,
        names: ['a.example.com'],
        authority: { certificate: '/project/ca.pem', key: '/project/ca-key.pem' },
      },
    ]);
  });
});

describe('a line that is typed', () => {
  it.each([
    ['abc\rdef', 'abc', 'def'],
    ['abc\r\ndef', 'abc', 'def'],
    ['abc\ndef', 'abc', 'def'],
    ['  a b \n', '  a b ', ''],
    ['abx\u007fc\r', 'abc', ''],
    ['wrong\u0015right\r', 'right', ''],
    ['\u007fa😀\bb\r', 'ab', ''],
    ['a\u0004b\r', 'ab', ''],
  ])('%j', (text, line, rest) => {
    expect(rawLine(text, false)).toEqual({ kind: 'line', line, rest });
  });

  it('ends with Ctrl-D, is broken off by Ctrl-C, and waits for more', () => {
    expect(rawLine('\u0004', false)?.kind).toBe('end');
    expect(rawLine('abc\u0003', false)).toEqual({ kind: 'interrupt', line: '', rest: '' });
    expect(rawLine('abc', false)).toBeUndefined();
    expect(rawLine('abc', true)).toEqual({ kind: 'line', line: 'abc', rest: '' });
    expect(rawLine('', true)?.kind).toBe('end');
    expect(plainLine('abc', false)).toBeUndefined();
    expect(plainLine('abc', true)).toEqual({ kind: 'line', line: 'abc', rest: '' });
    expect(plainLine('', true)?.kind).toBe('end');
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['sign', sign],
    ['convert', convert],
  ])('ends %s at the passphrase, with nothing written', async (_, args) => {
    const { code, err, given, host } = await passphrase(args, { isTTY: true, input: 'horse\u0003' });
    expect([code, given]).toEqual([130, undefined]);
    expect(err).toBe('Passphrase of ca-key.pem: \nmender-compose: interrupted.\n');
    expect(host.snapshot()).toEqual(memoryHost({ files }).snapshot());
  });
});

it.each([['horse\r'], ['horse\u0003'], ['\u0004']])(
  'a terminal is told to show nothing before the question, and to show again after %j',
  async (input) => {
    const events: string[] = [];
    const stdin = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (raw: boolean) => void events.push(raw ? 'hide' : 'show'),
    });
    stdin.write(input);
    const stderr = { write: (text: string) => void events.push(text) };
    const prompt = createPrompt({ stdin, stderr, stdout: stderr, cwd: '/' });
    await prompt.askSecret('Passphrase: ').catch((error) => expect(error).toBeInstanceOf(Interrupted));
    prompt.close();
    expect(events).toEqual(['hide', 'Passphrase: ', 'show', '\n']);
  },
);
