/** An entry of a list goes, and another comes: in one edit, wherever in its list the first one stood. */
import { describe, expect, it } from 'vitest';
import { editCompose } from '../../../server/src/compose/edit/edit';
import { applyChanges } from '../../../server/src/compose/syntax/line-index';

const ENTRIES = ['./a:/a:ro', './b:/b:ro', './c:/c:ro'];
const mount = { source: './new', target: '/new', readOnly: true };

function edited(text: string, removed: readonly string[]): string {
  const operations = [
    ...removed.map((entry) => {
      const start = text.indexOf(entry);
      return { op: 'remove-mount', service: 'web', start, end: start + entry.length } as const;
    }),
    { op: 'add-mount', service: 'web', mount } as const,
  ];
  const { changes, undone } = editCompose(text, operations);
  expect(undone).toEqual([]);
  return applyChanges(text, changes);
}

describe.each([
  ['LF', '\n', true],
  ['CR LF', '\r\n', true],
  ['no line end at the end', '\n', false],
])('with %s', (_, eol, ends) => {
  const list = (entries: readonly string[], after: string) =>
    ['services:', '  web:', '    volumes:', ...entries.map((entry) => `      - ${entry}`), after].join(eol);
  const after = ends ? '    image: web\n'.replace('\n', eol) : '    image: web';

  it.each([[[0]], [[1]], [[2]], [[1, 2]], [[0, 2]]])('entries %j of three', (removed) => {
    const gone = removed.map((index) => ENTRIES[index] ?? '');
    const kept = ENTRIES.filter((entry) => !gone.includes(entry));
    for (const rest of [after, ends ? '' : undefined]) {
      if (rest === undefined) continue;
      expect(edited(list(ENTRIES, rest), gone)).toBe(list([...kept, './new:/new:ro'], rest));
    }
  });

  it('the only one', () => {
    expect(edited(list(['./a:/a:ro'], after), ['./a:/a:ro'])).toBe(list(['./new:/new:ro'], after));
  });

  it('in brackets', () => {
    const text = (entries: string) => `services: { web: { volumes: [${entries}] } }${ends ? eol : ''}`;
    expect(edited(text('./a:/a:ro, ./b:/b:ro'), ['./b:/b:ro'])).toBe(text('./a:/a:ro, ./new:/new:ro'));
  });
});
