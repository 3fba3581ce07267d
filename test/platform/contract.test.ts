/** One suite for both hosts, so that tests on the one in memory mean something on the real disk. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import type { Host } from '../../server/src/platform/platform';
import { inTemporaryDirectory } from '../pki/openssl';
import { memoryHost } from './memory-host';

/** A host, and the same few ways to set a disk up behind its back. */
interface Bench {
  readonly host: Host;
  readonly root: string;
  put(name: string, text: string, mode?: number): Promise<void>;
  directory(name: string, mode?: number): Promise<void>;
  link(name: string, target: string): Promise<void>;
  fifo(name: string): Promise<void>;
  text(name: string): Promise<string>;
}

const KINDS: readonly [string, (use: (bench: Bench) => Promise<void>) => Promise<void>][] = [
  ['the disk', (use) => inTemporaryDirectory((root) => use(diskBench(root)))],
  ['memory', (use) => use(memoryBench())],
];

function diskBench(root: string): Bench {
  const at = (name: string) => path.join(root, name);
  return {
    host: nodeHost(),
    root,
    put: async (name, text, mode = 0o644) => {
      await fs.mkdir(path.dirname(at(name)), { recursive: true });
      await fs.writeFile(at(name), text);
      await fs.chmod(at(name), mode);
    },
    directory: async (name, mode = 0o755) => {
      await fs.mkdir(at(name), { recursive: true });
      await fs.chmod(at(name), mode);
    },
    link: (name, target) => fs.symlink(target, at(name)),
    fifo: async (name) => void execFileSync('mkfifo', [at(name)]),
    text: (name) => fs.readFile(at(name), 'utf8'),
  };
}

function memoryBench(): Bench {
  const host = memoryHost();
  const root = '/work';
  const at = (name: string) => path.join(root, name);
  host.putDirectory(root);
  return {
    host,
    root,
    put: async (name, text, mode) => host.put(at(name), text, mode),
    directory: async (name, mode) => host.putDirectory(at(name), mode),
    link: async (name, target) => host.putLink(at(name), target),
    fifo: async (name) => host.putOther(at(name)),
    text: async (name) => host.text(at(name)) ?? 'missing',
  };
}

const python = (code: string) => execFileSync('python3', ['-c', `import os; ${code}`]).toString();
/** Node can neither set nor read them. */
const hasAttributes =
  process.platform === 'linux' &&
  spawnSync('python3', ['-c', 'import os; os.listxattr("/")'], { stdio: 'ignore' }).status === 0;

const bytes = (text: string) => new TextEncoder().encode(text);

describe.each(KINDS)('reading on %s', (_, withBench) => {
  it('reads a file, and refuses a larger one', () =>
    withBench(async ({ host, root, put }) => {
      await put('a/file', 'twelve bytes');
      const file = path.join(root, 'a/file');
      const read = await host.files.read(file, 12);
      expect(read.ok && new TextDecoder().decode(read.value)).toBe('twelve bytes');
      expect(await host.files.read(file, 11)).toEqual({ ok: false, problem: 'too-large' });
      const status = await host.files.status(file);
      expect(status).toMatchObject({ ok: true, value: { kind: 'file', size: 12, mode: 0o644 } });
    }));

  it('answers what a path is instead of a file', () =>
    withBench(async ({ host, root, put, directory, link, fifo }) => {
      await put('file', '');
      await directory('directory');
      await fifo('fifo');
      await link('loop', 'loop');
      await link('dangling', 'nowhere');
      await link('to-fifo', 'fifo');
      const problems: Record<string, string> = {};
      for (const name of ['none', 'file/below', 'directory', 'fifo', 'to-fifo', 'loop', 'dangling']) {
        const read = await host.files.read(path.join(root, name), 100);
        problems[name] = read.ok ? 'read' : read.problem;
      }
      expect(problems).toEqual({
        none: 'missing',
        'file/below': 'missing',
        directory: 'directory',
        fifo: 'not-a-file',
        'to-fifo': 'not-a-file',
        loop: 'link-loop',
        dangling: 'missing',
      });
      expect(await host.files.status(path.join(root, 'loop'))).toEqual({ ok: false, problem: 'link-loop' });
      expect(await host.files.status(path.join(root, 'fifo'))).toMatchObject({
        ok: true,
        value: { kind: 'other' },
      });
    }));

  it('resolves links and lists names', () =>
    withBench(async ({ host, root, put, directory, link }) => {
      await put('real/file', 'x');
      await directory('real/inner');
      await link('way', 'real');
      await link('real/here', './file');
      const real = await host.files.realPath(path.join(root, 'way/here'));
      expect(real).toEqual({ ok: true, value: path.join(root, 'real/file') });
      expect(await host.files.realPath(path.join(root, 'way/none'))).toEqual({
        ok: false,
        problem: 'missing',
      });
      const listed = await host.files.list(path.join(root, 'way'));
      const entries = listed.ok ? [...listed.value].sort((a, b) => (a.name < b.name ? -1 : 1)) : [];
      expect(entries).toEqual([
        { name: 'file', kind: 'file' },
        { name: 'here', kind: 'link' },
        { name: 'inner', kind: 'directory' },
      ]);
      expect(await host.files.list(path.join(root, 'none'))).toEqual({ ok: false, problem: 'missing' });
      expect(await host.files.list(path.join(root, 'real/file'))).toEqual({ ok: false, problem: 'missing' });
    }));

  it('tells hard links by their identity', () =>
    withBench(async ({ host, root, put }) => {
      await put('one', 'x');
      await put('other', 'x');
      expect(await host.writer.link(path.join(root, 'one'), path.join(root, 'two'))).toEqual({ ok: true });
      const identities = await Promise.all(
        ['one', 'two', 'other'].map(async (name) => {
          const status = await host.files.status(path.join(root, name));
          return status.ok ? status.value.identity : name;
        }),
      );
      expect(identities[0]).toBe(identities[1]);
      expect(identities[0]).not.toBe(identities[2]);
    }));
});

describe.each(KINDS)('writing on %s', (_, withBench) => {
  it('creates files of the exact mode, and never over anything', () =>
    withBench(async ({ host, root, put, link, directory, text }) => {
      const { writer, files } = host;
      const at = (name: string) => path.join(root, name);
      expect(await writer.createFile(at('key'), bytes('secret'), 0o600)).toEqual({ ok: true });
      expect(await text('key')).toBe('secret');
      expect(await files.status(at('key'))).toMatchObject({ value: { mode: 0o600 } });

      await put('mine', 'mine');
      await link('dangling', 'nowhere');
      await directory('there');
      for (const name of ['key', 'mine', 'dangling', 'there']) {
        for (const answer of [
          await writer.createFile(at(name), bytes('new'), 0o600),
          await writer.link(at('key'), at(name)),
          await writer.makeDirectory(at(name), 0o700),
        ]) {
          expect(answer).toMatchObject({
            ok: false,
            problem: 'exists',
            message: expect.stringContaining(at(name)),
          });
          expect(JSON.stringify(answer)).not.toContain('new');
        }
      }
      expect([await text('key'), await text('mine')]).toEqual(['secret', 'mine']);
      expect(await files.realPath(at('nowhere'))).toEqual({ ok: false, problem: 'missing' });
      expect(await writer.createFile(at('no/such'), bytes('x'), 0o600)).toMatchObject({
        ok: false,
        problem: 'failed',
      });
    }));

  it('makes and removes directories and names', () =>
    withBench(async ({ host, root, put, link, text }) => {
      const { writer } = host;
      const at = (name: string) => path.join(root, name);
      expect(await writer.makeDirectory(at('d'), 0o700)).toEqual({ ok: true });
      expect(await host.files.status(at('d'))).toMatchObject({ value: { kind: 'directory', mode: 0o700 } });
      await put('d/file', 'x');
      await link('d/link', 'file');
      expect(await writer.nameKind(at('d'))).toBe('directory');
      expect(await writer.nameKind(at('d/file'))).toBe('file');
      expect(await writer.nameKind(at('d/link'))).toBe('link');
      expect(await writer.nameKind(at('d/none'))).toBe('missing');
      expect(await writer.nameKind(at('d/file/below'))).toBe('missing');
      expect(await writer.removeDirectory(at('d'))).toMatchObject({ ok: false });
      expect(await writer.remove(at('d/link'))).toEqual({ ok: true });
      expect(await text('d/file')).toBe('x');
      expect(await writer.remove(at('d/file'))).toEqual({ ok: true });
      expect(await writer.remove(at('d/file'))).toEqual({ ok: true });
      expect(await writer.removeDirectory(at('d'))).toEqual({ ok: true });
      expect(await writer.nameKind(at('d'))).toBe('missing');
    }));

  it('replaces text, keeping mode and link', () =>
    withBench(async ({ host, root, put, link, text }) => {
      const { writer, files } = host;
      const at = (name: string) => path.join(root, name);
      await put('real/compose.yml', 'old', 0o640);
      await link('compose.yml', 'real/compose.yml');
      expect(await writer.replaceText(at('compose.yml'), 'new: ü\n')).toEqual({ ok: true });
      expect(await text('real/compose.yml')).toBe('new: ü\n');
      expect(await writer.nameKind(at('compose.yml'))).toBe('link');
      expect(await files.status(at('real/compose.yml'))).toMatchObject({ value: { mode: 0o640 } });
      const listed = await files.list(at('real'));
      expect(listed.ok && listed.value.map((entry) => entry.name)).toEqual(['compose.yml']);

      expect(await writer.replaceText(at('.gitignore'), '*.pem\n')).toEqual({ ok: true });
      expect(await text('.gitignore')).toBe('*.pem\n');
      await link('dangling', 'nowhere');
      expect(await writer.replaceText(at('dangling'), 'x')).toMatchObject({ ok: false });
      expect(await writer.nameKind(at('nowhere'))).toBe('missing');
    }));

  it('rewrites a file in place: longer, shorter, and only what is expected', () =>
    withBench(async ({ host, root, put, link, text }) => {
      const { writer } = host;
      await put('compose.yml', '\ufeffold: ü\n', 0o640);
      await link('link.yml', 'compose.yml');
      const file = path.join(root, 'compose.yml');
      const before = await host.files.status(file);
      const old = bytes('\ufeffold: ü\n');
      for (const act of [
        writer.canRewrite(file, bytes('old: ü\n')),
        writer.rewrite(file, bytes('new'), bytes('x')),
      ])
        expect(await act).toMatchObject({ ok: false, problem: 'changed' });
      expect(await text('compose.yml')).toContain('old: ü\n');
      expect(await writer.canRewrite(file, old)).toEqual({ ok: true });
      expect(
        await writer.rewrite(path.join(root, 'link.yml'), bytes('longer than it was before'), old),
      ).toEqual({ ok: true });
      expect(await text('compose.yml')).toBe('longer than it was before');
      expect(await writer.rewrite(file, bytes('new'), bytes('longer than it was before'))).toEqual({
        ok: true,
      });
      expect(await text('compose.yml')).toBe('new');
      const after = await host.files.status(file);
      const same = (status: typeof before) =>
        status.ok && [status.value.identity, status.value.mode, status.value.uid];
      expect(same(after)).toEqual(same(before));
      const listed = await host.files.list(root);
      expect(listed.ok && listed.value.map(({ name }) => name).sort()).toEqual(['compose.yml', 'link.yml']);
    }));

  it('rewrites a file that has several names under all of them', () =>
    withBench(async ({ host, root, put, text }) => {
      await put('one.yml', 'old');
      const at = (name: string) => path.join(root, name);
      await host.writer.link(at('one.yml'), at('two.yml'));
      expect(await host.files.status(at('two.yml'))).toMatchObject({ value: { links: 2 } });
      expect(await host.writer.rewrite(at('one.yml'), bytes('new'), bytes('old'))).toEqual({ ok: true });
      expect(await text('two.yml')).toBe('new');
      expect(await host.files.status(at('one.yml'))).toMatchObject({ value: { links: 2 } });
    }));

  it('writes to a write-protected file only when told to, and leaves its mode', () =>
    withBench(async ({ host, root, put, text }) => {
      await put('compose.yml', 'old', 0o444);
      const file = path.join(root, 'compose.yml');
      const refusal = { ok: false, problem: 'protected' };
      expect(await host.writer.canRewrite(file, bytes('old'))).toMatchObject(refusal);
      expect(await host.writer.rewrite(file, bytes('new'), bytes('old'))).toMatchObject(refusal);
      expect(await text('compose.yml')).toBe('old');
      const options = { writeProtected: true };
      expect(await host.writer.rewrite(file, bytes('new'), bytes('old'), options)).toEqual({ ok: true });
      expect(await text('compose.yml')).toBe('new');
      expect(await host.files.status(file)).toMatchObject({ value: { mode: 0o444 } });
    }));

  it('appends, and renames over what is there', () =>
    withBench(async ({ host, root, put, text }) => {
      const { writer } = host;
      const at = (name: string) => path.join(root, name);
      await put('log', 'a');
      expect(await writer.append(at('log'), bytes('b'))).toEqual({ ok: true });
      expect(await text('log')).toBe('ab');
      expect(await writer.append(at('none'), bytes('b'))).toMatchObject({ ok: false });
      await put('held', '');
      expect(await writer.rename(at('log'), at('held'))).toEqual({ ok: true });
      expect(await text('held')).toBe('ab');
      expect(await writer.nameKind(at('log'))).toBe('missing');
    }));

  it('sets modes, following no link', () =>
    withBench(async ({ host, root, put, link }) => {
      const at = (name: string) => path.join(root, name);
      await put('file', 'x', 0o644);
      await link('link', 'file');
      expect(await host.writer.setMode(at('file'), 0o600)).toEqual({ ok: true });
      expect(await host.writer.setMode(at('link'), 0o666)).toMatchObject({ ok: false });
      expect(await host.files.status(at('file'))).toMatchObject({ value: { mode: 0o600 } });
    }));
});

describe('the disk only', () => {
  it('reads neither sockets nor devices', async () => {
    await inTemporaryDirectory(async (root) => {
      const host = nodeHost();
      const socket = path.join(root, 'socket');
      const server = createServer().listen(socket);
      await new Promise((resolve) => server.once('listening', resolve));
      expect(await host.files.read(socket, 10)).toEqual({ ok: false, problem: 'not-a-file' });
      expect(await host.files.read('/dev/zero', 10)).toEqual({ ok: false, problem: 'not-a-file' });
      await new Promise((resolve) => server.close(resolve));
    });
  });

  it.runIf(hasAttributes)('keeps extended attributes and the owner of what it rewrites', async () => {
    await inTemporaryDirectory(async (root) => {
      const file = path.join(root, 'compose.yml');
      await fs.writeFile(file, 'old');
      python(`os.setxattr(${JSON.stringify(file)}, 'user.mine', b'kept')`);
      const isRoot = process.getuid?.() === 0;
      if (isRoot) await fs.chown(file, 65534, 65533);
      const { writer } = nodeHost();
      expect(await writer.rewrite(file, bytes('longer than before'), bytes('old'))).toEqual({ ok: true });
      expect(await writer.replaceText(file, 'new')).toEqual({ ok: true });
      expect(python(`print(os.getxattr(${JSON.stringify(file)}, 'user.mine').decode())`)).toBe('kept\n');
      const { uid, gid } = await fs.stat(file);
      if (isRoot) expect([uid, gid]).toEqual([65534, 65533]);
    });
  });

  it.runIf(process.platform === 'linux')('reads files that call themselves empty', async () => {
    const read = await nodeHost().files.read('/proc/self/status', 100_000);
    expect(read.ok && new TextDecoder().decode(read.value)).toMatch(/^Name:/);
  });

  it('tells running processes from gone ones', async () => {
    const { process: own } = nodeHost();
    expect(own.isRunning(own.id)).toBe(true);
    const gone = Number(execFileSync('sh', ['-c', 'echo $$']).toString());
    expect(own.isRunning(gone)).toBe(false);
    expect(own.machine).toMatch(/^[0-9a-f]{8}$/);
    expect(nodeHost().process.machine).toBe(own.machine);
  });
});

describe('memory only', () => {
  it('knows drives, and names that ignore case', async () => {
    const host = memoryHost({ platform: 'windows', files: { 'C:\\Project\\Key.pem': 'x' } });
    expect(await host.files.realPath('c:\\project\\KEY.PEM')).toEqual({
      ok: true,
      value: 'C:\\Project\\Key.pem',
    });
    expect(await host.files.status('C:\\Project\\Key.pem')).toMatchObject({ value: { mode: undefined } });
    expect(await host.writer.createFile('C:\\PROJECT\\key.pem', bytes('y'), 0o600)).toMatchObject({
      problem: 'exists',
    });
  });

  it('breaks on demand, before the write has any effect', async () => {
    const host = memoryHost({ files: { '/disk/file': 'x' } });
    const before = host.snapshot();
    host.failWrites((_, index) => (index === 0 ? 'full' : index === 1 ? 'crash' : undefined));
    expect(await host.writer.createFile('/disk/a', bytes('x'), 0o600)).toMatchObject({ problem: 'full' });
    await expect(host.writer.remove('/disk/file')).rejects.toThrow('killed');
    await expect(host.files.status('/disk/file')).rejects.toThrow('killed');
    host.restart();
    expect(host.snapshot()).toEqual(before);
    expect(await host.writer.remove('/disk/file')).toEqual({ ok: true });
    expect(host.names()).toEqual([]);
  });

  it('denies', async () => {
    const host = memoryHost({ files: { '/disk/in/file': 'x', '/disk/file': 'x' } });
    host.deny('/disk/in');
    host.deny('/disk/file');
    expect(await host.files.read('/disk/in/file', 9)).toEqual({ ok: false, problem: 'denied' });
    expect(await host.files.read('/disk/file', 9)).toEqual({ ok: false, problem: 'denied' });
    expect(await host.files.status('/disk/file')).toMatchObject({ ok: true });
  });
});
