/** What an edit changes in the loaded project beside what it names. */
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EditOperation } from '../../../server/src/compose/edit/operations';
import { sideEffects, withoutEffect } from '../../../server/src/compose/edit/side-effects';
import { loadValues } from '../../../server/src/compose/loader/project-values';

const FILE = '/p/compose.yml';

function valuesOf(files: Readonly<Record<string, string>>) {
  return loadValues({
    files: [FILE],
    projectDirectory: undefined,
    envFiles: undefined,
    environment: () => undefined,
    paths: posix,
    homeDirectory: '/home/a',
    read: async (file) => (files[file] === undefined ? { missing: true } : { text: files[file] }),
  });
}

const TEXT = `services:
  a:
    image: one
    volumes:
      - ./k:/k
      - ./l:/l
    environment:
      NAME: one
  b:
    image: one
`;

/** The replacement of the `nth` piece of a text, for a service where one is named. */
function replacement(part: string, text: string, service?: string, nth = 0) {
  let start = TEXT.indexOf(part);
  for (let i = 0; i < nth; i++) start = TEXT.indexOf(part, start + 1);
  return {
    op: 'replace',
    start,
    end: start + part.length,
    text,
    ...(service === undefined ? {} : { service }),
  } as const;
}

/** What is changed beside the operation's own effect, where its file becomes `after`. */
async function effects(after: string, operation: EditOperation, file = FILE): Promise<readonly string[]> {
  const [before, now] = await Promise.all([valuesOf({ [FILE]: TEXT }), valuesOf({ [FILE]: after })]);
  return sideEffects(before, now, [{ file, operation }]);
}

const MOUNT = { source: './n', target: '/n', readOnly: true };
const ADD: EditOperation = { op: 'add-mount', service: 'a', mount: MOUNT };
const added = (text: string, entry = './n:/n:ro') =>
  text.replace('- ./l:/l\n', `- ./l:/l\n      - ${entry}\n`);

describe('an edit that does what it says', () => {
  it.each<[string, string, EditOperation]>([
    ['a mount', added(TEXT), ADD],
    ['a value', TEXT.replace('image: one', 'image: two'), replacement('one', 'two', 'a')],
    ['a value, for whoever has it', TEXT.replace('image: one', 'image: two'), replacement('one', 'two')],
    [
      'a variable',
      TEXT.replace('NAME: one\n', 'NAME: one\n      NEW: x\n'),
      { op: 'set-environment', service: 'a', name: 'NEW', value: 'x' },
    ],
    [
      'an entry less',
      TEXT.replace('      - ./l:/l\n', ''),
      { op: 'remove-mount', service: 'a', start: TEXT.indexOf('./l:/l'), end: TEXT.indexOf('./l:/l') + 6 },
    ],
    [
      'an entry read-only',
      TEXT.replace('./l:/l', './l:/l:ro'),
      { op: 'make-read-only', service: 'a', start: TEXT.indexOf('./l:/l'), end: TEXT.indexOf('./l:/l') + 6 },
    ],
  ])('changes nothing else: %s', async (_, after, operation) => {
    expect(await effects(after, operation)).toEqual([]);
  });
});

describe('an edit that does more', () => {
  it.each<[string, string, EditOperation, readonly string[]]>([
    ['another mount', added(TEXT, './m:/n:ro'), ADD, ['a volumes /n']],
    ['another mode', added(TEXT, './n:/n'), ADD, ['a volumes /n']],
    ['another service', TEXT.replace('b:\n', 'b:\n    volumes: [./n:/n:ro]\n'), ADD, ['b volumes /n']],
    [
      'a value elsewhere',
      TEXT.replace('NAME: one', 'NAME: two'),
      replacement('one', 'two', 'a'),
      ['a environment NAME'],
    ],
    [
      'the value of another service',
      TEXT.replace(/image: one\n$/, 'image: two\n'),
      replacement('one', 'two', 'a', 2),
      ['b image'],
    ],
    [
      'an entry that goes as well',
      TEXT.replace('      - ./k:/k\n      - ./l:/l\n', '      - ./l:/l\n'),
      { op: 'remove-mount', service: 'a', start: TEXT.indexOf('./l:/l'), end: TEXT.indexOf('./l:/l') + 6 },
      ['a volumes /k'],
    ],
    [
      'the entry before it',
      TEXT.replace('./k:/k', './k:/k:ro'),
      { op: 'make-read-only', service: 'a', start: TEXT.indexOf('./l:/l'), end: TEXT.indexOf('./l:/l') + 6 },
      ['a volumes /k'],
    ],
    ['a mistake', `${added(TEXT)}  c: 1\n`, ADD, [expect.stringContaining('c')]],
  ])('is told by what that is: %s', async (_, after, operation, expected) => {
    expect(await effects(after, operation)).toEqual(expected);
  });

  it('does it in the file that it names', async () => {
    const after = TEXT.replace('image: one', 'image: two');
    expect(await effects(after, replacement('one', 'two', 'a'), '/p/other.yml')).toEqual(['a image']);
  });
});

it('an operation that something merged later takes back has no effect', async () => {
  const set: EditOperation = { op: 'set-environment', service: 'a', name: 'NAME', value: 'two' };
  const operations = [ADD, set, replacement('one', 'two')].map((operation) => ({ file: FILE, operation }));
  const missing = async (text: string) =>
    withoutEffect(await valuesOf({ [FILE]: text }), operations).map(({ operation }) => operation.op);
  expect(await missing(TEXT)).toEqual(['add-mount', 'set-environment']);
  expect(await missing(added(TEXT))).toEqual(['set-environment']);
  expect(await missing(added(TEXT).replace('NAME: one', 'NAME: two'))).toEqual([]);
});
