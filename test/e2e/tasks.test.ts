// Tasks with keys from the palette and from the view "Mender Keys", and the walkthrough that leads to them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tooFaint } from './harness/contrast';
import {
  COMPOSE_FILE,
  composeText,
  copyOfExample,
  filesIn,
  folderOf,
  modeOf,
  openssl,
} from './harness/deployment';
import { type Editor, everyTheme, startEditor } from './harness/editor';
import { keysRow, showKeys } from './harness/keys-view';
import { choose, clearNotifications, confirm, generate } from './harness/tasks';
import { inWebview } from './harness/webview';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

/** Types the path into VS Code's own dialog for files, whose title holds `title`. */
async function chooseFile(workbench: Workbench, title: string, path: string): Promise<void> {
  const dialog = workbench.page.locator('.quick-input-widget:visible', { hasText: title });
  await dialog.waitFor();
  // While it reads a directory, the dialog doesn't listen, and may take back what was typed.
  for (let tries = 1; ; tries++) {
    try {
      await workbench.input.fill(path);
      await workbench.quickRows
        .filter({ hasText: basename(path) })
        .first()
        .waitFor({ timeout: 3000 });
      await workbench.input.press('Enter');
      await dialog.waitFor({ state: 'hidden', timeout: 3000 });
      return;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

function makeAuthority(directory: string, passphrase?: string): { certificate: string; key: string } {
  const [certificate, key] = [join(directory, 'ca.crt'), join(directory, 'ca.key')];
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-days', '3650', '-subj', '/CN=Test authority'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ...(passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`]),
    ...['-keyout', key, '-out', certificate],
  );
  return { certificate, key };
}

test('a certificate request for the gateway, and what the authority makes of it', async () => {
  const folder = copyOfExample();
  const workbench = await editor.open(folder);
  await generate(workbench);
  const before = filesIn(folder);

  await workbench.runCommand('Mender: Create Certificate Request');
  await workbench.quickRows.filter({ hasText: 'TLS certificate of mender-api-gateway' }).waitFor();
  await workbench.screenshot('request-service');
  await choose(workbench, 'TLS certificate of mender-api-gateway');
  await workbench.quickRows.filter({ hasText: 'EC P-256' }).waitFor();
  await workbench.screenshot('request-key');
  await choose(workbench, 'EC P-256');
  await workbench.page
    .locator('.quick-input-widget:visible', { hasText: 'Names in the certificate of' })
    .waitFor();
  expect(await workbench.input.inputValue()).toContain('mender.example.com');
  await workbench.screenshot('request-names');
  await workbench.input.press('Enter');
  await confirm(workbench, 'request-preview');
  const told = workbench.notification('certificate authority');
  await told.waitFor();
  await workbench.screenshot('request-done');
  await told.getByRole('button', { name: 'Open Request' }).click();
  await workbench.page.locator('.tab.active[data-resource-name$=".csr"]').waitFor();

  const made = filesIn(folder).filter((file) => !before.includes(file));
  const request = join(folder, made.find((file) => file.endsWith('.csr')) ?? '');
  const key = join(folder, made.find((file) => file.endsWith('.pem')) ?? '');
  expect(openssl('req', '-in', request, '-noout', '-text', '-verify')).toContain('DNS:mender.example.com');
  expect(modeOf(key)).toBe('0600');

  const above = dirname(folder);
  const authority = makeAuthority(above);
  const signed = join(above, 'signed.crt');
  openssl(
    ...['x509', '-req', '-in', request, '-CA', authority.certificate, '-CAkey', authority.key],
    ...['-days', '365', '-copy_extensions', 'copy', '-out', signed],
  );
  writeFileSync(signed, readFileSync(signed, 'utf8') + readFileSync(authority.certificate, 'utf8'));
  await workbench.page.locator(`.tab[data-resource-name="${COMPOSE_FILE}"]`).click();
  await clearNotifications(workbench);
  await workbench.runCommand('Mender: Import Signed Certificate');
  await chooseFile(workbench, 'The signed certificate', signed);
  await confirm(workbench, 'import-preview');
  await workbench.notification(/Created .* mounted/).waitFor();
  await workbench.screenshot('import-done');
  await workbench.save();
  const mounted = composeText(folder);
  const certificate = /- (\S+):\/var\/www\/mendersoftware\/cert\/cert\.pem/.exec(mounted)?.[1] ?? '';
  const verified = openssl('verify', '-CAfile', authority.certificate, join(folder, certificate));
  expect(verified).toContain('OK');
  expect(mounted).toContain(key.slice(folder.length + 1));
});

test('an authority of one’s own signs; its passphrase is asked for, and traced nowhere', async () => {
  const folder = copyOfExample();
  const above = dirname(folder);
  const [passphrase, mistyped] = ['sesame-0471', 'mistyped-8812'];
  const authority = makeAuthority(above, passphrase);
  const workbench = await editor.open(folder, { settings: { 'mender.trace.server': 'verbose' } });
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  await workbench.runCommand('Developer: Set Log Level...');
  await choose(workbench, 'Mender Compose');
  await choose(workbench, 'Trace');

  await workbench.runCommand('Mender: Sign Certificate with Your Own Authority');
  await chooseFile(workbench, 'Select the Certificate of Your Authority', authority.certificate);
  await chooseFile(workbench, 'Select the Private Key of Your Authority', authority.key);
  await choose(workbench, 'TLS certificate of mender-api-gateway');
  for (const prompt of ['Names in the certificate', 'Days that the certificate is valid']) {
    await workbench.page.locator('.quick-input-widget:visible', { hasText: prompt }).waitFor();
    await workbench.input.press('Enter');
  }
  const asked = workbench.page.locator('.quick-input-widget:visible', { hasText: 'Passphrase of' });
  await asked.waitFor();
  expect(await workbench.input.getAttribute('type')).toBe('password');
  await workbench.input.fill(mistyped);
  await workbench.input.press('Enter');
  await workbench.page.locator('.quick-input-widget:visible', { hasText: 'does not open' }).waitFor();
  await workbench.screenshot('sign-passphrase');
  await workbench.input.fill(passphrase);
  await workbench.input.press('Enter');
  await confirm(workbench, 'sign-preview');
  await workbench.notification(/Created \d+ files? and mounted/).waitFor();
  await workbench.save();
  const certificate =
    /- (\S+):\/var\/www\/mendersoftware\/cert\/cert\.pem/.exec(composeText(folder))?.[1] ?? '';
  expect(openssl('verify', '-CAfile', authority.certificate, join(folder, certificate))).toContain('OK');

  const traced = logs().join('\n');
  expect(traced).toContain('mender/targets');
  expect(traced).not.toContain(passphrase);
  expect(traced).not.toContain(mistyped);
});

/** What the extension's output channels hold, in all windows. */
function logs(): string[] {
  return readdirSync(editor.data, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('Mender Compose.log'))
    .map((name) => readFileSync(join(editor.data, name), 'utf8'));
}

test("rotating useradm's key shows what it means for users, and keeps the old key", async () => {
  const folder = copyOfExample();
  const workbench = await editor.open(folder, { theme: 'light' });
  await generate(workbench);
  const before = filesIn(folder);
  await workbench.runCommand('Mender: Rotate Key');
  await choose(workbench, 'Token signing key of mender-useradm');
  // It was made a moment ago.
  const soon = workbench.notification('less than a day ago');
  await soon.getByRole('button', { name: 'Rotate Anyway' }).click();
  const rows = await confirm(workbench, 'rotate-preview');
  expect(rows).toMatch(/Users/);
  await workbench.notification(/Created 1 file/).waitFor();
  await workbench.screenshot('rotate-done');
  await workbench.save();
  expect(filesIn(folder)).toHaveLength(before.length + 1);
  for (const file of before) expect(existsSync(join(folder, file)), file).toBe(true);
  expect(composeText(folder)).not.toBe('');
});

test.each(everyTheme)('the view in %s: what is missing, and what is there once it is made', async (theme) => {
  const folder = copyOfExample();
  const workbench = await editor.open(folder, { theme });
  const pane = await showKeys(workbench);
  // It lists the deployments of the folder, whether their files are open or not.
  await keysRow(pane, 'mender-useradm').waitFor();
  await workbench.openFile(COMPOSE_FILE);
  await showKeys(workbench);
  expect(await keysRow(pane, 'mender-useradm').textContent()).toMatch(/not mounted|missing/);
  await workbench.screenshot(`keys-missing-${theme}`);

  await generate(workbench);
  await showKeys(workbench);
  await keysRow(pane, 'mender-api-gateway').filter({ hasText: 'days left' }).waitFor();
  // Those that are in order are folded.
  for (const service of ['mender-api-gateway', 'mender-useradm']) {
    await keysRow(pane, service).click();
    await workbench.page.keyboard.press('ArrowRight');
  }
  await keysRow(pane, 'cert.pem').hover();
  await keysRow(pane, 'cert.pem')
    .getByRole('button', { name: /^Renew Certificate/ })
    .waitFor();
  await workbench.screenshotWithHover(`keys-made-${theme}`);
  await keysRow(pane, 'cert.pem').click();
  await workbench.page.locator('.tab.active[data-resource-name="cert.pem"]').waitFor();
  // A private key is never shown: its row leads to the line that mounts it.
  await keysRow(pane, 'key.pem').click();
  await workbench.page.locator(`.tab.active[data-resource-name="${COMPOSE_FILE}"]`).waitFor();
  await workbench.page.locator('.view-line', { hasText: 'cert/key.pem:ro' }).first().waitFor();
});

test('the view says what to do where there is no deployment', async () => {
  const workbench = await editor.open(folderOf({ 'notes.md': 'Nothing of Mender.\n' }));
  const pane = await showKeys(workbench);
  await pane.getByText('Open the compose file of a Mender server').waitFor();
  await pane.getByRole('button', { name: 'Open Compose File' }).waitFor();
  await workbench.screenshot('keys-welcome');
});

test.each(everyTheme)('the walkthrough in %s', async (theme) => {
  const workbench = await editor.open(copyOfExample(), { theme, size: { width: 1600, height: 900 } });
  await workbench.runCommand('Welcome: Open Walkthrough...');
  await workbench.quickRows.filter({ hasText: 'Mender keys: first steps' }).first().click();
  const steps = workbench.page.locator('.getting-started-step');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(4);
  const pictures = [
    ['Open a compose file', 'status bar'],
    ['See what is wrong', 'Underlined services'],
    ['Generate the keys', 'files that will be created'],
    ['Maintain them', 'time line'],
  ] as const;
  for (const [title, shows] of pictures) {
    const step = steps.filter({ hasText: title });
    await step.locator('.step-title').click();
    const picture = svgOf(workbench).filter({ hasText: shows });
    const texts = picture.locator('text');
    const [cut, faint] = await inWebview(async () => {
      await picture.waitFor();
      return [await texts.evaluateAll(outside), await texts.evaluateAll(tooFaint, 4.5)] as const;
    });
    expect(cut).toEqual([]);
    expect(faint).toEqual([]);
    await workbench.screenshot(`walkthrough-${title.split(' ')[0]?.toLowerCase()}-${theme}`);
  }
});

function svgOf(workbench: Workbench): Locator {
  const outer: FrameLocator = workbench.page.frameLocator('iframe.webview.ready');
  return outer.frameLocator('#active-frame').locator('svg[role="img"]');
}

/** Runs in the window: texts of a picture that reach over its edge. */
function outside(texts: readonly unknown[]): string[] {
  interface Shape {
    readonly textContent: string | null;
    getBBox(): { readonly x: number; readonly width: number; readonly y: number; readonly height: number };
  }
  return (texts as readonly Shape[])
    .filter((text) => {
      const { x, y, width, height } = text.getBBox();
      return x < 0 || x + width > 560 || y < 0 || y + height > 400;
    })
    .map((text) => text.textContent ?? '');
}
