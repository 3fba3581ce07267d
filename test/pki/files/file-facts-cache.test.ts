import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFactsCache, PEM_FILE_MAX } from '../../../server/src/pki/files/file-facts-cache';
import { memoryHost } from '../../platform/memory-host';

const pem = () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
};

describe('facts of files', () => {
  it('reads a file once until it changes', async () => {
    const host = memoryHost({ files: { '/deploy/a.pem': pem() } });
    const cache = createFactsCache(host);
    const reads = () => host.calls.filter((call) => call.operation === 'read').length;

    const first = await cache.facts('/deploy/a.pem');
    expect(first).toMatchObject({
      path: '/deploy/a.pem',
      realPath: '/deploy/a.pem',
      state: 'file',
      pem: { form: 'pem' },
    });
    expect(await cache.facts('/deploy/a.pem')).toEqual(first);
    await Promise.all(Array.from({ length: 1000 }, () => cache.facts('/deploy/a.pem')));
    expect(reads()).toBe(1);

    host.setNow(host.now() + 1);
    host.put('/deploy/a.pem', pem());
    const second = await cache.facts('/deploy/a.pem');
    expect(reads()).toBe(2);
    expect(second.pem).not.toEqual(first.pem);

    cache.forget('/deploy/a.pem');
    expect(await cache.facts('/deploy/a.pem')).toEqual(second);
    expect(reads()).toBe(3);
  });

  it('sees another file behind the same link', async () => {
    const host = memoryHost({ files: { '/deploy/one.pem': pem(), '/deploy/two.pem': pem() } });
    host.putLink('/deploy/link', 'one.pem');
    const cache = createFactsCache(host);
    expect(await cache.facts('/deploy/link')).toMatchObject({ realPath: '/deploy/one.pem' });
    host.putLink('/deploy/link', 'two.pem');
    expect(await cache.facts('/deploy/link')).toMatchObject({ realPath: '/deploy/two.pem' });
  });

  it('tells what is no readable file, and notices when it becomes one', async () => {
    const host = memoryHost({
      files: { '/deploy/denied.pem': 'x', '/deploy/large.pem': new Uint8Array(PEM_FILE_MAX + 1) },
    });
    host.deny('/deploy/denied.pem');
    host.putDirectory('/deploy/directory.pem');
    host.putOther('/deploy/fifo');
    host.putLink('/deploy/loop', 'loop');
    const cache = createFactsCache(host);
    const states: Record<string, string> = {};
    for (const name of ['denied.pem', 'large.pem', 'directory.pem', 'fifo', 'loop', 'none']) {
      const facts = await cache.facts(`/deploy/${name}`);
      states[name] = facts.state;
      expect(facts.pem).toBeUndefined();
    }
    expect(states).toEqual({
      'denied.pem': 'denied',
      'large.pem': 'too-large',
      'directory.pem': 'directory',
      fifo: 'not-a-file',
      loop: 'link-loop',
      none: 'missing',
    });
    host.put('/deploy/none', pem());
    expect(await cache.facts('/deploy/none')).toMatchObject({ state: 'file' });
    host.drop('/deploy/none');
    expect(await cache.facts('/deploy/none')).toMatchObject({ state: 'missing' });
  });
});
