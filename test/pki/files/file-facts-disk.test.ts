/** What may stand where a key should, on a real disk: nothing hangs, and each has one clear state. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, link, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFactsCache } from '../../../server/src/pki/files/file-facts-cache';
import { nodeHost } from '../../../server/src/platform/node/node-platform';
import type { Host } from '../../../server/src/platform/platform';
import { temporaryDirectory } from '../openssl';

const place = temporaryDirectory();
const at = (name: string) => path.join(place.path, name);
beforeAll(() => place.create());
afterAll(() => place.remove());

const pem = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

/** The user that reads when the tests run as root, who may read everything: nobody of most systems. */
const NOBODY = 65_534;

describe.skipIf(process.platform === 'win32')(
  'facts of what is no good file (POSIX: it needs FIFOs and modes)',
  () => {
    it('tell one state each, and the server lives on', async () => {
      await promisify(execFile)('mkfifo', [at('fifo')]);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
      await writeFile(at('huge'), '');
      await truncate(at('huge'), 1024 ** 3);
      await symlink('loop-b', at('loop-a'));
      await symlink('loop-a', at('loop-b'));
      await symlink('nowhere', at('dangling'));
      await symlink('fifo', at('link-to-fifo'));
      await mkdir(at('directory'));
      await writeFile(at('empty'), '');
      await writeFile(at('good'), pem());
      const cache = createFactsCache(nodeHost());
      const names = [
        'fifo',
        'socket',
        'huge',
        'loop-a',
        'dangling',
        'link-to-fifo',
        'directory',
        'empty',
        'good',
      ];
      const paths = [
        ...names.map(at),
        '/dev/null',
        '/dev/zero',
        at('good/below'),
        at('none'),
        `${at('x')}\0`,
      ];
      const all = await Promise.all(paths.map((each) => cache.facts(each)));
      expect(Object.fromEntries(all.map((facts) => [path.basename(facts.path), facts.state]))).toEqual({
        fifo: 'not-a-file',
        socket: 'not-a-file',
        huge: 'too-large',
        'loop-a': 'link-loop',
        dangling: 'missing',
        'link-to-fifo': 'not-a-file',
        directory: 'directory',
        empty: 'file',
        good: 'file',
        null: 'not-a-file',
        zero: 'not-a-file',
        below: 'missing',
        none: 'missing',
        'x\0': 'failed',
      });
      expect(all.filter((facts) => facts.pem !== undefined).map((facts) => facts.pem?.form)).toEqual([
        'empty',
        'pem',
      ]);
      await new Promise((resolve) => server.close(resolve));
    });

    it('tell what may not be read, and read it once it may', async () => {
      const directory = at('guarded');
      await mkdir(directory);
      await writeFile(path.join(directory, 'key'), pem());
      await chmod(path.join(directory, 'key'), 0);
      await chmod(directory, 0o755);
      // The temporary directory itself is its maker's alone.
      await chmod(place.path, 0o755);
      const cache = createFactsCache(nodeHost());
      const facts = () => cache.facts(path.join(directory, 'key'));
      const asRoot = process.geteuid?.() === 0;
      if (asRoot) process.seteuid?.(NOBODY);
      try {
        expect(await facts()).toMatchObject({ state: 'denied', status: { mode: 0 } });
      } finally {
        if (asRoot) process.seteuid?.(0);
      }
      await chmod(path.join(directory, 'key'), 0o644);
      expect(await facts()).toMatchObject({ state: 'file' });
      await chmod(directory, 0);
      if (asRoot) process.seteuid?.(NOBODY);
      try {
        expect((await facts()).state).toBe('denied');
      } finally {
        if (asRoot) process.seteuid?.(0);
      }
      await chmod(directory, 0o755);
      expect(await facts()).toMatchObject({ state: 'file' });
    });

    it('tell a file that vanishes, or becomes a FIFO, between the first look and the read', async () => {
      const host = nodeHost();
      const before = (act: () => Promise<unknown>): Host => ({
        ...host,
        files: {
          ...host.files,
          read: async (file, limit) => {
            await act();
            return host.files.read(file, limit);
          },
        },
      });
      await writeFile(at('vanishing'), pem());
      const vanished = await createFactsCache(before(() => rm(at('vanishing')))).facts(at('vanishing'));
      expect(vanished).toEqual({
        path: at('vanishing'),
        realPath: undefined,
        identity: undefined,
        status: undefined,
        state: 'missing',
      });
      await writeFile(at('changing'), pem());
      const swap = async () => {
        await rm(at('changing'));
        await promisify(execFile)('mkfifo', [at('changing')]);
      };
      expect(await createFactsCache(before(swap)).facts(at('changing'))).toMatchObject({
        state: 'not-a-file',
      });
    });
  },
);

describe('facts of files that change', () => {
  it('are new for a file that takes the old one’s place with the same size and time', async () => {
    const cache = createFactsCache(nodeHost());
    const when = new Date(2024, 0, 1);
    await writeFile(at('a'), pem());
    await writeFile(at('b'), pem());
    for (const name of ['a', 'b']) await utimes(at(name), when, when);
    const first = await cache.facts(at('a'));
    await rename(at('b'), at('a'));
    const second = await cache.facts(at('a'));
    expect(second.pem).not.toEqual(first.pem);
    expect(second.identity).not.toBe(first.identity);
  });

  it.skipIf(process.platform === 'win32')(
    'tell which of two hard links a symbolic link leads to (links need rights on Windows)',
    async () => {
      const cache = createFactsCache(nodeHost());
      await mkdir(at('one'));
      await mkdir(at('two'));
      await writeFile(at('one/key'), pem());
      await link(at('one/key'), at('two/key'));
      await symlink('one', at('current'));
      const first = await cache.facts(at('current/key'));
      await rm(at('current'));
      await symlink('two', at('current'));
      const second = await cache.facts(at('current/key'));
      expect([first.realPath, second.realPath]).toEqual([at('one/key'), at('two/key')]);
      expect(second.identity).toBe(first.identity);
    },
  );
});
