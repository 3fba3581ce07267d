import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseGitConfig } from '../../server/src/git/config';
import { trackedPaths } from '../../server/src/git/index-file';
import { createGitView } from '../../server/src/git/tracking';
import { nodeFiles } from '../../server/src/platform/node/read-files';
import { temporaryDirectory } from '../pki/openssl';
import { memoryHost } from '../platform/memory-host';
import { git } from './git';

const place = temporaryDirectory();
beforeAll(() => place.create());
afterAll(() => place.remove());

const files = nodeFiles('posix');
const view = (home: string, reads: string[] = []) =>
  createGitView({
    files: {
      ...files,
      read: (file, limit) => {
        reads.push(file);
        return files.read(file, limit);
      },
    },
    paths: path.posix,
    homeDirectory: home,
    environment: () => undefined,
  });

/** A directory of its own, with files of these paths. */
async function tree(name: string, paths: readonly string[], contents: Record<string, string> = {}) {
  const root = path.join(place.path, name);
  for (const each of [...paths, ...Object.keys(contents)]) {
    await mkdir(path.dirname(path.join(root, each)), { recursive: true });
    await writeFile(path.join(root, each), contents[each] ?? 'x');
  }
  return root;
}

const statusOf = async (root: string, file: string, home = root) =>
  (await view(home).status(path.join(root, file))).status;

describe('what git tracks', () => {
  it.each([
    [2, 'sha1'],
    [4, 'sha1'],
    [2, 'sha256'],
    [4, 'sha256'],
  ])('is read from an index of version %i with %s', async (version, format) => {
    const names = ['a', 'a.key', 'ssl/tls.key', 'ssl/tls/é.key', 'ssl/tlt', 'z'];
    const root = await tree(`index-${version}-${format}`, names);
    await git(root, ['init', '-q', `--object-format=${format}`]);
    await git(root, ['add', '.']);
    await git(root, ['update-index', `--index-version=${version}`]);
    await writeFile(path.join(root, 'new.key'), 'x');
    for (const name of names) expect(await statusOf(root, name), name).toBe('tracked');
    expect(await statusOf(root, 'new.key')).toBe('would-be-added');
    // An entry with more flags than fit makes version 3.
    await git(root, ['add', '-N', 'new.key']);
    expect(await statusOf(root, 'new.key')).toBe('tracked');
    for (const name of names) expect(await statusOf(root, name), name).toBe('tracked');
  });

  it('agrees with git on a tree full of ignore files', async () => {
    const names = [
      'a.key',
      'a.pem',
      'b/a.key',
      'b/c/a.key',
      'b/c/keep.key',
      'd/a.pem',
      'd/e/a.pem',
      'f/x',
      'g/x',
    ];
    const root = await tree('ignored', names, {
      '.gitignore': '*.key\n/f/\n!keep.key\n',
      'b/.gitignore': '!a.key\n',
      'b/c/.gitignore': '/a.key\n',
      'd/.gitignore': '*\n!e\n',
      'home/.gitconfig': '[core]\n\texcludesFile = ~/mine # of this person\n',
      'home/mine': 'g\n*.pem\n',
    });
    await git(root, ['init', '-q']);
    await writeFile(path.join(root, '.git/info/exclude'), '!d/e/a.pem\n');
    const home = path.join(root, 'home');
    const listed = await git(root, ['ls-files', '-z', '--others', '--exclude-standard'], { home });
    const added = new Set(listed.split('\0'));
    for (const name of names) {
      const expected = added.has(name) ? 'would-be-added' : 'ignored';
      expect(await statusOf(root, name, home), name).toBe(expected);
    }
    expect([...added].filter((name) => names.includes(name)).sort()).toEqual(['b/a.key', 'b/c/keep.key']);
    // What is tracked stays so, ignored or not.
    await git(root, ['add', '-f', 'a.key'], { home });
    expect(await statusOf(root, 'a.key', home)).toBe('tracked');
  });

  it('takes the nearest repository, through links, linked work trees and submodules', async () => {
    const root = await tree('outer', ['a.key', 'inner/b.key', 'empty/.git/x', 'empty/c.key']);
    await git(root, ['init', '-q']);
    await git(path.join(root, 'inner'), ['init', '-q']);
    await git(path.join(root, 'inner'), ['add', '.']);
    await git(root, ['add', 'a.key']);
    await git(root, ['commit', '-qm', 'x']);
    expect(await statusOf(root, 'inner/b.key')).toBe('tracked');
    expect(await view(root).status(path.join(root, 'inner/b.key'))).toMatchObject({
      root: path.join(root, 'inner'),
    });
    expect(await statusOf(root, 'empty/c.key')).toBe('would-be-added');
    expect(await statusOf(root, '.git/HEAD')).toBe('ignored');

    await symlink('inner/b.key', path.join(root, 'link.key'));
    expect(await statusOf(root, 'link.key')).toBe('tracked');
    await symlink('nowhere', path.join(root, 'dangling'));
    expect(await statusOf(root, 'dangling')).toBe('unknown');

    const other = path.join(place.path, 'worktree');
    await git(root, ['worktree', 'add', '-q', other]);
    await writeFile(path.join(root, '.git/info/exclude'), '*.pem\n');
    await writeFile(path.join(other, 'd.pem'), 'x');
    await writeFile(path.join(other, 'd.key'), 'x');
    expect(await statusOf(other, 'a.key')).toBe('tracked');
    expect(await statusOf(other, 'd.pem')).toBe('ignored');
    expect(await statusOf(other, 'd.key')).toBe('would-be-added');
  });

  it('heeds case only where git does', async () => {
    const root = await tree('case', ['SSL/A.key', 'tracked.key'], { '.gitignore': 'ssl/a.KEY\n' });
    await git(root, ['init', '-q']);
    await git(root, ['config', 'core.ignoreCase', 'false']);
    expect(await statusOf(root, 'SSL/A.key')).toBe('would-be-added');
    await git(root, ['config', 'core.ignoreCase', 'true']);
    expect(await statusOf(root, 'SSL/A.key')).toBe('ignored');
  });

  it('is unknown where something cannot be read, and nothing outside a repository', async () => {
    const root = await tree('broken', ['a.key', 'b.key']);
    await git(root, ['init', '-q']);
    await git(root, ['add', 'b.key']);
    await git(root, ['update-index', '--split-index']);
    await git(root, ['add', 'a.key']);
    expect(await statusOf(root, 'b.key')).toBe('unknown');
    await writeFile(path.join(root, '.git/index'), 'DIRC');
    expect(await statusOf(root, 'a.key')).toBe('unknown');
    await rm(path.join(root, '.git/index'));
    expect(await statusOf(root, 'a.key')).toBe('would-be-added');
    await git(root, ['config', 'core.worktree', '/elsewhere']);
    expect(await statusOf(root, 'a.key')).toBe('unknown');
    const bad = await tree('bad-mark', ['a.key'], { '.git': 'something else' });
    expect(await statusOf(bad, 'a.key')).toBe('unknown');
    const none = await tree('none', ['a.key']);
    expect(await statusOf(none, 'a.key')).toBe('no-repository');
  });

  it('is told on Windows too, by its own paths and without case', async () => {
    const host = memoryHost({
      platform: 'windows',
      files: {
        'C:\\Work\\.git\\HEAD': 'ref: refs/heads/main\n',
        'C:\\Work\\.git\\config': '[core]\n\tignorecase = true\n',
        'C:\\Work\\.gitignore': 'SSL/*.key\r\n',
        'C:\\Work\\ssl\\a.key': 'x',
        'C:\\Work\\ssl\\a.crt': 'x',
        'C:\\other\\a.key': 'x',
      },
    });
    const windows = createGitView({ ...host, environment: () => undefined });
    const ask = async (file: string) => (await windows.status(file)).status;
    expect(await ask('C:\\Work\\ssl\\a.key')).toBe('ignored');
    expect(await ask('c:\\work\\SSL\\A.crt')).toBe('would-be-added');
    expect(await ask('C:\\other\\a.key')).toBe('no-repository');
  });

  it('is read once until the index changes', async () => {
    const root = await tree('cached', ['a.key', 'b.key', 'c/d.key'], { '.gitignore': '*.pem\n' });
    await git(root, ['init', '-q']);
    await git(root, ['add', 'a.key']);
    const reads: string[] = [];
    const kept = view(root, reads);
    const ask = async (name: string) => (await kept.status(path.join(root, name))).status;
    expect([await ask('a.key'), await ask('b.key')]).toEqual(['tracked', 'would-be-added']);
    const first = reads.length;
    for (let round = 0; round < 100; round += 1) await ask('a.key');
    expect(reads.length).toBe(first);
    await git(root, ['add', 'b.key']);
    expect(await ask('b.key')).toBe('tracked');
    expect(reads.slice(first)).toEqual([path.join(root, '.git/index')]);
  });
});

describe('an index', () => {
  it('that is cut off anywhere is not read as a shorter one', async () => {
    const root = await tree('cut', ['a', 'b/c', 'd']);
    await git(root, ['init', '-q']);
    await git(root, ['add', '.']);
    const whole = await readFile(path.join(root, '.git/index'));
    expect(trackedPaths(whole, { idBytes: 20 })).toEqual(new Set(['a', 'b/c', 'd']));
    const entries = whole.length - 20 - whole.subarray(0, -20).lastIndexOf('TREE');
    for (let length = 0; length < whole.length - entries - 20; length += 1) {
      const found = trackedPaths(whole.subarray(0, length), { idBytes: 20 });
      if (found !== undefined) expect(found.size).toBe(3);
    }
    expect(
      trackedPaths(Buffer.from('not an index at all, but long enough'), { idBytes: 20 }),
    ).toBeUndefined();
  });
});

describe('a configuration of git', () => {
  it('is read as git reads it', () => {
    const text =
      '[core]\n\tignorecase = yes ; on\n excludesfile = "a # b" # c\n[core "sub"]\n\tignorecase=false\n' +
      '[extensions] objectFormat = sha256\n[other]\nworktree = x\n';
    expect(parseGitConfig(text)).toEqual({
      ignoreCase: true,
      excludesFile: 'a # b',
      workTree: undefined,
      objectFormat: 'sha256',
    });
    expect(parseGitConfig('[CORE]\nignoreCase\nexcludesFile = a\\\\b\\\n c\n')).toMatchObject({
      ignoreCase: true,
      excludesFile: 'a\\b c',
    });
  });
});
