/** What keeps an edit from being made: hand-made edits that lose something, or do nothing, are told from those that don't. */
import { describe, expect, it } from 'vitest';
import type { EditOperation } from '../../../server/src/compose/edit/operations';
import { hasEffect, keepsAll, type Verification } from '../../../server/src/compose/edit/verify';
import { applyChanges, type TextChange } from '../../../server/src/compose/syntax/line-index';
import { parseYaml } from '../../../server/src/compose/yaml/parse-yaml';

/** `^` is where `insert` goes; of `«old>>new»`, the one is replaced by the other. */
function verificationOf(
  marked: string,
  insert = '',
  operations: readonly EditOperation[] = [],
): Verification {
  const changes: TextChange[] = [];
  let text = '';
  let rest = marked;
  for (let mark = /\^|«([^»]*)>>([^»]*)»/.exec(rest); mark; mark = /\^|«([^»]*)>>([^»]*)»/.exec(rest)) {
    text += rest.slice(0, mark.index);
    const [whole, old = '', newText = insert] = mark;
    changes.push({ start: text.length, end: text.length + old.length, newText });
    text += old;
    rest = rest.slice(mark.index + whole.length);
  }
  text += rest;
  return { before: parseYaml(text), after: parseYaml(applyChanges(text, changes)), changes, operations };
}

describe('an edit loses nothing', () => {
  it.each([
    ['a line more', 'services:\n  a:\n    image: i\n^', '    init: true\n'],
    ['a value that is meant to be another', 'a: «one>>two»\nb: 1\n', ''],
    ['an entry that is taken out', 'a:\n«  - x\n>>»  - y\n', ''],
  ])('%s', (_, marked, insert) => {
    expect(keepsAll(verificationOf(marked, insert))).toBe(true);
  });

  it.each([
    [
      'keys that follow come under another service',
      'services:\n  a:\n    image: i\n^    init: true\n',
      '  b:\n',
    ],
    ['the rest becomes another document', 'services:\n  a: {}\n^', '---\nb: 1\n'],
    ['the rest becomes a document of its own', 'a: 1\n^b: 2\n', '---\n'],
    ['a value becomes a remark', 'a: ^one\n', '# '],
    ['what follows an entry becomes a remark', 'a:\n  - «x\n>>x # »  - y\nb: 1\n', ''],
    ['a value beside a later change is another', 'a: one^\nb: «two>>three»\n', ' more'],
    ['a value beside an earlier change is another', 'a: «one>>three»\nb: two^\n', ' more'],
    ['an entry gets another place', 'a:\n^  - x\nb:\n  - y\n', '  - y\n  - !x\nc:\n'],
    ['a key that is a list goes', '? [a, b]\n: 1\n^? [c]\n: 2\n', '# '],
    ['a tag is another', 'a: ^x\n', '!t '],
    ['an alias names another value', 'x: &x 1\nxy: &xy 1\na: *x^\n', 'y'],
  ])('but where %s', (_, marked, insert) => {
    expect(keepsAll(verificationOf(marked, insert))).toBe(false);
  });
});

const at = (text: string, part: string) => ({
  start: text.indexOf(part),
  end: text.indexOf(part) + part.length,
});
const effect = (operation: EditOperation, marked: string, insert?: string) =>
  hasEffect(operation, verificationOf(marked, insert, [operation]));

describe('an edit has an effect', () => {
  const add: EditOperation = {
    op: 'add-mount',
    service: 'a',
    mount: { source: './k', target: '/k', readOnly: true },
  };
  it.each([
    ['the entry is there', 'services:\n  a:\n    volumes:\n^', '      - ./k:/k:ro\n', true],
    [
      'in the long form',
      'services:\n  a:\n    volumes:\n^',
      '      - { source: ./k, target: /k, read_only: true }\n',
      true,
    ],
    ['it can be written', 'services:\n  a:\n    volumes:\n^', '      - ./k:/k\n', false],
    [
      'it can be written, in the long form',
      'services:\n  a:\n    volumes:\n^',
      '      - { source: ./k, target: /k, read_only: false }\n',
      false,
    ],
    [
      'it is another file',
      'services:\n  a:\n    volumes:\n^',
      '      - { source: ./j, target: /k, read_only: true }\n',
      false,
    ],
    [
      'it is elsewhere',
      'services:\n  a:\n    volumes:\n^',
      '      - { source: ./k, target: /j, read_only: true }\n',
      false,
    ],
    ['the field is no list', 'services:\n  a:\n    volumes:^\n', ' ./k:/k:ro', false],
    ['the field is a mapping', 'services:\n  a:\n    volumes:^\n', ' { ./k: /k:ro }', false],
    ['it is another service', 'services:\n  a: {}\n  b:\n    volumes:\n^', '      - ./k:/k:ro\n', false],
  ])('of a mount: %s', (_, marked, insert, expected) => {
    expect(effect(add, marked, insert)).toBe(expected);
  });

  it.each([
    ['short', '- ./k:/k^', ':ro', true],
    ['short, of another mode', '- ./k:/k^', ':z', false],
    ['long', '- { source: ./k, target: /k^ }', ', read_only: true', true],
    ['long, switched off', '- { source: ./k, target: /k^ }', ', read_only: false', false],
    ['long, with another option', '- { source: ./k, target: /k^ }', ', nocopy: true', false],
  ])('of read-only: %s', (_, item, insert, expected) => {
    const marked = `services:\n  a:\n    volumes:\n      ${item}\n`;
    const text = marked.replace('^', '');
    const operation = {
      op: 'make-read-only',
      service: 'a',
      ...at(text, item.slice(2).replace('^', '')),
    } as const;
    expect(effect(operation, marked, insert)).toBe(expected);
  });

  it('of read-only: not where a copy of the entry stays as it was', () => {
    const marked = 'services:\n  a:\n    volumes:\n      - ./k:/k^\n      - ./k:/k\n';
    const operation = {
      op: 'make-read-only',
      service: 'a',
      ...at(marked.replace('^', ''), './k:/k'),
    } as const;
    expect(effect(operation, marked, ':ro')).toBe(true);
    const twice = verificationOf(marked, ':ro', [operation]);
    const same = { ...twice, after: parseYaml(`${twice.before.text}`) };
    expect(hasEffect(operation, same)).toBe(false);
  });

  it.each([
    ['mapping', '^', '      A: x\n', true],
    ['list', '^', '      - A=x\n', true],
    ['another value', '^', '      - A=y\n', false],
    ['another name', '^', '      B: x\n', false],
    ['one value for all', '^', '      x\n', false],
  ])('of a variable: %s', (_, marked, insert, expected) => {
    const operation = { op: 'set-environment', service: 'a', name: 'A', value: 'x' } as const;
    expect(effect(operation, `services:\n  a:\n    environment:\n${marked}`, insert)).toBe(expected);
  });

  it('of a replacement: only where what is replaced stands there', () => {
    const marked = 'a: «one>>two»\n';
    const operation = (was: string) => ({ op: 'replace', start: 3, end: 6, text: 'two', was }) as const;
    expect(effect(operation('one'), marked)).toBe(true);
    expect(effect(operation('once'), marked)).toBe(false);
    expect(effect(operation('one'), 'a: one\nb: «x>>y»\n')).toBe(false);
  });
});
