/** Which processes run: only those that may still finish what they began. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { runningProcess } from '../../../server/src/platform/node/running-process';

it('are this one, and others until they end', async () => {
  const { isRunning, id } = runningProcess();
  expect(isRunning(id)).toBe(true);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  expect(isRunning(child.pid ?? 0)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(child.pid ?? 0)).toBe(false);
});

// Only where there is a /proc can it be told.
it.runIf(process.platform === 'linux')('are not those that ended and whose parent never asks', async () => {
  // The shell starts a process, tells its id, and becomes a program that knows nothing of it.
  const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [said] = await once(parent.stdout, 'data');
    const id = Number(String(said));
    // As long as it is the shell, it asks how its child ended.
    await expect
      .poll(() => readFile(`/proc/${parent.pid}/comm`, 'utf8'), { timeout: 10_000 })
      .toBe('sleep\n');
    const { isRunning } = runningProcess();
    expect(isRunning(id)).toBe(true);
    process.kill(id, 'SIGKILL');
    await expect.poll(() => isRunning(id), { timeout: 10_000 }).toBe(false);
    // It still has its id, so a signal reaches it.
    expect(() => process.kill(id, 0)).not.toThrow();
  } finally {
    parent.kill('SIGKILL');
  }
});
