import { expect, it } from 'vitest';
import { applyEdits } from '../../../server/src/cli/apply/text-edits';
import type { TextEdit } from '../../../server/src/language-service/api/index';

const edit = (line: number, from: number, to: number, newText: string): TextEdit => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  newText,
});

it('takes all positions from the text before', () => {
  expect(applyEdits('one two\nthree\n', [edit(1, 0, 5, '3'), edit(0, 4, 7, '2'), edit(0, 0, 3, '1')])).toBe(
    '1 2\n3\n',
  );
});

it('keeps the order of insertions at one place', () => {
  expect(applyEdits('ab', [edit(0, 1, 1, '1'), edit(0, 1, 1, '2')])).toBe('a12b');
});

it('counts CRLF, LF and CR as line ends and keeps them', () => {
  expect(applyEdits('a\r\nb\rc\nd', [edit(1, 0, 1, 'B'), edit(2, 0, 1, 'C'), edit(3, 0, 1, 'D')])).toBe(
    'a\r\nB\rC\nD',
  );
});

it('counts characters in UTF-16 code units', () => {
  expect(applyEdits('x: "\u{1f511}" y', [edit(0, 7, 8, 'z')])).toBe('x: "\u{1f511}"zy');
});

it('takes a character past the end of a line as its end, and a line past the end of the text likewise', () => {
  expect(applyEdits('a\r\nb', [edit(0, 99, 99, '!'), edit(7, 0, 0, '?')])).toBe('a!\r\nb?');
});

it('refuses edits that overlap', () => {
  expect(() => applyEdits('abcdef', [edit(0, 0, 3, ''), edit(0, 2, 4, '')])).toThrow(RangeError);
});
