import { describe, expect, test } from 'vitest';
import * as messages from '../../../client/src/ui/messages';
import type { Applied, FilePreview, PlanPreview } from '../../../server/src/language-server/protocol/index';

const file = (kind: FilePreview['kind']): FilePreview => ({
  path: '/p/ssl/gw/x.pem',
  uri: 'file:///p/ssl/gw/x.pem',
  relative: 'ssl/gw/x.pem',
  kind,
  service: 'mender-api-gateway',
  fixes: [
    'TLS certificate of mender-api-gateway not mounted at /x, where Mender 3.7 looks for it. It does not start.',
  ],
});

const plan = (create: number, edited: string[]): PlanPreview => ({
  ok: true,
  mender: true,
  title: 't',
  findings: [],
  create: Array.from({ length: create }, () => file('certificate')),
  names: [],
  modes: [],
  effects: [],
  reminders: [],
  edited,
  outside: [],
});

const applied = (created: number, edited: boolean): Applied => ({
  ok: true,
  edit: {},
  edited: edited ? ['file:///p/docker-compose%20a.yml'] : [],
  versions: edited ? { 'file:///p/docker-compose%20a.yml': 3 } : {},
  created: Array.from({ length: created }, () => file('private-key')),
  reminders: ['Put the certificate into the client.'],
});

describe('the preview', () => {
  test('says in its first entry what will happen', () => {
    expect(messages.goAhead(plan(6, ['file:///p/a.yml']))).toBe('Create 6 files and mount them');
    expect(messages.goAhead(plan(1, ['file:///p/a.yml']))).toBe('Create 1 file and mount it');
    expect(messages.goAhead(plan(2, []))).toBe('Create 2 files');
    expect(messages.goAhead(plan(0, ['file:///p/a%20b.yml']))).toBe('Mount existing files in a b.yml');
  });

  test('says only of compose files that something is mounted in them', () => {
    const more = ['file:///p/a.yml', 'file:///p/.gitignore', 'file:///p/.env'];
    expect(messages.goAhead(plan(0, more))).toBe('Mount existing files in a.yml');
    expect(messages.goAhead(plan(2, more.slice(1)))).toBe('Create 2 files');
    expect(messages.goAhead(plan(0, more.slice(1)))).toBe('Change .gitignore, .env');
    expect(messages.done({ ...applied(2, true), edited: more })).toContain('mounted them in a.yml.');
    expect(messages.done({ ...applied(0, true), edited: more.slice(1) })).toContain(
      'Changed .gitignore, .env.',
    );
    const mode = { path: '/p/k', relative: 'k', mode: 0o600, before: 0o644 };
    expect(messages.goAhead({ ...plan(0, []), modes: [mode] })).toBe('Change the permissions of 1 file');
    expect(messages.goAhead({ ...plan(0, []), modes: [mode, mode] })).toContain('2 files');
  });

  test('lists each file with its kind, its service and what it fixes', () => {
    expect(messages.entryOf(file('token-key'))).toEqual({
      icon: 'key',
      label: 'ssl/gw/x.pem',
      description: 'token signing key of mender-api-gateway',
      detail: 'Not mounted at /x',
    });
    expect(messages.entryOf(file('certificate'))).toMatchObject({ icon: 'verified', label: 'ssl/gw/x.pem' });
    expect(messages.entryOf({ ...file('token-key'), fixes: [] }).detail).toBeUndefined();
    expect(messages.entryOf({ ...file('private-key'), fixes: [] }).detail).toBe(
      'Private key of the certificate',
    );
    expect(messages.entryOf({ ...file('token-key'), fixes: ['Two services share it.'] }).detail).toBe(
      'Two services share it.',
    );
    const locked = {
      ...file('token-key'),
      fixes: ['TLS private key of mender-api-gateway has a passphrase: ./x.pem. More.'],
    };
    expect(messages.entryOf(locked).detail).toBe('Has a passphrase');
  });

  test('shows the names of a certificate where they are known', () => {
    const names = [{ service: 'mender-api-gateway', names: ['a.example.com', 'b'], fallback: [] }];
    expect(messages.entryOf(file('certificate'), names).detail).toBe('For a.example.com, b');
    expect(messages.entryOf(file('private-key'), names).detail).toBe('Not mounted at /x');
  });
});

test('why no key can be put beside a document: it is not saved yet, or on no disk', () => {
  expect(messages.noDisk('untitled:Untitled-1')).toBe(messages.SAVE_FIRST);
  expect(messages.noDisk('vscode-vfs://github/a/b.yml')).toBe(messages.NO_DISK);
});

test('messages without buttons fit into one line of a notification', () => {
  const { OPEN_A_COMPOSE_FILE, NO_MENDER_SERVICE, NOTHING_MISSING, SAVE_FIRST, NO_DISK, JUDGED_ALONE } =
    messages;
  for (const message of [
    OPEN_A_COMPOSE_FILE,
    NO_MENDER_SERVICE,
    NOTHING_MISSING,
    SAVE_FIRST,
    NO_DISK,
    JUDGED_ALONE,
  ]) {
    expect(message.length, message).toBeLessThanOrEqual(55);
  }
});

describe('the end', () => {
  test('names what was made, where it is mounted, and what is left to do', () => {
    expect(messages.done(applied(6, true))).toBe(
      'Created 6 files and mounted them in docker-compose a.yml. Put the certificate into the client.',
    );
    expect(messages.done(applied(1, true))).toContain('Created 1 file and mounted it in');
    expect(messages.done(applied(0, true))).toContain('Mounted existing files in');
    expect(messages.done(applied(2, false))).toBe('Created 2 files. Put the certificate into the client.');
    const inTwo = {
      ...applied(2, false),
      edited: ['file:///p/a.yml', 'file:///p/production/config/prod.yml'],
    };
    expect(messages.done(inTwo)).toContain('Created 2 files and mounted them in a.yml, prod.yml.');
    expect(messages.notMounted(applied(2, true))).toContain('Created 2 files. The compose file has changed');
  });

  test('a file name that is no URI is shown as it is', () => {
    expect(messages.fileName('C:\\p\\100%.yml')).toBe('100%.yml');
  });
});
