// What every task with keys has in common: its preview, its notifications.
import { COMPOSE_FILE } from './deployment';
import type { Workbench } from './workbench';

/** Makes and mounts all that is missing, and saves. */
export async function generate(workbench: Workbench): Promise<void> {
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  await workbench.runCommand('Mender: Generate Mender Keys…');
  await confirm(workbench);
  const done = workbench.notification(/Created \d+ files and mounted them/);
  await done.waitFor();
  await workbench.save();
  await clearNotifications(workbench);
}

/** Takes every notification away, and waits until it is gone. */
export async function clearNotifications(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.page
    .locator('.notifications-toasts .notification-list-item')
    .first()
    .waitFor({ state: 'hidden' });
}

/** Chooses the first entry of the preview, and returns all of its rows. */
export async function confirm(workbench: Workbench, picture?: string): Promise<string> {
  await workbench.quickRows
    .filter({ hasText: /(Create \d+ file|Mount existing|Change the permissions)/ })
    .first()
    .waitFor();
  const rows = await workbench.quickRows.allTextContents();
  if (picture !== undefined) await workbench.screenshot(picture);
  await workbench.page.keyboard.press('Enter');
  return rows.join('\n');
}

/** Chooses the entry of the open pick that holds a text. */
export async function choose(workbench: Workbench, text: string | RegExp): Promise<void> {
  await workbench.quickRows.filter({ hasText: text }).first().click();
}
