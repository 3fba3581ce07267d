import { afterEach, describe, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageserver/node';
import { outcome } from '../../../server/src/language-server/handlers/execute-command';
import type {
  Applied,
  ApplyResult,
  PlanAnswer,
  PlanPreview,
} from '../../../server/src/language-server/protocol/index';
import type { TaskAnswer } from '../../../server/src/language-service/api/tasks';
import { type FakeService, fakeService } from '../fake-service';
import { applyEdits, connect, URI, VSCODE, type Wire, type WireOptions } from '../wire';

let wire: Wire;
let service: FakeService;

async function start(options?: WireOptions): Promise<void> {
  service = fakeService();
  wire = await connect(service, options);
}

afterEach(() => wire.close());

const plan = (params: unknown = { uri: URI }) => wire.client.sendRequest<PlanAnswer>('mender/plan', params);
const apply = (params: unknown) => wire.client.sendRequest<ApplyResult>('mender/apply', params);

const certificate = {
  path: '/project/ssl/line-0.pem',
  uri: 'file:///project/ssl/line-0.pem',
  relative: 'ssl/line-0.pem',
  kind: 'certificate',
  service: 'gateway',
  fixes: ['Line 0 is bad'],
};

describe('mender/plan', () => {
  test('tells what the user allows, and which files an editor has changes for', async () => {
    await start();
    await wire.open('BAD mender');
    const told: unknown[] = [];
    service.planTask = async (_, __, options) => {
      told.push(options);
      return { kind: 'refused', message: 'Outside.', outside: ['/etc/mender'] };
    };
    const task = { kind: 'split' } as const;
    const params = {
      uri: URI,
      task,
      allow: ['/etc/mender'],
      unsaved: ['file:///project/.gitignore', 'untitled:x'],
    };
    expect(await plan(params)).toMatchObject({ ok: false, outside: ['/etc/mender'] });
    expect(told).toEqual([{ allow: ['/etc/mender'], unsaved: ['/project/.gitignore'] }]);
  });

  test('previews all that is missing', async () => {
    await start();
    await wire.open('BAD mender');
    const expected: PlanPreview = {
      ok: true,
      mender: true,
      title: 'Write KEY',
      findings: [{ code: 'missing-certificate-mount', message: 'Line 0 is bad', service: 'gateway' }],
      create: [certificate as PlanPreview['create'][number]],
      names: [{ service: 'gateway', names: [], fallback: ['gateway', 'localhost'] }],
      modes: [],
      effects: [],
      reminders: ['Put the certificate into the client.'],
      edited: [URI],
      outside: [],
    };
    expect(await plan()).toEqual(expected);
    expect(service.applied).toEqual([]);
  });

  test('refuses a task with what would help, and tells apart what is so already', async () => {
    await start();
    await wire.open('mender');
    const task = { kind: 'sign', service: 'gateway', authority: { certificate: '/ca.crt', key: '/ca.key' } };
    const answers: TaskAnswer[] = [
      { kind: 'refused', message: 'It is locked.', passphrase: 'needed' },
      { kind: 'refused', message: 'It stays locked.', passphrase: 'wrong' },
      { kind: 'refused', message: 'No.' },
      { kind: 'nothing', message: 'It is so.' },
    ];
    const told: unknown[] = [];
    for (const answer of answers) {
      service.planTask = async () => answer;
      told.push(await plan({ uri: URI, task }));
    }
    const refused = { ok: false, cancelled: false };
    expect(told).toEqual([
      { ...refused, message: 'It is locked.', passphrase: 'needed' },
      { ...refused, message: 'It stays locked.', passphrase: 'wrong' },
      { ...refused, message: 'No.' },
      { ...refused, message: 'It is so.', nothing: true },
    ]);
  });

  test('previews one fix, and says when there is none any more', async () => {
    await start();
    await wire.open('BAD\nBAD');
    expect(await plan({ uri: URI, fixId: 'make:1' })).toMatchObject({
      mender: false,
      create: [{ relative: 'ssl/line-1.pem' }],
    });
    expect(await plan({ uri: URI, fixId: 'make:7' })).toMatchObject({
      ok: false,
      message: 'The compose file has changed, and this fix no longer applies. Open the light bulb again.',
    });
  });

  test('says why when it can not', async () => {
    await start();
    expect(await plan()).toEqual({
      ok: false,
      cancelled: false,
      message: 'Planning failed: /project/docker-compose.yml is not open.',
    });
    expect(await plan(null)).toMatchObject({ ok: false });
    await wire.open('PROBLEM');
    expect(await plan()).toMatchObject({ ok: false, message: '/project/docker-compose.yml is too large.' });
  });
});

describe('mender/apply', () => {
  test('makes the files, and hands back a versioned edit, the versions and the reminders', async () => {
    await start();
    await wire.open('BAD', 3);
    const names = { gateway: ['mender.example.com'] };
    const result = await apply({ uri: URI, names, confirmed: ['/project/ssl/line-0.pem'] });
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };
    expect(result).toEqual({
      ok: true,
      edit: {
        documentChanges: [{ textDocument: { uri: URI, version: 3 }, edits: [{ range, newText: 'KEY' }] }],
      },
      edited: [URI],
      versions: { [URI]: 3 },
      created: [certificate],
      reminders: ['Put the certificate into the client.'],
    });
    expect([...(service.applied[0]?.names ?? [])]).toEqual([['gateway', ['mender.example.com']]]);
  });

  test('names every file that it edits, open or not', async () => {
    await start();
    await wire.open('BAD', 3);
    const { apply: own } = service;
    service.apply = async (plan, options) => {
      const answer = await own.call(service, plan, options);
      const edits = plan.edits[0]?.edits ?? [];
      return answer.ok
        ? {
            ...answer,
            edits: [...plan.edits, { file: '/project/a b.yml', edits }, { file: '/p.yml', edits: [] }],
          }
        : answer;
    };
    const result = (await apply({ uri: URI })) as Applied;
    expect(result.edited).toEqual([URI, 'file:///project/a%20b.yml']);
    expect(result.versions).toEqual({ [URI]: 3 });
    expect(outcome(result, true, false)).toContain(
      'Edited docker-compose.yml and a b.yml, which now mount what is needed. Save them to keep the change.',
    );
  });

  test('creates nothing that the user did not see', async () => {
    await start();
    await wire.open('BAD\nBAD');
    const result = await apply({ uri: URI, confirmed: ['/project/ssl/line-0.pem'] });
    expect(result).toMatchObject({ ok: false, cancelled: false });
    expect(service.applied).toEqual([]);
  });

  test('can only mount what exists', async () => {
    await start();
    await wire.open('BAD');
    const result = (await apply({ uri: URI, generate: false, confirmed: [] })) as Applied;
    expect(result.created).toEqual([]);
    expect(service.applied[0]?.plan.title).toBe('Write GOOD');
  });

  test('reports progress under the token of the request', async () => {
    await start();
    await wire.open('BAD');
    const heard: (WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd)[] = [];
    wire.client.onProgress(WorkDoneProgress.type, 'my-token', (value) => {
      heard.push(value);
    });
    await apply({ uri: URI, workDoneToken: 'my-token' });
    expect(heard).toEqual([
      { kind: 'begin', title: 'Generating Mender keys', percentage: 0, cancellable: true },
      { kind: 'report', percentage: 0, message: 'first key' },
      { kind: 'report', percentage: 50, message: 'second key' },
      { kind: 'end' },
    ]);
  });

  test('stops when the request is cancelled', async () => {
    await start();
    await wire.open('BAD');
    service.holdApply = true;
    const source = new CancellationTokenSource();
    service.onHold = () => source.cancel();
    const result = await wire.client.sendRequest<ApplyResult>('mender/apply', { uri: URI }, source.token);
    expect(result).toEqual({ ok: false, cancelled: true, message: 'Cancelled. Nothing was created.' });
    expect(service.cleanedUp).toBe(true);
  });

  test('a shutdown in the middle waits until what was begun is cleaned up', async () => {
    await start();
    await wire.open('BAD');
    service.holdApply = true;
    const held = new Promise<void>((resolve) => {
      service.onHold = resolve;
    });
    const running = apply({ uri: URI });
    await held;
    await wire.client.sendRequest('shutdown');
    expect(service.cleanedUp).toBe(true);
    expect(await running).toMatchObject({ ok: false, cancelled: true });
    expect(await apply({ uri: URI })).toMatchObject({
      ok: false,
      message: 'The language server is shutting down.',
    });
  });

  test.each([[null], [{}], [{ uri: 7 }], [{ uri: URI, names: 'x', fixId: 3 }], [[1, 2]]])(
    'answers malformed parameters with a refusal: %j',
    async (params) => {
      await start();
      await wire.open('BAD');
      expect(await apply(params)).toMatchObject({ ok: false, cancelled: false });
      expect(service.applied).toEqual([]);
    },
  );
});

describe('the commands of other editors', () => {
  const execute = (command: string, ...args: unknown[]) =>
    wire.client.sendRequest('workspace/executeCommand', { command, arguments: args });

  test('make, edit, and say what was made and what is left to do', async () => {
    await start({ initializationOptions: {} });
    await wire.open('BAD', 2);
    expect(await execute('mender.generateKeys', URI)).toBeNull();
    await wire.until(() => wire.shown.length > 0);
    expect(wire.applied[0]?.edit.documentChanges?.[0]).toMatchObject({
      textDocument: { uri: URI, version: 2 },
      edits: [{ newText: 'KEY' }],
    });
    expect(wire.shown).toEqual([
      {
        type: 3,
        message:
          'Created ssl/line-0.pem. The compose file now mounts what is needed. Save it to keep the change. Put the certificate into the client.',
      },
    ]);
  });

  test('say that the keys exist and how to mount them when the edit is refused', async () => {
    await start({ initializationOptions: {} });
    wire.takesEdits = false;
    await wire.open('BAD');
    await execute('mender.applyFix', URI, 'make:0');
    await wire.until(() => wire.shown.length > 0);
    expect(wire.shown[0]?.type).toBe(2);
    expect(wire.shown[0]?.message).toContain('Created ssl/line-0.pem. The editor did not apply the change');
  });

  test('set no permissions but those that the user agrees to', async () => {
    await start({ initializationOptions: {} });
    await wire.open('BAD');
    const whole = service.plan.bind(service);
    service.plan = async (file, id) => {
      const plan = await whole(file, id);
      return plan && { ...plan, modes: [{ path: '/project/ssl', mode: 0o700, before: 0o755 }] };
    };
    const asked: string[] = [];
    let agrees = false;
    wire.client.onRequest('window/showMessageRequest', ({ message, actions }) => {
      asked.push(message);
      return agrees ? actions[0] : null;
    });
    await execute('mender.applyFix', URI, 'make:0');
    expect(asked).toEqual(['Change the permissions of ssl to 0700?']);
    expect(service.applied).toEqual([]);
    agrees = true;
    await execute('mender.applyFix', URI, 'make:0');
    expect(service.applied).toHaveLength(1);
  });

  test('work for a client without progress and without edits', async () => {
    await start({ initializationOptions: {}, capabilities: {} });
    await wire.open('BAD');
    await execute('mender.applyFix', URI, 'make:0');
    await wire.until(() => wire.shown.length > 0);
    expect(wire.applied).toEqual([]);
    expect(wire.shown[0]?.message).toContain('nothing is mounted yet');
  });

  test('edit the text of the moment, where it changed while files were made and edits have no versions', async () => {
    const options = { initializationOptions: {}, capabilities: { workspace: { applyEdit: true } } };
    service = fakeService();
    const make = service.apply.bind(service);
    service.apply = async (plan, given) => {
      if (service.applied.length === 0) {
        await wire.change('new: line\nBAD', 2);
        await expect.poll(() => service.texts.get('/project/docker-compose.yml')).toContain('new');
      }
      return make(plan, given);
    };
    wire = await connect(service, options);
    await wire.open('BAD');
    await execute('mender.generateKeys', URI);
    await wire.until(() => wire.shown.length > 0);
    const edits = wire.applied.flatMap(({ edit }) => edit.changes?.[URI] ?? []);
    expect(applyEdits('new: line\nBAD', edits)).toBe('new: line\nGOOD');
    expect(wire.applied).toHaveLength(1);
    expect(wire.shown[0]?.message).toContain('Created ssl/line-0.pem. The compose file now mounts');
  });

  test('leave a text alone that changes whenever an edit is planned', async () => {
    const options = { initializationOptions: {}, capabilities: { workspace: { applyEdit: true } } };
    service = fakeService();
    const make = service.apply.bind(service);
    let version = 1;
    service.apply = async (plan, given) => {
      version++;
      await wire.change(`${'new\n'.repeat(version)}BAD`, version);
      await expect
        .poll(() => service.texts.get('/project/docker-compose.yml')?.split('\n').length)
        .toBe(version + 1);
      return make(plan, given);
    };
    wire = await connect(service, options);
    await wire.open('BAD');
    await execute('mender.generateKeys', URI);
    await wire.until(() => wire.shown.length > 0);
    expect(wire.applied).toEqual([]);
    expect(wire.shown[0]?.type).toBe(2);
    expect(wire.shown[0]?.message).toContain('nothing is mounted yet');
  });

  test('say so when nothing is missing', async () => {
    await start({ initializationOptions: {}, capabilities: VSCODE });
    await wire.open('fine');
    await execute('mender.generateKeys', URI);
    await wire.until(() => wire.shown.length > 0);
    expect(wire.shown[0]).toEqual({
      type: 3,
      message: 'All certificates and keys that are needed here are mounted.',
    });
  });

  test.each([
    [['mender.applyFix'], 'the first argument must be the URI of a compose file'],
    [['mender.applyFix', URI], 'the second argument must be the id of a fix'],
    [['mender.other', URI], 'there is no command mender.other'],
    [['mender.generateKeys', 'file:///nowhere.yml'], '/nowhere.yml is not open'],
  ])('%j answers null and says what is wrong', async (call, reason) => {
    await start({ initializationOptions: {} });
    await wire.open('BAD');
    const [command, ...args] = call;
    expect(await execute(String(command), ...args)).toBeNull();
    await wire.until(() => wire.shown.length > 0);
    expect(wire.shown[0]).toEqual({ type: 1, message: `The command failed: ${reason}.` });
    expect(service.applied).toEqual([]);
  });
});
