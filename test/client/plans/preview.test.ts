/** What is shown before anything is made. */
import { expect, test } from 'vitest';
import { previewRows, wrap } from '../../../client/src/plans/preview';
import type { PlanPreview } from '../../../server/src/language-server/protocol/index';

const plan: PlanPreview = {
  ok: true,
  mender: true,
  title: 'Rotate',
  findings: [],
  create: [
    {
      path: '/p/new.pem',
      uri: 'file:///p/new.pem',
      relative: 'keys/new.pem',
      kind: 'token-key',
      service: 'useradm',
      fixes: [],
    },
  ],
  names: [],
  modes: [{ path: '/p/old.pem', relative: 'keys/$(bug).pem', mode: 0o600, before: 0o644 }],
  effects: ['Users have to log in again.'],
  reminders: ['Restart the service.'],
  edited: ['file:///p/docker%20compose.yml'],
  outside: [],
};

test('shows effects, files, edits, permissions and reminders, the way on first', () => {
  const rows = previewRows(plan, true).map((row) =>
    row.kind === 'heading'
      ? `-- ${row.label}`
      : `${row.kind}: $(${row.icon}) ${row.label} ${row.description}`.trim(),
  );
  expect(rows).toEqual([
    'go: $(check) Create 1 file and mount it',
    'options: $(gear) Options…',
    '-- Effects',
    'note: $(warning) Users have to log in again.',
    '-- Will be created',
    'note: $(key) keys/new.pem token signing key of useradm',
    '-- Will be edited',
    'note: $(edit) docker compose.yml',
    '-- Permissions',
    'note: $(lock) keys/$(bug).pem 0600 (was 0644)',
    '-- To do afterwards',
    'note: $(info) Restart the service.',
  ]);
});

test('shows no empty sections', () => {
  const bare = { ...plan, create: [], modes: [], effects: [], reminders: [], edited: [] };
  expect(previewRows(bare, false).map(({ kind }) => kind)).toEqual(['go']);
});

test('breaks a long sentence over rows, and loses no word', () => {
  const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
  const rows = previewRows({ ...plan, effects: [words.join(' ')] }, false);
  const shown = rows.slice(
    2,
    rows.findIndex((row) => row.label === 'Will be created'),
  );
  expect(shown.length).toBeGreaterThan(1);
  const text = shown.map((row) => (row.kind === 'heading' ? '' : row.label)).join(' ');
  expect(text.match(/word\d+/g)).toEqual(words);
  for (const [index, { label }] of shown.entries()) {
    expect(label.length).toBeLessThanOrEqual(index === 0 ? 56 : 76);
  }
  expect(wrap('a bb ccc dd', 6, 2)).toEqual(['a', 'bb ccc', 'dd']);
  expect(wrap('a bb ccc dddddddd e', 6)).toEqual(['a bb', 'ccc', 'dddddddd', 'e']);
  expect(wrap('', 6)).toEqual([]);
});
