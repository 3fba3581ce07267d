/** Nothing is traced while a passphrase is on its way. */
import { expect, test } from 'vitest';
import { createTracePause } from '../../../client/src/language-client/trace-pause';

function traced(wanted: () => string) {
  const client = {
    level: 'verbose',
    setTrace: async (level: string) => {
      client.level = level;
    },
  };
  return { client, tracePause: createTracePause(client, 'off', wanted) };
}

test('is off during the work, and as it was wanted afterwards, even when the work fails', async () => {
  const { client, tracePause } = traced(() => 'verbose');
  expect(await tracePause.during(async () => client.level)).toBe('off');
  expect(client.level).toBe('verbose');
  const failing = tracePause.during(async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(client.level).toBe('verbose');
});

test('stays off until the last of several works is done, whatever the setting says meanwhile', async () => {
  let wanted = 'off';
  const { client, tracePause } = traced(() => wanted);
  await tracePause.during(async () => {
    await tracePause.during(async () => undefined);
    expect(client.level).toBe('off');
    wanted = 'messages';
    await tracePause.follow();
    expect(client.level).toBe('off');
  });
  expect(client.level).toBe('messages');
});
