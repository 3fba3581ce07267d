import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, ignoredBy, parsePatterns, wildMatch } from '../../server/src/git/ignore-patterns';
import { temporaryDirectory } from '../pki/openssl';
import { git } from './git';

const place = temporaryDirectory();
beforeAll(() => place.create());
afterAll(() => place.remove());

const said = (file: string, name: string, directory = false, fold = false) =>
  ignoredBy(parsePatterns(Buffer.from(file)), name, { directory, fold });

describe('patterns of .gitignore', () => {
  it.each([
    ['*.key', 'ssl/a.key', true],
    ['/a.key', 'ssl/a.key', undefined],
    ['/a.key', 'a.key', true],
    ['ssl/*.key', 'ssl/a.key', true],
    ['ssl/*.key', 'x/ssl/a.key', undefined],
    ['ssl/', 'ssl', undefined],
    ['**/keys/*', 'a/b/keys/c', true],
    ['a/**/c', 'a/c', true],
    ['*.key\n!b.key', 'b.key', false],
    ['# *.key', '# x.key', undefined],
    ['\\#a', '#a', true],
    ['\\!a', '!a', true],
    ['a  ', 'a', true],
    ['a\\ ', 'a ', true],
    ['a\t', 'a', undefined],
    ['a.key\r\n', 'a.key', true],
    ['\ufeffa.key', 'a.key', true],
    ['[!a-c]x', 'bx', undefined],
    ['[!a-c]x', 'dx', true],
    ['[[:upper:]]x', 'Ax', true],
    ['', '', undefined],
  ])('%j says of %j: %s', (file, name, answer) => {
    expect(said(file, name)).toBe(answer);
  });

  it('tells directories, and case where it counts', () => {
    expect(said('ssl/', 'ssl', true)).toBe(true);
    expect(said('*.KEY', 'a.key')).toBe(undefined);
    expect(said('*.KEY', 'a.key', false, true)).toBe(true);
  });

  it('takes no exponential time', () => {
    expect(wildMatch(`${'*a'.repeat(40)}b`, 'a'.repeat(1000))).toBe(false);
    expect(wildMatch(`${'**/a/'.repeat(30)}b`, 'a/'.repeat(500))).toBe(false);
  });

  it('takes a line of any length', () => {
    const name = 'certs/private/a.key';
    expect(said(`${'**/'.repeat(30_000)}*.key`, name)).toBe(true);
    expect(said(`${'**/'.repeat(30_000)}*.pem`, name)).toBe(undefined);
    expect(said(`${'*a'.repeat(50_000)}`, name)).toBe(undefined);
    expect(said(`${'[a-z]'.repeat(20_000)}`, name)).toBe(undefined);
    expect(said(`a${' '.repeat(100_000)}`, 'a')).toBe(true);
    expect(said(`a${' '.repeat(100_000)}b`, 'a')).toBe(undefined);
    expect(said(`${'\\a'.repeat(100_000)}\\`, 'a')).toBe(undefined);
  });

  it('mean what git says they mean', async () => {
    // git takes what isn't there for a file: in one work tree every name is a directory, in the other nothing is.
    const [withNothing, withDirectories] = [path.join(place.path, 'n'), path.join(place.path, 'd')];
    for (const root of [withNothing, withDirectories]) {
      await mkdir(root);
      await git(root, ['init', '-q']);
    }
    const parts = ['a', 'b', 'ab', 'a.b', 'A', 'a b', '[a]', 'a-b', '#a', '!a', 'é'];
    const part = fc.constantFrom(...parts);
    const token = fc.constantFrom(
      ...['a', 'b', '*', '**', '?', '/', '/', '.', ' ', '-', 'A', '!', '#', '\\', '\\*', '\\ ', '\\a'],
      ...[
        '[a]',
        '[!a]',
        '[^b]',
        '[a-b]',
        '[]a]',
        '[a',
        '[[:alpha:]]',
        '[[:punct:]]',
        '[[:no:]]',
        '[a\\]]',
        '[\\',
      ],
      ...[
        '[a-]',
        '[-a]',
        '[]-a]',
        '[b-a]',
        '[[:upper:]b]',
        '[[:a]',
        'é',
        '/**/',
        '**/',
        '/**',
        '\r',
        '[/]',
        '[!/]',
      ],
    );
    const line = fc.array(token, { minLength: 1, maxLength: 6 }).map((tokens) => tokens.join(''));
    const files = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((each) => each.join('/')),
      { minLength: 12, maxLength: 12 },
    );
    const cases = fc.sample(fc.tuple(fc.array(line, { minLength: 1, maxLength: 5 }), files), {
      numRuns: 150,
      seed: 20240611,
    });
    const differences: string[] = [];
    let compared = 0;
    for (const [lines, names] of cases) {
      const file = lines.join('\n');
      const patterns = parsePatterns(Buffer.from(file));
      for (const root of [withNothing, withDirectories]) {
        const directory = root === withDirectories;
        await writeFile(path.join(root, '.git/info/exclude'), file);
        if (directory)
          await Promise.all(names.map((name) => mkdir(path.join(root, name), { recursive: true })));
        const output = await git(root, ['check-ignore', '-z', '-v', '-n', '--no-index', '--stdin'], {
          input: Buffer.from(names.join('\0'), 'utf8').toString('latin1'),
        });
        const fields = output.split('\0');
        for (const [at, name] of names.entries()) {
          const pattern = fields[at * 4 + 2] ?? '';
          const byGit = pattern === '' ? undefined : !pattern.startsWith('!');
          const ours = answerWithParents(bytesOf(name), directory, (part, isDirectory) =>
            ignoredBy(patterns, part, { directory: isDirectory, fold: false }),
          );
          compared += 1;
          if (ours !== byGit) differences.push(JSON.stringify({ file, name, directory, byGit, ours }));
        }
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(2000);
  });
});

/** What decides a path: the first of its directories that is ignored, else what is said of itself. */
function answerWithParents(
  name: string,
  directory: boolean,
  ask: (name: string, directory: boolean) => boolean | undefined,
): boolean | undefined {
  const parts = name.split('/');
  let answer: boolean | undefined;
  for (let length = 1; length <= parts.length; length += 1) {
    answer = ask(parts.slice(0, length).join('/'), length < parts.length || directory);
    if (answer === true) return true;
  }
  return answer;
}
