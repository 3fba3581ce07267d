/** What `npm run lint` says of regular expressions: it knows those that once stopped the server, and sees all there are. */
import { describe, expect, test } from 'vitest';
import { expressionsIn, objection } from '../scripts/regexes.mjs';

/** What stood in the sources at one time. */
const STOPPED = [
  String.raw`/^\s*(?:[&!]\S*\s*)*(?:#.*)?$/`,
  String.raw`/^\s*[{"']*(services|include)["']?\s*:/m`,
  String.raw`/[\\/]+$/`,
  String.raw`/\$(?:\w+|\{[^${'$'}{}]*(?:\$(?:\w+|\{[^${'$'}{}]*\})[^${'$'}{}]*)*\})/g`,
  String.raw`/\$\{[^}]*\}/g`,
  String.raw`/^(?:([^\s#"'-][^#]*?|-[^\s#][^#]*?))\s*:(?=\s|$)/`,
  String.raw`/\r*\n/`,
];

describe('regular expressions', () => {
  test.each(STOPPED)('%s is refused', async (source) => {
    const { literals } = await expressionsIn(`const a = ${source};`);
    expect(literals).toHaveLength(1);
    for (const literal of literals) expect(await objection(literal)).toMatch(/polynomial|exponential/);
  });

  test.each([/^[ \t]*- /, /a{2,5}$/, /^[^\s#]+\s*:(?=\s|$)/])('%s is taken', async ({ source, flags }) => {
    expect(await objection({ pattern: source, flags })).toBeUndefined();
  });

  test('are found wherever they stand, and what is put together at run time is told', async () => {
    const found = await expressionsIn(
      'const a: RegExp = /a/g; f({ b: [/b/] as const }); class C { d = new RegExp(x); e() { return RegExp("y"); } } `${/c/}`',
    );
    expect(found.literals.map(({ pattern }) => pattern)).toEqual(['a', 'b', 'c']);
    expect(found.made).toBe(2);
  });
});
