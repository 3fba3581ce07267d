import { describe, expect, test } from 'vitest';
import { SHOW_PROBLEMS, statusView as viewOf } from '../../../client/src/status-bar/text';
import type { StackStatus, StatusParams } from '../../../server/src/language-server/protocol/index';

const statusView = (status: StatusParams) => viewOf(status, true);
const label = (name: string) => ({ uri: `file:///p/${name}`, label: name });
const stack: StackStatus = {
  files: [
    label('docker-compose.yml'),
    label('docker-compose.storage.minio.yml'),
    label('production/config/prod.yml'),
  ],
  reason: 'inferred',
  why: 'They declare the same Mender services.',
  projectDirectory: label('.'),
  beside: [],
  release: {
    layout: 'traefik-3.7',
    title: 'Mender 3.7.0',
    why: 'mender-useradm uses the image useradm:mender-3.7.0.',
  },
};
const none = { error: 0, warning: 0, information: 0, hint: 0 };
const status = (more: Partial<StatusParams> = {}): StatusParams => ({
  uri: 'file:///p/production/config/prod.yml',
  mender: true,
  stacks: [stack],
  counts: none,
  ...more,
});

describe('the status bar', () => {
  test('names the release and the number of files', () => {
    expect(statusView(status())?.text).toBe('$(shield) Mender 3.7.0 · 3 files');
    expect(statusView(status())?.spoken).toBe('Mender 3.7.0, 3 files checked together, no problems');
  });

  test('counts errors and warnings', () => {
    const view = statusView(status({ counts: { error: 2, warning: 1, information: 4, hint: 0 } }));
    expect(view?.text).toBe('$(shield) Mender 3.7.0 · 3 files $(error) 2 $(warning) 1');
    expect(view?.spoken).toBe('Mender 3.7.0, 3 files checked together, 2 errors, 1 warning, 4 information');
    expect(view?.tooltip).toContain(`[2 errors, 1 warning, 4 information](command:${SHOW_PROBLEMS})`);
    expect(statusView(status({}))?.tooltip).not.toContain(SHOW_PROBLEMS);
    const untrusted = viewOf(status({ counts: { ...none, error: 2 } }), false);
    expect(untrusted?.tooltip).toContain('2 errors');
    expect(untrusted?.tooltip).not.toContain('command:');
  });

  test('says of a file that is on no disk what is not looked into', () => {
    const sentence = 'Mounted certificates and keys are not checked.';
    expect(statusView(status({ uri: 'vscode-vfs://github/a/b.yml' }))?.tooltip).toContain(sentence);
    expect(statusView(status({ uri: 'untitled:Untitled-1' }))?.tooltip).toContain(sentence);
    expect(statusView(status())?.tooltip).not.toContain(sentence);
  });

  test('shows nothing for a file that is no concern of ours', () => {
    expect(statusView(status({ mender: false }))).toBeUndefined();
    expect(statusView(status({ stacks: [] }))).toBeUndefined();
  });

  test('counts the stacks of a file that belongs to several, whose releases may differ', () => {
    const other = { ...stack, release: { layout: 'x', title: 'Mender 4.0', why: 'The setting says so.' } };
    expect(statusView(status({ stacks: [stack, stack] }))?.text).toBe('$(shield) Mender 3.7.0 · 2 stacks');
    expect(statusView(status({ stacks: [stack, other] }))?.text).toBe('$(shield) Mender · 2 stacks');
  });

  test('tells in its tooltip the release and why, the files in order and why, and how to change both', () => {
    const view = statusView(status({ stacks: [{ ...stack, name: 'production', beside: [label('x.yml')] }] }));
    expect(view?.tooltip).toBe(
      [
        '**Mender 3.7.0** (production)  ',
        'mender-useradm uses the image useradm:mender-3.7.0.',
        '',
        'Checked together, merged in this order:',
        '',
        '1. [docker-compose.yml](file:///p/docker-compose.yml)',
        '2. [docker-compose.storage.minio.yml](file:///p/docker-compose.storage.minio.yml)',
        '3. [production/config/prod.yml](file:///p/production/config/prod.yml)',
        '',
        'They declare the same Mender services.',
        '',
        'Overlays found here; files they mount are not reported as missing:',
        '',
        '- [x.yml](file:///p/x.yml)',
        '',
        '---',
        '',
        'no problems',
        '',
        '---',
        '',
        '[Select files](command:mender.selectStack) · [Select release](command:mender.selectRelease)',
      ].join('\n'),
    );
  });

  test('takes no markup, link or icon from the name of a file', () => {
    const evil = { uri: 'command:evil', label: '[x](command:evil) $(sync~spin) <b>*' };
    const view = statusView(
      status({
        stacks: [{ ...stack, files: [evil], release: { ...stack.release, title: 'M $(x)' } as never }],
      }),
    );
    expect(view?.tooltip).toContain('1. \\[x\\]\\(command:evil\\) &#36;\\(sync\\~spin\\) \\<b\\>\\*\n');
    expect(view?.tooltip).not.toContain('](command:evil');
    expect(view?.text).toBe('$(shield) M $ (x) · 1 file');
  });
});
