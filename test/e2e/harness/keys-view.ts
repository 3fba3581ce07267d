// The view "Mender Keys" of the explorer.
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** The view, unfolded. */
export async function showKeys(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Explorer: Focus on Mender Keys View');
  const pane = workbench.page.locator('.pane', {
    has: workbench.page.locator('.pane-header[aria-label*="Mender Keys"]'),
  });
  await pane.locator('.pane-body').waitFor();
  // The list holds only the rows that fit: the files make room.
  const files = workbench.page.locator('.pane-header[aria-label^="Explorer Section"]');
  if ((await files.getAttribute('aria-expanded')) === 'true') await files.click();
  return pane;
}

/** The first row of the view that holds a text. */
export function keysRow(pane: Locator, label: string): Locator {
  return pane.locator('.monaco-list-row', { hasText: label }).first();
}
