/** What a file read in blocks keeps from one text to the next, and which files are read as a whole. */

import { describe, expect, it } from 'vitest';
import {
  type ParsedFile,
  type ParseState,
  parseFile,
  parseWhole,
  parsing,
} from '../../../../server/src/compose/document/document';
import { createParseCache } from '../../../../server/src/compose/document/document-cache';
import type { Tree } from '../../../../server/src/compose/node/node';
import { yaml } from '../../../yaml';

const TEXT = `# a comment
version: "3"
services:
  # the first one
  one:
    image: a
    command: >
      folded
        text

  two:
    image: b
    volumes:
    - ./x:/x
volumes:
  data:
`;

function blocksOf(state: ParseState) {
  return (state.parsed.isInBlocks && state.blockList?.blocks) || [];
}

/** The keys of the blocks that are not those of `before`. */
function parsedAnew(text: string, before: ParseState): readonly string[] {
  const known = new Set(before.blockList?.blocks);
  return blocksOf(parseFile(text, before))
    .filter((block) => !known.has(block))
    .map(({ key }) => key);
}

describe('after an edit', () => {
  const before = parseFile(TEXT);

  it('the file is in blocks: top-level keys and services', () => {
    expect(blocksOf(before).map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'top version',
      'head services',
      'service one',
      'service two',
      'top volumes',
    ]);
  });

  it.each([
    ['a line at the top', `\n${TEXT}`, []],
    ['a letter in a service', TEXT.replace('image: a', 'image: aa'), ['one']],
    ['a comment before a service', TEXT.replace('  two:', '  # two\n  two:'), ['one']],
    ['a new service', TEXT.replace('  two:', '  new:\n    image: n\n  two:'), ['new']],
    ['a service taken out', TEXT.replace(/ {2}one:[\s\S]*(?= {2}two:)/, ''), []],
    [
      'a service that becomes the last one',
      TEXT.replace(/ {2}two:[\s\S]*(?=volumes:\n {2}data)/, ''),
      ['one'],
    ],
    [
      'two services in other order',
      TEXT.replace(/( {2}one:[\s\S]*)( {2}two:[\s\S]*)(?=volumes:\n {2}data)/, '$2$1'),
      ['two', 'one'],
    ],
    ['the same text', TEXT, []],
  ])('%s: only what it touches is parsed', (_, text, expected) => {
    expect(parsedAnew(text, before)).toEqual(expected);
  });

  it('a mistake in between costs nothing afterwards', () => {
    const broken = parseFile(TEXT.replace('image: a', 'image: "a'), before);
    expect(broken.parsed.isInBlocks).toBe(false);
    expect(broken.parsed.syntaxErrors.length).toBeGreaterThan(0);
    expect(parsedAnew(TEXT.replace('image: a', 'image: "a"'), broken)).toEqual(['one']);
  });
});

describe('after an edit of a file with anchors', () => {
  const ANCHORED = `x-a: &a
  restart: always
x-b: &b
  <<: *a
services:
  one:
    <<: *b
  two:
    image: b
  three: &three
    <<: *a
  four:
    <<: *three
`;
  const before = parseFile(ANCHORED);

  it('the file is in blocks', () => {
    expect(blocksOf(before)).toHaveLength(7);
  });

  it.each([
    ['a line at the top', `\n${ANCHORED}`, []],
    ['a letter in what names an anchor', ANCHORED.replace('<<: *b', '<<:  *b'), ['one']],
    ['a letter in what names none', ANCHORED.replace('image: b', 'image: bb'), ['two']],
    ['a service before an anchor', ANCHORED.replace('  two:', '  new:\n  two:'), ['new']],
    [
      'a letter in an anchored value',
      ANCHORED.replace('always', 'no'),
      ['x-a', 'x-b', 'one', 'three', 'four'],
    ],
    [
      'an anchor of the same name in between',
      ANCHORED.replace('  two:', '  new: &a\n    image: n\n  two:'),
      ['new', 'three', 'four'],
    ],
  ])('%s: only what it touches is parsed', (_, text, expected) => {
    expect(parsedAnew(text, before)).toEqual(expected);
  });

  it('values of other blocks stand where they are written, wherever either block moves to', () => {
    const moved = ANCHORED.replace('services:', '# one\nservices:').replace('  two:', '  # two\n  two:');
    for (const text of [ANCHORED, moved, `# top\n${moved}`]) {
      const { parsed } = parseFile(text, before);
      expect(placesIn(parsed)).toEqual(placesIn(parseWhole(text)));
      expect(placesIn(parsed)).toContain(`always ${text.indexOf('always')}`);
    }
  });
});

/** What every scalar of a file says, and where it stands. */
function placesIn(file: ParsedFile): string[] {
  const ofTree = (tree: Tree): string[] => {
    if (tree.kind === 'map')
      return [...tree.entries.values()].flatMap(({ key, value }) => [
        `key ${file.locate(key).start}`,
        ...ofTree(value),
      ]);
    if (tree.kind === 'list') return tree.items.flatMap(ofTree);
    return tree.kind === 'scalar' ? [`${tree.text.value} ${file.locate(tree.text.spanOf(0, 1)).start}`] : [];
  };
  return file.trees('/c.yml', '/', () => undefined).flatMap(({ root }) => ofTree(root));
}

it('switched off, a file is read as a whole, with the same places', () => {
  parsing.inBlocks = false;
  const { parsed } = parseFile(TEXT);
  parsing.inBlocks = true;
  expect(parsed.isInBlocks).toBe(false);
  expect(placesIn(parsed)).toEqual(placesIn(parseFile(TEXT).parsed));
});

describe('the environment', () => {
  const variables = new Map([['A', 'own']]);

  it('is asked again for what it may say otherwise by now', () => {
    const cache = createParseCache();
    const values = new Map([['B', '1']]);
    const lookup = () =>
      cache.lookup(
        cache.environment((name) => values.get(name)),
        variables,
      );
    expect(['A', 'B', 'C'].map(lookup())).toEqual(['own', '1', undefined]);
    values.set('C', 'new');
    expect(lookup()('C')).toBe('new');
    values.set('B', '2');
    expect(lookup()('B')).toBe('2');
  });
});

describe('is read as a whole', () => {
  it.each([
    ['an alias of what stands later', 'services:\n  one: {image: *a}\nx: &a 1\n'],
    ['an alias of what a tag takes out', 'x: &a {b: !reset 1}\nservices:\n  one: *a\n'],
    ['a merged list of another block', 'x: &a [{image: b}]\nservices:\n  one: {<<: *a}\n'],
    [
      'more anchored text than anybody writes',
      `x: &a\n${'  # much\n'.repeat(3000)}  image: b\nservices:\n  one: *a\n`,
    ],
    ['a key that is written twice', 'services:\n  one:\n  one:\n'],
    [
      'a top-level key that is written twice',
      yaml`
      services:
        one:
      services:
        two:
    `,
    ],
    ['a mark of documents', '---\nservices:\n  one:\n'],
    [
      'two documents',
      yaml`
      services:
        one:
      ---
      services:
        two:
    `,
    ],
    [
      'a directive',
      yaml`
      %YAML 1.2
      ---
      services:
        one:
    `,
    ],
    [
      'a quoted service',
      yaml`
      services:
        one:
        "two":
          image: a
    `,
    ],
    [
      'a service whose name is a number',
      yaml`
      services:
        one:
        1:
          image: a
    `,
    ],
    ['a service that is less indented', 'services:\n   one:\n  two:\n'],
    ['a tab as indentation', 'services:\n  one:\n\timage: a\n'],
    ['a bracket that closes in another block', 'services:\n  one: [\n  ]\n'],
    ['a quote that closes in another block', 'services:\n  one: "\n  two: "\n'],
    ['a root in brackets', '{services: {one: {image: a}}}\n'],
    ['a byte order mark', '\uFEFFservices:\n  one:\n'],
    ['no YAML at all', ': : :\n'],
    ['an empty text', ''],
  ])('%s', (_, text) => {
    expect(parseFile(text).parsed.isInBlocks).toBe(false);
  });
});
