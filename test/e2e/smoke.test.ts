// That VS Code itself stands, without the extension: when this fails, the other end-to-end tests have nothing to say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Editor, startEditor } from './harness/editor';

let editor: Editor;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mender-compose-smoke-'));
  editor = await startEditor('none');
});

afterAll(async () => {
  await editor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a compose file opens, is edited, undone and saved', async () => {
  const text = 'services:\n  web:\n    image: example.com/web:1\n';
  writeFileSync(join(folder, 'docker-compose.yml'), text);
  const workbench = await editor.open(folder, { theme: 'light' });
  await workbench.openFile('docker-compose.yml');
  expect(await workbench.text()).toBe(text);
  await workbench.goTo(2, 7);
  await workbench.page.keyboard.type('#here');
  const edited = text.replace('web:', 'web:#here');
  expect(await workbench.text()).toBe(edited);
  expect(workbench.onDisk('docker-compose.yml')).toBe(text);
  await workbench.save();
  expect(workbench.onDisk('docker-compose.yml')).toBe(edited);
  await workbench.undo();
  expect(await workbench.text()).toBe(text);
  await workbench.screenshot('smoke');
});
