// Tasks with keys from the palette and from the view "Mender keys", and the walkthrough that leads to them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPOSE_FILE, copyOfExample } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
} as const;

function keysPane(workbench: Workbench) {
  return workbench.page.locator('.pane', { has: workbench.page.locator('.pane-header[aria-label*="Mender keys"]') });
}

async function showKeys(workbench: Workbench) {
  await workbench.runCommand('Explorer: Focus on Mender keys View');
  const pane = keysPane(workbench);
  await pane.locator('.pane-body').waitFor();
  return pane;
}

test.each(Object.entries(THEMES))('the walkthrough in %s', async (name, theme) => {
  const workbench = await editor.open(copyOfExample(), {
    theme: name === 'light' ? 'light' : 'dark',
    settings: { 'workbench.colorTheme': theme },
  });
  await workbench.runCommand('Welcome: Open Walkthrough...');
  await workbench.quickRows.filter({ hasText: 'Mender keys: first steps' }).first().click();
  const steps = workbench.page.locator('.getting-started-step');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(4);
  for (const title of ['Open a compose file', 'See what is wrong', 'Generate the keys', 'Look after them']) {
    const step = steps.filter({ hasText: title });
    await step.locator('.step-title').click();
    await step.and(workbench.page.locator('.expanded')).waitFor();
    const picture = workbench.page.locator('.getting-started-media iframe, .getting-started-media .webview').first();
    await picture.waitFor();
    await workbench.page.waitForTimeout(1500);
    await workbench.screenshot(`walkthrough-${title.split(' ')[0]?.toLowerCase()}-${name}`);
  }
});

test('the view is empty without a compose file, and says what to do', async () => {
  const workbench = await editor.open(copyOfExample());
  const pane = await showKeys(workbench);
  await pane.getByText('Open the compose file of a Mender server').waitFor();
  await workbench.screenshot('keys-welcome');
  await pane.getByRole('button', { name: 'Open compose file' }).click();
  await workbench.page.locator(`.tab.active[data-resource-name="${COMPOSE_FILE}"]`).waitFor();
});
