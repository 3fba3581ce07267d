/** The tasks' steps with a scripted user and a scripted server. */
import { describe, expect, test } from 'vitest';
import * as messages from '../../client/src/messages';
import { readTarget } from '../../client/src/tasks/arguments';
import type { TaskUi } from '../../client/src/tasks/prompts';
import { runTask, type TaskRun } from '../../client/src/tasks/run';
import { NO_TARGET, type TaskKind } from '../../client/src/tasks/texts';
import type {
  Applied,
  ApplyParams,
  KeyTarget,
  KeyTask,
  PlanAnswer,
  PlanPreview,
  Refusal,
} from '../../server/src/lsp/protocol';

const URI = 'file:///p/docker-compose.yml';

const gateway: KeyTarget = {
  service: 'gateway',
  requirement: 'gateway.certificate',
  kind: 'tls-pair',
  title: 'TLS certificate of gateway',
  state: 'expires on 2027-01-01 (34 days left)',
  certificate: '/p/cert.pem',
  key: '/p/key.pem',
  names: ['old.example.com'],
  reached: ['mender.example.com'],
  tasks: ['request', 'import', 'sign', 'renew', 'rotate'],
  encrypted: false,
};
const storage: KeyTarget = {
  ...gateway,
  service: 'storage',
  requirement: 'storage.certificate',
  title: 'TLS certificate of storage',
  names: [],
  reached: [],
  key: undefined,
};
const token: KeyTarget = {
  ...gateway,
  service: 'useradm',
  requirement: 'useradm.key',
  kind: 'token-key',
  title: 'Token key of useradm',
  tasks: ['rotate', 'convert'],
};
const ALL = [gateway, storage, token];

const plan: PlanPreview = {
  ok: true,
  mender: true,
  title: 'Do it',
  findings: [],
  create: [
    {
      path: '/p/request.csr',
      uri: 'file:///p/request.csr',
      relative: 'request.csr',
      kind: 'request',
      service: 'gateway',
      fixes: [],
    },
  ],
  names: [],
  modes: [],
  effects: [],
  reminders: [],
  edited: [],
};
const applied: Applied = {
  ok: true,
  edit: {},
  edited: [],
  versions: {},
  created: plan.create,
  kept: [],
  reminders: ['Send it.'],
};

type Reply = 'changed' | 'go' | 'options' | 'back' | 'cancel' | { readonly type: string } | readonly string[];

/** Replies in their order; `{type}` is typed, or chosen by a part of the label. */
function play(
  kind: TaskKind,
  replies: readonly Reply[],
  given: Partial<TaskRun> = {},
  answers: readonly PlanAnswer[] = [],
) {
  const log: string[] = [];
  const planned: (KeyTask | undefined)[] = [];
  const made: ApplyParams[] = [];
  const left = [...replies];
  const plans = [...answers];
  const next = () => {
    const reply = left.shift();
    if (reply === undefined) throw new Error(`no more replies after ${log.join('; ')}`);
    return reply;
  };
  const at = ({ number, total, back }: { number: number; total: number; back: boolean }) =>
    `${number}/${total}${back ? ' <' : ''}`;
  const ui: TaskUi = {
    inform: async (message) => void log.push(`inform: ${message}`),
    fail: async (message) => void log.push(`fail: ${message}`),
    refuseUntrusted: async () => void log.push('untrusted'),
    async confirm({ options, plan: shown }, step) {
      const names = shown.names.map((entry) => entry.names.join('+')).join(' ');
      log.push(`confirm ${at(step)}${options ? ' options' : ''} ${names}`.trim());
      return next() as never;
    },
    async askNames({ service, value }, step) {
      log.push(`names ${at(step)} ${service}: ${value}`);
      return next() as never;
    },
    async pick({ choices, active = 0 }, step) {
      log.push(`pick ${at(step)} ${choices[active]?.label}`);
      const reply = next();
      if (typeof reply === 'string') return reply as 'back' | 'cancel';
      const wanted = (reply as { type: string }).type;
      const chosen = choices.find(({ label }) => label.includes(wanted));
      if (chosen === undefined)
        throw new Error(`${wanted} is none of ${choices.map(({ label }) => label).join()}`);
      return { value: chosen.value };
    },
    async text({ value, secret, complaint, problem }, step) {
      log.push(`text ${at(step)} ${secret ? 'secret' : value}${complaint ? ` (${complaint})` : ''}`);
      const reply = next();
      if (typeof reply === 'string') return reply as 'back' | 'cancel';
      const { type } = reply as { type: string };
      if (problem(type) !== undefined) throw new Error(problem(type));
      return { value: type };
    },
    async files({ what }, step) {
      log.push(`files ${at(step)} ${what}`);
      const reply = next();
      return typeof reply === 'string' ? (reply as 'back' | 'cancel') : { value: reply as string[] };
    },
    async make(params) {
      made.push(params);
      return applied;
    },
    edit: async () => left[0] !== 'changed' || left.shift() === undefined,
    tell: async (message) => void log.push(`tell: ${message}`),
    offerRetry: async () => false,
    async offerAnyway(message, button) {
      log.push(`anyway? ${message} [${button}]`);
      return next() === 'go';
    },
  };
  const run = () =>
    runTask(ui, {
      kind,
      uri: URI,
      directory: '/p',
      trusted: true,
      onDisk: true,
      targets: async () => ALL,
      async plan(task) {
        planned.push(task);
        return plans.shift() ?? plan;
      },
      ...given,
    });
  return { log, planned, made, left, run };
}

const refused = (message: string, more: Partial<Refusal> = {}): PlanAnswer => ({
  ok: false,
  cancelled: false,
  message,
  ...more,
});
const DONE = 'tell: Created 1 file. Send it.';

describe('a certificate request', () => {
  test('asks for service, key and names, shows, makes and tells', async () => {
    const { log, planned, made, run } = play('request', [
      { type: 'storage' },
      { type: 'EC' },
      ['s3.example.com'],
      'go',
    ]);
    await run();
    expect(log).toEqual([
      'pick 1/4 $(shield) TLS certificate of gateway',
      'pick 2/4 < New key: RSA 3072',
      'names 3/4 < storage: storage, localhost',
      'confirm 4/4 <',
      DONE,
    ]);
    const task = {
      kind: 'request',
      service: 'storage',
      requirement: 'storage.certificate',
      newKey: true,
      algorithm: 'ec',
      names: ['s3.example.com'],
    };
    expect(planned).toEqual([task]);
    expect(made).toEqual([
      { uri: URI, task, names: { storage: ['s3.example.com'] }, confirmed: ['/p/request.csr'] },
    ]);
  });

  test('of one service keeps its key unless told otherwise, and knows its names', async () => {
    const { log, planned, run } = play('request', [{ type: 'present' }, ['a'], 'go'], { service: 'gateway' });
    await run();
    expect(log.slice(0, 3)).toEqual([
      'pick 1/3 The present key',
      'names 2/3 < gateway: mender.example.com, old.example.com',
      'confirm 3/3 <',
    ]);
    expect(planned[0]).toMatchObject({ kind: 'request', service: 'gateway', newKey: false });
  });

  test('goes back from the preview as far as the first question, and plans anew', async () => {
    const { log, planned, run } = play(
      'request',
      [{ type: 'present' }, ['a'], 'back', 'back', { type: 'RSA 2048' }, ['b'], 'go'],
      { service: 'gateway' },
    );
    await run();
    expect(log.slice(3, 6)).toEqual([
      'names 2/3 < gateway: a',
      'pick 1/3 The present key',
      'names 2/3 < gateway: a',
    ]);
    expect(planned.map((task) => task && 'names' in task && task.names)).toEqual([['a'], ['b']]);
    expect(planned[1]).toMatchObject({ newKey: true, algorithm: 'rsa', bits: 2048 });
  });

  test('shows the names that were typed, and asks for none twice', async () => {
    const names = [{ service: 'gateway', names: [], fallback: ['gateway'] }];
    const { log, run } = play('request', [{ type: 'present' }, ['a', 'b'], 'go'], { service: 'gateway' }, [
      { ...plan, names },
    ]);
    await run();
    expect(log[2]).toBe('confirm 3/3 < a+b');
  });
});

describe('generating with options', () => {
  test('asks for them on a detour from the preview', async () => {
    const { log, planned, run } = play('generate', [
      'options',
      { type: 'EC' },
      { type: '90' },
      { type: 'Another' },
      ['/elsewhere'],
      'go',
    ]);
    await run();
    expect(log).toEqual([
      'confirm 1/1 options',
      'pick 1/4 < RSA 3072',
      'text 2/4 < 3650',
      'pick 3/4 < Where Mender’s documentation has them',
      'files 3/4 < directory',
      'confirm 4/4 <',
      DONE,
    ]);
    expect(planned).toEqual([
      undefined,
      { kind: 'generate', algorithm: 'ec', bits: undefined, days: 90, directory: '/elsewhere' },
    ]);
  });
});

describe('a passphrase', () => {
  const files: Reply[] = [['/ca/ca.crt'], ['/ca/ca.key'], { type: 'gateway' }, ['a'], { type: '365' }];

  test('is asked for only when the server says so, and again when it is wrong', async () => {
    const { log, planned, made, run } = play(
      'sign',
      [...files, { type: 'wrong' }, { type: 'right' }, 'go'],
      {},
      [
        refused('The key is locked.', { passphrase: 'needed' }),
        refused('That does not open it.', { passphrase: 'wrong' }),
      ],
    );
    await run();
    expect(log).toEqual([
      'files 1/6 certificate',
      'files 2/6 < key',
      'pick 3/6 < $(shield) TLS certificate of gateway',
      'names 4/6 < gateway: mender.example.com, old.example.com',
      'text 5/6 < 3650',
      'text 6/7 < secret',
      'text 6/7 < secret (That does not open it.)',
      'confirm 7/7 < options',
      DONE,
    ]);
    const passphrases = planned.map((task) => task?.kind === 'sign' && task.authority.passphrase);
    expect(passphrases).toEqual([undefined, 'wrong', 'right']);
    expect(made[0]?.task).toMatchObject({ days: 365, authority: { passphrase: 'right', key: '/ca/ca.key' } });
  });

  test('is never asked for by tasks that have no use for it', async () => {
    const { log, run } = play('rotate', [], { service: 'useradm' }, [refused('It has a passphrase.')]);
    await run();
    expect(log).toEqual(['fail: It has a passphrase.']);
  });

  test('of a key that is known to be encrypted is asked for at once', async () => {
    const { log, planned, run } = play('convert', [{ type: 'secret' }, 'go'], {
      targets: async () => [{ ...token, encrypted: true }],
    });
    await run();
    expect(log[0]).toBe('text 1/2 secret');
    expect(planned).toEqual([
      { kind: 'convert', service: 'useradm', requirement: 'useradm.key', passphrase: 'secret' },
    ]);
  });

  test('given up leads back, and nothing is made', async () => {
    const { log, made, run } = play('sign', [...files, 'back', 'cancel'], {}, [
      refused('A passphrase is needed.', { passphrase: 'needed' }),
    ]);
    await run();
    expect(log.at(-1)).toBe('text 5/6 < 365');
    expect(made).toEqual([]);
  });
});

describe('importing', () => {
  test('asks for the service only when it is not found by itself', async () => {
    const found = play('import', [['/d/a.crt', '/d/b.crt'], 'go']);
    await found.run();
    expect(found.planned).toEqual([{ kind: 'import', certificates: ['/d/a.crt', '/d/b.crt'] }]);
    expect(found.log).toEqual(['files 1/2 certificates', 'confirm 2/2 <', DONE]);

    const asked = play('import', [['/d/a.crt'], { type: 'storage' }, 'go'], {}, [refused('No key fits.')]);
    await asked.run();
    expect(asked.planned[1]).toMatchObject({ service: 'storage', requirement: 'storage.certificate' });

    const still = play('import', [['/d/a.crt'], { type: 'storage' }], {}, [
      refused('No key fits.'),
      refused('This is no certificate.'),
    ]);
    await still.run();
    expect(still.log.at(-1)).toBe('fail: This is no certificate.');
  });

  test('takes the service that it was started at', async () => {
    const { planned, run } = play('import', [['/d/a.crt'], 'go'], { service: 'storage' });
    await run();
    expect(planned[0]).toMatchObject({ service: 'storage' });
  });
});

describe('what is so already', () => {
  test('is told, and done anyway when the user wants that', async () => {
    const { log, planned, run } = play('renew', ['go', 'go'], { service: 'gateway' }, [
      refused('Nothing is due.', { nothing: true }),
    ]);
    await run();
    expect(log.slice(0, 2)).toEqual(['anyway? Nothing is due. [Renew anyway]', 'confirm 1/1 options']);
    expect(planned.map((task) => task?.kind === 'renew' && task.force)).toEqual([undefined, true]);
  });

  test('is told as no error', async () => {
    const { log, run } = play('split', [], {}, [refused('Each has its own.', { nothing: true })]);
    await run();
    expect(log).toEqual(['inform: Each has its own.']);
  });
});

describe('when the text changed meanwhile', () => {
  test('the files that a task made are told, and no others are made', async () => {
    const { log, made, run } = play('rotate', ['go', 'changed'], { service: 'useradm' });
    await run();
    expect(log.at(-1)).toBe(`tell: ${messages.notMountedByTask(applied)}`);
    expect(made).toHaveLength(1);
  });
});

describe('tasks', () => {
  test('offer what makes sense, else all that fits, and say when there is nothing', async () => {
    const convert = play('convert', ['go']);
    await convert.run();
    expect(convert.log[0]).toBe('confirm 1/1');
    const none = play('renew', [], { targets: async () => [token] });
    await none.run();
    expect(none.log).toEqual([`inform: ${NO_TARGET.renew}`]);
    const empty = play('bundle', [], { targets: async () => [] });
    await empty.run();
    expect(empty.log).toEqual([`inform: ${messages.NO_MENDER_SERVICE}`]);
  });

  test('renewing with options sends days and added names', async () => {
    const { log, planned, run } = play(
      'renew',
      ['options', { type: '30' }, { type: 'new.example.com' }, 'go'],
      { service: 'gateway' },
    );
    await run();
    expect(log[2]).toBe('text 2/3 < ');
    expect(planned[1]).toMatchObject({ days: 30, names: ['new.example.com'] });
  });

  test.each<TaskKind>([
    'request',
    'import',
    'sign',
    'renew',
    'rotate',
    'split',
    'convert',
    'bundle',
    'generate',
  ])('%s: writes nothing without trust, nor beside a document that is nowhere', async (kind) => {
    const untrusted = play(kind, [], { trusted: false });
    await untrusted.run();
    expect(untrusted.log).toEqual(['untrusted']);
    const nowhere = play(kind, [], { onDisk: false });
    await nowhere.run();
    expect(nowhere.log).toEqual([`inform: ${messages.NO_DISK}`]);
    expect([...untrusted.planned, ...nowhere.planned]).toEqual([]);
  });
});

describe('what a command is started with', () => {
  test('is read from arguments, from a node of the view, from a resource; what is odd is left out', () => {
    expect(readTarget([URI, 's', 'r'])).toEqual({ uri: URI, service: 's', requirement: 'r' });
    expect(readTarget([])).toEqual({});
    expect(readTarget([{ uri: URI, service: 's', requirement: undefined }, 'x'])).toEqual({
      uri: URI,
      service: 's',
    });
    expect(readTarget([{ scheme: 'file', toString: () => URI }])).toEqual({ uri: URI });
    expect(readTarget([7, {}, ''])).toEqual({});
  });
});
