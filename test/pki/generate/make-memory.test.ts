/** What `make` does about what it finds: kept files, halves, leftovers of killed runs. On a disk in memory. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { make } from '../../../server/src/pki/generate/generate';
import type { KeyRequest } from '../../../server/src/pki/generate/requests';
import { type MemoryHost, memoryHost } from '../../platform/memory-host';

const PAIR: KeyRequest = {
  kind: 'tls-pair',
  keyPath: '/project/ssl/key.pem',
  certificatePath: '/project/ssl/cert.pem',
  names: ['mender.example.com'],
  bits: 2048,
};
const TOKEN: KeyRequest = { kind: 'token-key', keyPath: '/project/keys/useradm.pem', bits: 2048 };
const root = '/project';

function project(): MemoryHost {
  return memoryHost({ files: { '/project/compose.yml': '' }, now: Date.UTC(2025, 5, 1, 12) });
}

function expectPair(host: MemoryHost): void {
  const certificate = new X509Certificate(host.text('/project/ssl/cert.pem') ?? '');
  expect(certificate.checkPrivateKey(createPrivateKey(host.text('/project/ssl/key.pem') ?? ''))).toBe(true);
}

describe('make', () => {
  it('refuses a pair of which one half is there, and makes nothing at all', async () => {
    for (const half of ['key.pem', 'cert.pem']) {
      const host = project();
      host.put(`/project/ssl/${half}`, 'mine');
      const before = host.snapshot();
      const answer = await make([TOKEN, PAIR], host, { root });
      expect(answer).toMatchObject({ ok: false, cancelled: false });
      expect(answer).toHaveProperty(
        'message',
        expect.stringContaining(`/project/ssl/${half} already exists`),
      );
      expect(host.snapshot()).toEqual(before);
    }
  });

  it('refuses a directory where a file belongs, and says who makes those', async () => {
    const host = project();
    host.putDirectory('/project/keys/useradm.pem');
    const answer = await make([TOKEN], host, { root });
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('Docker') });
  });

  it('reads the clock of the host for the validity', async () => {
    const host = project();
    expect(await make([{ ...PAIR, days: 30 }], host, { root })).toMatchObject({ ok: true });
    const certificate = new X509Certificate(host.text('/project/ssl/cert.pem') ?? '');
    expect(new Date(certificate.validFrom).toISOString()).toBe('2025-06-01T11:55:00.000Z');
    expect(new Date(certificate.validTo).toISOString()).toBe('2025-07-01T11:55:00.000Z');
  });

  it('completes after being killed at any step', async () => {
    const clean = project();
    expect(await make([PAIR], clean, { root })).toMatchObject({ ok: true });
    let nth = 0;
    for (; ; nth += 1) {
      const host = project();
      host.failWrites((_, index) => (index === nth ? 'crash' : undefined));
      const ended = await make([PAIR], host, { root }).then(
        () => 'done',
        (error: Error) => error.message,
      );
      if (ended === 'done') break;
      expect(ended).toContain('killed');

      // Whatever has its final name is whole.
      const left = host.text('/project/ssl/key.pem');
      if (left !== undefined) createPrivateKey(left);
      host.restart();
      // The next run is another process, and the killed one is gone.
      const process = { ...host.process, id: 5000, isRunning: () => false };
      const answer = await make([PAIR], { ...host, process }, { root });
      // Once a file has its name, the next run gives the others theirs, and then both are there.
      if (!answer.ok) expect(answer.message).toContain('Another program created');
      expect(host.names(), `killed at step ${nth}`).toEqual(clean.names());
      expectPair(host);
      if (left !== undefined) expect(host.text('/project/ssl/key.pem')).toBe(left);
    }
    expect(nth).toBeGreaterThan(15);
  });

  it('cancels during generation', async () => {
    const host = project();
    const before = host.snapshot();
    const controller = new AbortController();
    const answer = await make([PAIR, { ...TOKEN, bits: 4096 }], host, {
      root,
      signal: controller.signal,
      progress: () => controller.abort(),
    });
    expect(answer).toMatchObject({ ok: false, cancelled: true, message: 'Cancelled. Nothing was created.' });
    expect(host.snapshot()).toEqual(before);
  });

  it('refuses bad orders before it touches anything', async () => {
    const bad: readonly (readonly [KeyRequest[], string])[] = [
      [[{ ...TOKEN, bits: 1024 }], 'not 1024'],
      [[{ ...PAIR, names: [] }], 'at least one name'],
      [[{ ...PAIR, names: ['https://mender.example.com/'] }], 'is a URL'],
      [[{ ...PAIR, days: 0 }], 'whole days'],
      [[TOKEN, TOKEN], 'requested twice'],
      [[TOKEN, { ...PAIR, certificatePath: TOKEN.keyPath }], 'requested twice'],
      [[{ ...TOKEN, keyPath: '/elsewhere/key.pem' }], 'which is outside of /project'],
      [
        [{ kind: 'certificate', keyPath: '/project/none', certificatePath: '/project/c', names: ['a'] }],
        'cannot be read',
      ],
      [
        [
          {
            kind: 'certificate',
            keyPath: '/project/compose.yml',
            certificatePath: '/project/c',
            names: ['a'],
          },
        ],
        'no readable private key',
      ],
    ];
    for (const [orders, words] of bad) {
      const host = project();
      const before = host.snapshot();
      const answer = await make(orders, host, { root });
      expect(answer).toMatchObject({ ok: false, cancelled: false, message: expect.stringContaining(words) });
      expect(host.snapshot()).toEqual(before);
    }
  });

  it('works on Windows paths, which have no modes', async () => {
    const host = memoryHost({ platform: 'windows', files: { 'C:\\Project\\compose.yml': '' } });
    const keyPath = 'c:\\project\\keys\\useradm.pem';
    const answer = await make([{ kind: 'token-key', keyPath, bits: 2048 }], host, { root: 'C:\\Project' });
    expect(answer).toMatchObject({ ok: true, made: [{ path: keyPath }] });
    const outside = { kind: 'token-key', keyPath: 'D:\\key.pem', bits: 2048 } as const;
    expect(await make([outside], host, { root: 'C:\\Project' })).toMatchObject({ ok: false });
  });

  it('answers an empty list of orders', async () => {
    expect(await make([], project(), { root })).toMatchObject({ ok: true, made: [], edited: [] });
  });
});
