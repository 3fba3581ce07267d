/** Many keys at once leave Node's thread pool to others, and none is begun that nobody waits for. */
import { generateKeyPairSync } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import type { KeyRequest } from '../../../server/src/pki/generate/requests';
import { memoryHost } from '../../platform/memory-host';

const pool = vi.hoisted(() => ({
  begun: 0,
  running: 0,
  most: 0,
  pair: async (): Promise<unknown> => undefined,
}));

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  const { promisify } = await import('node:util');
  const generateKeyPair = Object.assign(() => undefined, {
    [promisify.custom]: async () => {
      pool.begun++;
      pool.most = Math.max(pool.most, ++pool.running);
      try {
        return await pool.pair();
      } finally {
        pool.running--;
      }
    },
  });
  return { ...crypto, generateKeyPair };
});

const orders = Array.from(
  { length: 30 },
  (_, i): KeyRequest => ({ kind: 'token-key', keyPath: `/project/keys/${i}.pem`, bits: 2048 }),
);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const project = () => memoryHost({ files: { '/project/compose.yml': '' } });

function begin(pair: () => Promise<unknown>): void {
  Object.assign(pool, { begun: 0, running: 0, most: 0, pair });
}

it('no more keys are in the making than there are cores, and a thread is left to files', async () => {
  begin(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return key;
  });
  expect(await make(orders, project(), { root: '/project' })).toMatchObject({ ok: true });
  expect(pool).toMatchObject({ begun: 30, running: 0 });
  expect(pool.most).toBeLessThanOrEqual(2);
});

it('after a cancel, none is begun any more', async () => {
  const releases: (() => void)[] = [];
  begin(() => new Promise((resolve) => releases.push(() => resolve(key))));
  const controller = new AbortController();
  const host = project();
  const before = host.snapshot();
  const made = make(orders, host, { root: '/project', signal: controller.signal });
  await vi.waitFor(() => expect(pool.begun).toBeGreaterThan(0));
  controller.abort();
  expect(await made).toMatchObject({ ok: false, cancelled: true });
  const { begun } = pool;
  for (const release of releases) release();
  await vi.waitFor(() => expect(pool.running).toBe(0));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pool.begun).toBe(begun);
  expect(begun).toBeLessThan(4);
  expect(host.snapshot()).toEqual(before);
});

it('where one order fails, the keys of the others are not begun for nothing', async () => {
  begin(async () => key);
  const bad: KeyRequest = {
    kind: 'certificate',
    keyPath: '/project/none.key',
    certificatePath: '/project/c.crt',
    names: ['a.example'],
  };
  expect(await make([...orders, bad], project(), { root: '/project' })).toMatchObject({
    ok: false,
    cancelled: false,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pool.begun).toBeLessThan(30);
});
