/** The command's steps with a scripted user and a scripted server. */
import { describe, expect, test } from 'vitest';
import { runFix } from '../../../client/src/plans/run-plan';
import { runTask } from '../../../client/src/tasks/run-task';
import * as messages from '../../../client/src/ui/messages';
import type { TaskUi } from '../../../client/src/ui/ui';
import type {
  Applied,
  ApplyParams,
  PlanAnswer,
  PlanPreview,
} from '../../../server/src/language-server/protocol/index';

const URI = 'file:///p/docker-compose.yml';

const plan: PlanPreview = {
  ok: true,
  mender: true,
  title: 'Generate',
  findings: [],
  create: [
    {
      path: '/p/ssl/a/cert.pem',
      uri: 'file:///p/ssl/a/cert.pem',
      relative: 'ssl/a/cert.pem',
      kind: 'certificate',
      service: 'a',
      fixes: [],
    },
  ],
  names: [
    { service: 'a', names: [], fallback: ['a', 'localhost'] },
    { service: 'b', names: ['b.example.com'], fallback: ['b'] },
    { service: 'c', names: [], fallback: [] },
  ],
  modes: [],
  effects: [],
  reminders: [],
  edited: [URI],
  outside: [],
};

const applied: Applied = {
  ok: true,
  edit: {},
  edited: [URI],
  versions: { [URI]: 1 },
  created: plan.create,
  reminders: ['Remember.'],
};

interface Flow {
  readonly fixId?: string;
  readonly review?: boolean;
  readonly trusted?: boolean;
  readonly onDisk?: boolean;
}

interface Script {
  readonly answers?: readonly (readonly string[] | 'go' | 'back' | 'cancel')[];
  readonly edits?: readonly boolean[];
  readonly retries?: readonly boolean[];
  readonly make?: TaskUi['make'];
}

function play(script: Script) {
  const log: string[] = [];
  const made: ApplyParams[] = [];
  const answers = [...(script.answers ?? [])];
  const edits = [...(script.edits ?? [true])];
  const retries = [...(script.retries ?? [])];
  const next = () => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error('the script has no more answers');
    return answer as never;
  };
  const never = () => {
    throw new Error('this prompt was not expected');
  };
  const ui: TaskUi = {
    pick: never,
    text: never,
    files: never,
    offerAnyway: never,
    inform: async (message) => void log.push(`inform: ${message}`),
    fail: async (message) => void log.push(`fail: ${message}`),
    refuseUntrusted: async () => void log.push('untrusted'),
    async confirm(_plan, { number, total }) {
      log.push(`confirm ${number}/${total}`);
      return next();
    },
    async askNames({ service, value }, { number, total }) {
      log.push(`ask ${number}/${total} ${service}: ${value}`);
      return next();
    },
    async make(params) {
      made.push(params);
      return script.make === undefined ? applied : script.make(params, '');
    },
    edit: async () => edits.shift() ?? true,
    showResult: async (message) => void log.push(`tell: ${message}`),
    async offerRetry(message) {
      log.push(`retry? ${message}`);
      return retries.shift() ?? false;
    },
  };
  const run = (flow: Flow = {}, answer: PlanAnswer = plan) => {
    const { fixId, ...given } = flow;
    const all = { uri: URI, trusted: true, onDisk: true, plan: async () => answer, ...given };
    return fixId === undefined
      ? runTask(ui, { kind: 'generate', directory: '/p', targets: async () => [], ...all })
      : runFix(ui, { fixId, review: false, ...all });
  };
  return { log, made, run };
}

const DONE = 'tell: Created 1 file and mounted it in docker-compose.yml. Remember.';

describe('generating keys', () => {
  test('shows, asks only for names that the compose file does not tell, makes, edits and tells', async () => {
    const { log, made, run } = play({ answers: ['go', ['a.example.com'], ['c.example.com']] });
    await run();
    expect(log).toEqual(['confirm 1/3', 'ask 2/3 a: a, localhost', 'ask 3/3 c: ', DONE]);
    expect(made).toEqual([
      {
        uri: URI,
        task: undefined,
        names: { a: ['a.example.com'], c: ['c.example.com'] },
        confirmed: ['/p/ssl/a/cert.pem'],
      },
    ]);
  });

  test('goes back as far as the preview, and remembers what was typed', async () => {
    const { log, made, run } = play({
      answers: ['go', ['x'], 'back', 'back', 'go', ['y'], ['z']],
    });
    await run();
    expect(log).toEqual([
      'confirm 1/3',
      'ask 2/3 a: a, localhost',
      'ask 3/3 c: ',
      'ask 2/3 a: x',
      'confirm 1/3',
      'ask 2/3 a: x',
      'ask 3/3 c: ',
      DONE,
    ]);
    expect(made[0]?.names).toEqual({ a: ['y'], c: ['z'] });
  });

  test.each([[['cancel']], [['go', 'cancel']], [['go', ['x'], 'cancel']]] as const)(
    'given up at %j makes nothing and says nothing',
    async (answers) => {
      const { log, made, run } = play({ answers });
      await run();
      expect(made).toEqual([]);
      expect(log.filter((line) => !/^(confirm|ask)/.test(line))).toEqual([]);
    },
  );

  test('from a quick fix skips the preview', async () => {
    const { log, made, run } = play({ answers: [['x'], ['y']] });
    await run({ fixId: 'fix' });
    expect(log).toEqual(['ask 1/2 a: a, localhost', 'ask 2/2 c: ', DONE]);
    expect(made[0]?.fixId).toBe('fix');
  });

  test('from a link shows what can’t be undone before it is done', async () => {
    const files = play({ answers: ['cancel'] });
    await files.run({ fixId: 'fix', review: true });
    expect(files.log).toEqual(['confirm 1/3']);
    expect(files.made).toEqual([]);
    const mode = { path: '/p/k', relative: 'k', mode: 0o600, before: 0o644 };
    const modes = play({ answers: ['cancel'] });
    await modes.run({ fixId: 'fix', review: true }, { ...plan, create: [], names: [], modes: [mode] });
    expect(modes.log).toEqual(['confirm 1/1']);
    const edit = play({});
    await edit.run({ fixId: 'fix', review: true }, { ...plan, create: [], names: [] });
    expect(edit.log).toHaveLength(1);
    expect(edit.made).toHaveLength(1);
  });

  test('says why nothing can be done', async () => {
    const outcomes: [Flow, PlanAnswer, string][] = [
      [{ trusted: false }, plan, 'untrusted'],
      [{ onDisk: false }, plan, `inform: ${messages.NO_DISK}`],
      [{}, { ok: false, cancelled: false, message: 'Why.' }, 'fail: Why.'],
      [{}, { ...plan, mender: false }, `inform: ${messages.NO_MENDER_SERVICE}`],
      [{}, { ...plan, create: [], edited: [] }, `inform: ${messages.NOTHING_MISSING}`],
    ];
    for (const [flow, answer, expected] of outcomes) {
      const { log, made, run } = play({});
      await run(flow, answer);
      expect(log).toEqual([expected]);
      expect(made).toEqual([]);
    }
  });

  test('says that it was cancelled, or failed', async () => {
    for (const cancelled of [true, false]) {
      const { log, run } = play({
        answers: [['x'], ['y']],
        make: async () => ({ ok: false, cancelled, message: 'Nothing was created.' }),
      });
      await run({ fixId: 'fix' });
      expect(log.at(-1)).toBe(`${cancelled ? 'inform' : 'fail'}: Nothing was created.`);
    }
  });

  test('when the text changed meanwhile, mounts what was made from the text of then', async () => {
    const { log, made, run } = play({
      answers: [['x'], ['y']],
      edits: [false, false, true],
      retries: [true, true],
      make: async (params) =>
        params.generate === false ? { ...applied, created: [], reminders: [] } : applied,
    });
    await run({ fixId: 'fix' });
    expect(log.slice(2)).toEqual([
      `retry? ${messages.notMounted(applied)}`,
      `retry? ${messages.notMounted(applied)}`,
      DONE,
    ]);
    expect(made.slice(1)).toEqual([
      { uri: URI, generate: false, confirmed: [] },
      { uri: URI, generate: false, confirmed: [] },
    ]);
  });

  test('leaves it at that when the user does not want to mount now', async () => {
    const { log, run } = play({ answers: [['x'], ['y']], edits: [false], retries: [false] });
    await run({ fixId: 'fix' });
    expect(log.at(-1)).toBe(`retry? ${messages.notMounted(applied)}`);
  });
});
