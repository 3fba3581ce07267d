/** Comments that switch rules off: where they count, and where they are no comments at all. */
import { expect, it } from 'vitest';
import { lineIndex } from '../../../server/src/compose/syntax/line-index';
import { commentStart, suppressions } from '../../../server/src/rules/support/suppression';

/** The lines, from 0, on which `code` is switched off. */
function linesOff(text: string, code = 'weak-key'): number[] {
  const off = suppressions(text, lineIndex(text));
  return text.split('\n').flatMap((_, line) => (off(line, code) ? [line] : []));
}

it.each<[string, string, number[]]>([
  ['on its line', 'a: 1\nb: 2 # mender-ignore weak-key\nc: 3', [1]],
  ['with several codes', 'a: 1 # mender-ignore not-pem, weak-key', [0]],
  ['without a code, for all', 'a: 1 # mender-ignore', [0]],
  ['of another code', 'a: 1 # mender-ignore not-pem', []],
  ['before the line', '# mender-ignore-next-line weak-key\na: 1\nb: 2', [1]],
  ['before others, and blank lines', '# mender-ignore-next-line weak-key\n\n# more\na: 1', [3]],
  ['two before one line', '# mender-ignore-next-line not-pem\n# mender-ignore-next-line weak-key\na: 1', [2]],
  ['behind a value in quotes', 'a: "x # y" # mender-ignore weak-key', [0]],
  ['in quotes', 'a: "x # mender-ignore weak-key"', []],
  ['in single quotes', "a: 'x # mender-ignore weak-key'", []],
  ['in a value, without a space', 'a: x#mender-ignore weak-key', []],
  ['as a longer word', 'a: 1 # mender-ignored weak-key', []],
  ['as a plain value', 'a: mender-ignore weak-key', []],
])('%s', (_, text, lines) => {
  expect(linesOff(text)).toEqual(lines);
});

it.each([
  ['# all', 0],
  ['a: b # c', 5],
  ['a: b#c', 6],
  ["a: it's # c", 8],
  ['a: "b\\" # c" # d', 13],
  ['a: [b,"c # d"] # e', 15],
])('the comment of %s starts at %i', (line, start) => {
  expect(commentStart(line)).toBe(start);
});
