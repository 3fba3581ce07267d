import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../server/src/cli/apply/unified-diff';

/** Texts of few different lines, so that two of them have much in common; some end without a line end. */
const someText = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'services:', '  - x', '', 'ünï', 'crlf\r'), { maxLength: 40 }),
    fc.boolean(),
  )
  .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));

/** What `patch` does, for one file and hunks that fit exactly. */
function applyDiff(before: string, diff: string): string {
  const source = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [, line, count = '1'] = /^@@ -(\d+)(?:,(\d+))? /.exec(hunk) ?? [];
    const start = Number(line) - (count === '0' ? 0 : 1);
    while (at < start) result.push(source[at++] ?? '');
    const entries: string[] = [];
    for (const entry of hunk.slice(hunk.indexOf('\n') + 1).match(/[^\n]*\n/g) ?? []) {
      if (entry.startsWith('\\')) entries.push((entries.pop() ?? '').slice(0, -1));
      else entries.push(entry);
    }
    for (const entry of entries) {
      if (entry[0] !== '+') expect(source[at++]).toBe(entry.slice(1));
      if (entry[0] !== '-') result.push(entry.slice(1));
    }
  }
  return result.join('') + source.slice(at).join('');
}

describe('unified diff', () => {
  it('says nothing about equal texts', () => {
    expect(unifiedDiff('f', 'a\nb\n', 'a\nb\n')).toBe('');
  });

  it('shows three lines around a change and counts from 1', () => {
    const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n';
    expect(unifiedDiff('a file.yml', before, before.replace('five\n', 'FIVE\nand more\n'))).toBe(
      [
        '--- a/a file.yml\t',
        '+++ b/a file.yml\t',
        '@@ -2,7 +2,8 @@',
        ' two',
        ' three',
        ' four',
        '-five',
        '+FIVE',
        '+and more',
        ' six',
        ' seven',
        ' eight',
        '',
      ].join('\n'),
    );
  });

  it('puts changes that are far apart into hunks of their own', () => {
    const lines = Array.from({ length: 30 }, (_, number) => `${number}\n`);
    const changed = lines.map((line, index) => (index === 3 || index === 25 ? `x${line}` : line));
    const diff = unifiedDiff('f', lines.join(''), changed.join(''));
    expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -1,7 +1,7 @@', '@@ -23,7 +23,7 @@']);
  });

  it('leads from the one text to the other, whatever they are', () => {
    fc.assert(
      fc.property(someText, someText, (before, after) => {
        expect(applyDiff(before, unifiedDiff('f', before, after))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it('changes no more lines than diff does', () => {
    fc.assert(
      fc.property(someText, someText, (before, after) => {
        const diff = unifiedDiff('f', before, after);
        const changed = diff.split('\n').filter((line) => /^[-+](?!--|\+\+)/.test(line)).length;
        expect(changed).toBe(fewestChanges(before, after));
      }),
      { numRuns: 200 },
    );
  });

  it('gives up on the shortest way for texts that differ in hundreds of lines, and is still right', () => {
    const before = Array.from({ length: 900 }, (_, number) => `before ${number}\n`).join('');
    const after = Array.from({ length: 900 }, (_, number) => `after ${number}\n`).join('');
    expect(applyDiff(before, unifiedDiff('f', before, after))).toBe(after);
  });
});

describe('unified diff and the patch program', () => {
  const hasPatch = spawnSync('patch', ['--version']).status === 0;
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'mender-compose-diff-'));
    if (!hasPatch)
      console.warn('patch is not installed: the diff is compared with our own reading of it only.');
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const cases: readonly [string, string, string][] = [
    ['a change in the middle', 'a\nb\nc\n', 'a\nB\nc\n'],
    ['CRLF', 'a\r\nb\r\nc\r\n', 'a\r\nb: 1\r\nb\r\nc\r\n'],
    ['no line end at the end', 'a\nb', 'a\nb\nc'],
    ['a line end taken away', 'a\nb\n', 'a\nb'],
    ['a byte order mark', '\ufeffa\nb\n', '\ufeffA\nb\n'],
    ['an empty file filled', '', 'a\n'],
  ];
  it.runIf(hasPatch).each(cases)('%s', (_, before, after) => {
    for (const name of ['plain.yml', 'with space.yml', 'quote"d.yml']) {
      const file = join(directory, name);
      writeFileSync(file, before);
      const diff = `Would create\n  keys/a.pem\n\n${unifiedDiff(name, before, after)}`;
      execFileSync('patch', ['-p1', '--silent'], { cwd: directory, input: diff });
      expect(readFileSync(file, 'utf8')).toBe(after);
    }
  });
});

/** Lines to remove and add at least: all that are in no longest common subsequence. */
function fewestChanges(before: string, after: string): number {
  const a = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const b = after.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let row: number[] = new Array(b.length + 1).fill(0);
  for (const line of a) {
    const next = [0];
    b.forEach((other, j) => {
      next.push(line === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    });
    row = next;
  }
  return a.length + b.length - 2 * (row[b.length] ?? 0);
}
