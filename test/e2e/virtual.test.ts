// Compose files that lie on no disk, and workspaces of several folders.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPOSE_FILE, copyOfExample, filesIn, folderOf } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import { packTestExtension } from './harness/extensions';
import { COMPOSE } from './harness/features';
import { showKeys } from './harness/keys-view';
import type { Workbench } from './harness/workbench';

const FILES = { '/production/docker-compose.yml': COMPOSE, '/production/notes.txt': 'made by a test\n' };

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

describe('a compose file on a file system of an extension', () => {
  test('is judged by its text; what needs a disk says so', async () => {
    const workbench = await openVirtual();
    await workbench.showProblems();
    const problems = await workbench.waitForProblems((all) => all.length > 0);
    await workbench.screenshot('virtual-problems');
    console.log(JSON.stringify(problems, undefined, 1));
    const tooltip = await workbench.tooltipOf(workbench.statusItem('Mender 3.7.0'));
    await workbench.screenshotWithHover('virtual-status');
    console.log(await tooltip.innerText());
    const pane = await showKeys(workbench);
    await workbench.screenshot('virtual-keys');
    console.log(await pane.innerText());
  });
});
