// Compose files that lie on no disk, and workspaces of several folders.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPOSE_FILE, folderOf, placeOf } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import { packTestExtension } from './harness/extensions';
import { COMPOSE } from './harness/features';
import { keysRow, showKeys } from './harness/keys-view';
import type { Workbench } from './harness/workbench';

/** One mount is writable, which is seen, and mended, without a disk. */
const TEXT = COMPOSE.replace('/etc/tenantadm/rsa/private.pem:ro', '/etc/tenantadm/rsa/private.pem');
const FILES = { '/production/docker-compose.yml': TEXT, '/production/notes.txt': 'made by a test\n' };

let editor: Editor;

beforeAll(async () => {
  const virtual = await packTestExtension('virtual', (directory) =>
    writeFileSync(join(directory, 'files.json'), JSON.stringify(FILES)),
  );
  editor = await startEditor('packaged', [virtual]);
});

afterAll(() => editor?.stop());

async function openVirtual(): Promise<Workbench> {
  const workbench = await editor.open('memfs:/production', { size: { width: 1280, height: 900 } });
  await workbench.openFromExplorer(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  return workbench;
}

test('a file on a file system of an extension is judged by its text, and the status bar says so', async () => {
  const workbench = await openVirtual();
  await workbench.showProblems();
  const problems = await workbench.waitForProblems((all) => all.length > 0);
  // Variables may come from a .env, and files may be there: neither can be known.
  expect(problems.map(({ code, severity, line }) => [code, severity, line])).toEqual([
    ['missing-token-key-mount', 'error', 15],
    ['writable-key-mount', 'info', 23],
  ]);
  const tooltip = await workbench.tooltipOf(workbench.statusItem('Mender 3.7.0'));
  const said = await tooltip.innerText();
  expect(said).toContain('It is not on disk, so files next to it cannot be read.');
  expect(said).toContain('Mounted certificates and keys are not checked.');
  await workbench.screenshotWithHover('virtual-status');
  const pane = await showKeys(workbench);
  await pane.getByText('Its certificates and keys cannot be checked or created').waitFor();
  await workbench.screenshot('virtual-keys');
});

test('what needs a disk says why it does nothing', async () => {
  const workbench = await openVirtual();
  for (const command of ['Generate Mender Keys', 'Rotate Key', 'Renew Certificate']) {
    await workbench.runCommand(`Mender: ${command}`);
    await workbench.notification('Keys can only be created for files on disk.').waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
  }
  await workbench.runCommand('Mender: Show Key Map');
  const outer = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await outer.locator('#notes', { hasText: 'This file is not on disk' }).waitFor();
  await workbench.screenshot('virtual-map');
});

test('what needs none is done', async () => {
  const workbench = await openVirtual();
  const { line, column } = placeOf(TEXT, '/etc/tenantadm/rsa/private.pem');
  await workbench.goTo(line, column + 3);
  await workbench.openFixes();
  await workbench.screenshot('virtual-fixes');
  await workbench.chooseFix(/read-only/);
  await workbench.waitForText((text) => text === COMPOSE);
  await workbench.save();
  await workbench.runCommand('Mender: Select Compose Files…');
  await workbench.notification('so it is checked alone').waitFor();
});

const service = (name: string, version: string) => `services:
  mender-${name}:
    image: mendersoftware/${name.replace('-', '')}:mender-${version}
`;

test('a folder on such a file system that comes to the workspace later is checked as well', async () => {
  const folder = folderOf({
    'site.code-workspace': JSON.stringify({ folders: [{ path: 'north' }, { path: 'south' }] }),
    'north/docker-compose.yml': service('useradm', '3.7.0'),
    'south/notes.md': 'Nothing of Mender.\n',
  });
  const workbench = await editor.open(join(folder, 'site.code-workspace'));
  await workbench.openFromExplorer(COMPOSE_FILE);
  await workbench.statusItem('Mender 3.7.0 · 1 file').waitFor();
  await workbench.runCommand('Test: Add the folder in memory');
  const row = workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'memory' });
  await row.waitFor();
  if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
  await workbench.openFromExplorer(COMPOSE_FILE, 1);
  await workbench.squiggles('error').first().waitFor();
  await workbench.statusItem('Mender 3.7.0').waitFor();
});

test('a workspace of several folders: findings, settings and keys of each', async () => {
  const folder = folderOf({
    'site.code-workspace': JSON.stringify({
      folders: [{ path: 'north' }, { path: 'south' }, { uri: 'memfs:/production', name: 'memory' }],
    }),
    'north/docker-compose.yml': service('useradm', '3.7.0'),
    'south/docker-compose.yml': service('device-auth', '3.6.0'),
    'south/more.yml': service('useradm', '3.6.0'),
    'south/.vscode/settings.json': JSON.stringify({
      'mender.stacks': [{ files: ['docker-compose.yml', 'more.yml'] }],
    }),
  });
  const workbench = await editor.open(join(folder, 'site.code-workspace'), {
    size: { width: 1280, height: 900 },
  });
  await workbench.openFromExplorer(COMPOSE_FILE, 0);
  await workbench.squiggles('error').first().waitFor();
  await workbench.statusItem('Mender 3.7.0 · 1 file').waitFor();
  await workbench.openFromExplorer(COMPOSE_FILE, 1);
  await workbench.squiggles('error').first().waitFor();
  await workbench.statusItem('Mender 3.6.0 · 2 files').waitFor();
  await workbench.showProblems();
  const problems = await workbench.waitForProblems((all) => all.length >= 3);
  expect(problems.map(({ severity, message }) => [severity, / of (\S+) /.exec(message)?.[1]])).toEqual([
    ['error', 'mender-useradm'],
    ['error', 'mender-device-auth'],
    ['error', 'mender-useradm'],
  ]);
  const pane = await showKeys(workbench);
  // Both files have the same name, and stand below their folders.
  await keysRow(pane, 'north').waitFor();
  await keysRow(pane, 'south').waitFor();
  await keysRow(pane, 'docker-compose.yml + more.yml').waitFor();
  await keysRow(pane, 'mender-useradm').waitFor();
  await keysRow(pane, 'mender-device-auth').waitFor();
  await workbench.screenshot('multi-root');
  expect(await pane.locator('.monaco-list-row').count()).toBe(2 + 3 + 5);
});
