/** Prompts that a task comes to on its way: a passphrase, a service, and what is so already. */
import { describe, expect, test } from 'vitest';
import * as messages from '../../../client/src/ui/messages';
import { applied, DONE, play, type Reply, refused, token } from './task-play';

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
      'pick 3/6 < TLS certificate of gateway',
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
    expect(log.slice(0, 2)).toEqual(['anyway? Nothing is due. [Renew Anyway]', 'confirm 1/1 options']);
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
