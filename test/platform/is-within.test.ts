/** One function says whether a path lies inside of a directory, and nothing else in the sources does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWithin, relativeWithin } from '../../server/src/platform/is-within';

const root = resolve(import.meta.dirname, '../..');

describe('inside of a directory', () => {
  it.each([
    [posix, '/a', '/a', ''],
    [posix, '/a', '/a/b/c', 'b/c'],
    [posix, '/a', '/a/..data', '..data'],
    [posix, '/a', '/a/..data/key', '..data/key'],
    [posix, '/a', '/a/...', '...'],
    [posix, '/', '/a', 'a'],
    [posix, '/a', '/ab', undefined],
    [posix, '/a', '/', undefined],
    [posix, '/a/b', '/a/c', undefined],
    [win32, 'C:\\a', 'c:\\A\\..keys\\b', '..keys\\b'],
    [win32, 'C:\\a', 'D:\\a\\b', undefined],
    [win32, 'C:\\a', 'C:\\b', undefined],
  ] as const)('%#: %o %s %s', (paths, directory, path, answer) => {
    expect(relativeWithin(paths, directory, path)).toBe(answer);
    expect(isWithin(paths, directory, path)).toBe(answer !== undefined);
  });

  /** How "inside of" is written by hand. */
  const byHand =
    /startsWith\(\s*(?:'\.\.['/\\]|`\.\.|`\$\{[^}]*\}(?:\/|\\\\|\$\{[\w.]*sep\})`|[\w.]+ \+ (?:'\/'|[\w.]*sep\b))/;

  it('is asked in one place', () => {
    const sources = ['server/src', 'client/src'].flatMap((top) =>
      readdirSync(join(root, top), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    const others = sources.filter((file) => byHand.test(readFileSync(file, 'utf8')));
    expect(others.map((file) => relative(root, file).replaceAll('\\', '/')).sort()).toEqual([
      // URIs and labels of the server, which are no paths.
      'client/src/keys-view/workspace-tree.ts',
      'server/src/platform/is-within.ts',
    ]);
  });

  it.each([
    "relative(a, b).startsWith('../')",
    "!relative(a, b).startsWith('..')",
    'way.startsWith(`..${sep}`)',
    'path.startsWith(`${directory}/`)',
    'path.startsWith(`${directory}${paths.sep}`)',
    "path.startsWith(directory + '/')",
    'path.startsWith(root.path + path.sep)',
  ])('would be told apart: %s', (code) => {
    expect(code).toMatch(byHand);
  });
});
