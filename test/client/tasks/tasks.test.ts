/** The tasks' steps with a scripted user and a scripted server. */
import { describe, expect, test } from 'vitest';
import { readTarget } from '../../../client/src/tasks/command-arguments';
import { NO_TARGET, type TaskKind } from '../../../client/src/tasks/texts';
import * as messages from '../../../client/src/ui/messages';
import { DONE, plan, play, refused, token, URI } from './task-play';

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
      'pick 1/4 TLS certificate of gateway',
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
    const { log, planned, run } = play('request', [{ type: 'Current' }, ['a'], 'go'], { service: 'gateway' });
    await run();
    expect(log.slice(0, 3)).toEqual([
      'pick 1/3 Current key',
      'names 2/3 < gateway: mender.example.com, old.example.com',
      'confirm 3/3 <',
    ]);
    expect(planned[0]).toMatchObject({ kind: 'request', service: 'gateway', newKey: false });
  });

  test('goes back from the preview as far as the first question, and plans anew', async () => {
    const { log, planned, run } = play(
      'request',
      [{ type: 'Current' }, ['a'], 'back', 'back', { type: 'RSA 2048' }, ['b'], 'go'],
      { service: 'gateway' },
    );
    await run();
    expect(log.slice(3, 6)).toEqual([
      'names 2/3 < gateway: a',
      'pick 1/3 Current key',
      'names 2/3 < gateway: a',
    ]);
    expect(planned.map((task) => task && 'names' in task && task.names)).toEqual([['a'], ['b']]);
    expect(planned[1]).toMatchObject({ newKey: true, algorithm: 'rsa', bits: 2048 });
  });

  test('shows the names that were typed, and asks for none twice', async () => {
    const names = [{ service: 'gateway', names: [], fallback: ['gateway'] }];
    const { log, run } = play('request', [{ type: 'Current' }, ['a', 'b'], 'go'], { service: 'gateway' }, [
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
      'pick 3/4 < Default directories',
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

  test('rotating asks, as an option, whether the key may have leaked', async () => {
    const { log, planned, run } = play(
      'rotate',
      ['options', { type: 'The key may have leaked' }, { type: 'RSA 2048' }, 'go'],
      { service: 'useradm' },
    );
    await run();
    expect(log[1]).toBe('pick 1/3 < The key is not exposed');
    expect(planned[0]).toMatchObject({ kind: 'rotate', service: 'useradm', leaked: undefined });
    expect(planned[1]).toMatchObject({ kind: 'rotate', service: 'useradm', leaked: true, bits: 2048 });
  });

  test('that leave all to the user say what, not that nothing is missing', async () => {
    const empty = { ...plan, create: [], edited: [], modes: [], reminders: ['Move the directory.'] };
    const { log, run } = play('generate', [], {}, [empty]);
    await run();
    expect(log).toEqual(['fail: Move the directory.']);
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

describe('keys outside of the workspace', () => {
  const outside = ['/etc/mender'];

  test('are made where the user allows it', async () => {
    const asked: (readonly string[])[] = [];
    const answers = [refused('Outside.', { outside }), plan];
    const { log, made, run } = play('bundle', ['go', 'go'], {
      async plan(_, allow) {
        asked.push(allow);
        return answers.shift() ?? plan;
      },
    });
    await run();
    expect(asked).toEqual([[], outside]);
    expect(log).toContainEqual(
      expect.stringMatching(/^anyway\? .*\/etc\/mender, outside of the open folders.* \[Allow\]$/),
    );
    expect(made).toMatchObject([{ allow: outside }]);
  });

  test('stay as they are where not', async () => {
    const { log, made, run } = play('bundle', ['cancel'], {}, [refused('Outside.', { outside })]);
    await run();
    expect(made).toEqual([]);
    expect(log.at(-1)).toMatch(/^anyway/);
    // What needs nothing outside is done all the same.
    const rest = play('bundle', ['cancel', 'go'], {}, [{ ...plan, outside }]);
    await rest.run();
    expect(rest.made).toHaveLength(1);
    expect(rest.made[0]).not.toHaveProperty('allow');
  });
});
