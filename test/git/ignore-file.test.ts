/** Lines that keep keys out of git before the keys are there, judged by the real git. */
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IgnoreOptions, ignoreTexts, patternOf, planIgnores } from '../../server/src/git/ignore-file';
import { gitViewOf } from '../../server/src/git/tracking';
import { storeFiles } from '../../server/src/pki/store/write-all-or-none';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { temporaryDirectory } from '../pki/openssl';
import { git } from './git';

const place = temporaryDirectory();
beforeAll(() => place.create());
afterAll(() => place.remove());

const TEMPORARY = '.mender-compose-0123abcd-7-0123456789abcdef.tmp';

/** A repository with these files in its work tree. */
async function repository(name: string, contents: Record<string, string> = {}): Promise<string> {
  const root = path.join(place.path, name);
  await mkdir(root, { recursive: true });
  await git(root, ['init', '-q']);
  for (const [each, text] of Object.entries(contents)) {
    await mkdir(path.dirname(path.join(root, each)), { recursive: true });
    await writeFile(path.join(root, each), text);
  }
  return root;
}

async function ignore(root: string, keys: readonly string[], more: Partial<IgnoreOptions> = {}) {
  // The settings of the person who runs the tests don't count.
  const host = { ...nodeHost(), homeDirectory: root, environment: () => undefined };
  const options = { home: root, mayWrite: async () => true, ...more };
  const plan = await planIgnores(
    keys.map((key) => path.join(root, key)),
    host,
    gitViewOf(host),
    options,
  );
  const written = await storeFiles(host, root, [], { ignore: await ignoreTexts(plan.changes, host) });
  expect(written.ok).toBe(true);
  return plan;
}

/** The keys, and what they are called while they are written, that git takes up once they are there. */
async function taken(root: string, keys: readonly string[]): Promise<string[]> {
  const all = [...keys, ...keys.map((key) => path.join(path.dirname(key), TEMPORARY))];
  for (const key of all) {
    await mkdir(path.dirname(path.join(root, key)), { recursive: true });
    await writeFile(path.join(root, key), 'x');
  }
  await git(root, ['add', '-A']);
  const tracked = (await git(root, ['ls-files', '-z'])).split('\0');
  return all.filter((key) => tracked.includes(key));
}

const text = (root: string, file: string) => readFile(path.join(root, file), 'utf8');

describe('lines before keys', () => {
  it('are in the ignore file of the project, once', async () => {
    const root = await repository('plain', { '.gitignore': '*.log' });
    const keys = ['certs/a.key', 'certs/b [1].key', 'private.key', 'keys/#a', 'keys/!b', 'keys/c '];
    expect((await ignore(root, keys)).problems).toEqual([]);
    expect(await taken(root, keys)).toEqual([]);
    const before = await text(root, '.gitignore');
    expect(before).toMatch(/^\*\.log\n\/certs\/a\.key\n/);
    expect(await ignore(root, keys)).toEqual({ changes: [], problems: [] });
    expect(await text(root, '.gitignore')).toBe(before);
  });

  it('mean the next numbers too', async () => {
    const root = await repository('numbered');
    await ignore(root, ['archive/h/privkey1.pem', 'keys/private.id.1.pem', 'key-2.pem']);
    const more = ['archive/h/privkey2.pem', 'archive/h/privkey10.pem', 'keys/private.id.3.pem', 'key-3.pem'];
    expect(await taken(root, more)).toEqual([]);
    expect(patternOf('a/b2.p12')).toBe('/a/b[0-9]*.p12');
    expect(patternOf('a/b.p12')).toBe('/a/b.p12');
    expect(patternOf('7')).toBe('/[0-9]*');
  });

  it('are in another file where the usual one is a link, which git does not follow', async () => {
    const root = await repository('linked');
    const outside = path.join(place.path, 'bashrc');
    await writeFile(outside, 'mine\n');
    await symlink('../bashrc', path.join(root, '.gitignore'));
    await mkdir(path.join(root, 'certs'));
    const keys = ['certs/a.key'];
    const plan = await ignore(root, keys);
    expect(plan.changes.map(({ file }) => path.relative(root, file))).toEqual(['certs/.gitignore']);
    expect(await taken(root, keys)).toEqual([]);
    // Beside the link there is only the repository's own file.
    const beside = await ignore(root, ['b.key']);
    expect(beside.changes.map(({ file }) => path.relative(root, file))).toEqual(['.git/info/exclude']);
    expect(await taken(root, ['b.key'])).toEqual([]);
    expect(await readFile(outside, 'utf8')).toBe('mine\n');
  });

  it('are in another file where an editor would write over them, or nothing may be written', async () => {
    const root = await repository('unsaved', { 'certs/x': '' });
    const unsaved = path.join(root, '.gitignore');
    const plan = await ignore(root, ['certs/a.key'], { avoid: new Set([unsaved]) });
    expect(plan.changes.map(({ file }) => path.relative(root, file))).toEqual(['certs/.gitignore']);
    const inside = async (file: string) => file.startsWith(path.join(root, 'certs'));
    await ignore(root, ['certs/b.key'], { mayWrite: inside });
    expect(await taken(root, ['certs/a.key', 'certs/b.key'])).toEqual([]);
    const none = await ignore(root, ['c.key'], { mayWrite: async () => false });
    expect(none.changes).toEqual([]);
    expect(none.problems[0]).toContain('cannot be ignored');
  });

  it('win against a line that takes a key in again', async () => {
    const root = await repository('negative', {
      '.gitignore': '*.key\n',
      'certs/.gitignore': '!*.key\n!.*\n',
    });
    const keys = ['certs/a.key'];
    expect((await ignore(root, keys)).problems).toEqual([]);
    expect(await taken(root, keys)).toEqual([]);
  });

  it('help nothing where git tracks the path', async () => {
    const root = await repository('tracked', { 'a.key': 'x' });
    await git(root, ['add', 'a.key']);
    await rm(path.join(root, 'a.key'));
    const { problems } = await ignore(root, ['a.key']);
    expect(problems[0]).toContain('git tracks');
  });

  it('keep line ends, and what is no UTF-8 stays as it is', async () => {
    const root = await repository('bytes', { '.gitignore': '*.log\r\nx' });
    await ignore(root, ['a.key']);
    expect(await text(root, '.gitignore')).toBe('*.log\r\nx\r\n/a.key\r\n.mender-compose-*\r\n');
    expect(await taken(root, ['a.key'])).toEqual([]);
    const latin = await repository('latin', { 'certs/x': '' });
    const bytes = Buffer.from('stra\xdfe\n', 'latin1');
    await writeFile(path.join(latin, '.gitignore'), bytes);
    await ignore(latin, ['certs/a.key']);
    expect(await taken(latin, ['certs/a.key'])).toEqual([]);
    expect(Buffer.compare(await readFile(path.join(latin, '.gitignore')), bytes)).toBe(0);
  });

  it('of a linked ignore file count for nothing, as with git', async () => {
    const root = await repository('truth', { rules: '*.key\n', 'a.key': 'x' });
    await symlink('rules', path.join(root, '.gitignore'));
    const host = { ...nodeHost(), homeDirectory: root, environment: () => undefined };
    expect((await gitViewOf(host).status(path.join(root, 'a.key'))).status).toBe('would-be-added');
    await git(root, ['add', '-A']);
    expect(await git(root, ['ls-files', 'a.key'])).toBe('a.key\n');
  });
});
