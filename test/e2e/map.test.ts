// The key map in a real VS Code: what it shows, how it is reached, and that axe finds no barrier in it, in every theme.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPOSE_FILE, copyOfExample, folderOf, openssl, placeOf } from './harness/deployment';
import { type Editor, everyTheme, startEditor } from './harness/editor';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

const image = (name: string) => `mendersoftware/${name}:mender-3.7.0`;

const COMPOSE = `services:
  mender-api-gateway:
    image: traefik:v2.10
    volumes:
      - ./certs/mender.crt:/etc/traefik/certs/cert.crt:ro
      - ./certs/mender.key:/etc/traefik/certs/private.key:ro
  mender-useradm:
    image: ${image('useradm')}
    volumes:
      - ./certs/mender.key:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    image: ${image('deviceauth')}
    volumes:
      - ./keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro
  mender-deployments:
    image: ${image('deployments')}
    volumes:
      - ./certs/old.crt:/etc/ssl/certs/docker.mender.io.crt:ro
    environment:
      DEPLOYMENTS_AWS_URI: https://docker.mender.io
      STORAGE_BACKEND_CERT: /etc/ssl/certs/docker.mender.io.crt
`;

function certificate(folder: string, name: string, ...days: string[]): void {
  const key = join(folder, 'certs', `${name}.key`);
  const out = join(folder, 'certs', `${name}.crt`);
  const subject = ['-subj', '/CN=mender.example.com', '-addext', 'subjectAltName=DNS:mender.example.com'];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', out, ...subject, ...days);
}

/** A key that two services share, one that isn't there, and certificates that last, and end soon. */
function sharedStack(): string {
  const folder = folderOf({ [COMPOSE_FILE]: COMPOSE, 'certs/README': 'made by a test\n' });
  certificate(folder, 'mender', '-days', '900');
  certificate(folder, 'old', '-days', '12');
  return folder;
}

/** Opens the compose file's map, and waits until it is drawn. */
async function openMap(workbench: Workbench): Promise<{ frame: Frame; map: Locator }> {
  await workbench.openFile(COMPOSE_FILE);
  await workbench.statusItem('Mender').waitFor();
  await workbench.runCommand('Mender: Show Key Map');
  return mapIn(workbench);
}

async function mapIn({ page }: Workbench): Promise<{ frame: Frame; map: Locator }> {
  const outer = await (await page.waitForSelector('iframe.webview.ready')).contentFrame();
  const inner = await outer?.waitForSelector('iframe#active-frame');
  const frame = await inner?.contentFrame();
  if (!frame) throw new Error('the panel holds no page');
  await frame.waitForSelector('#map svg');
  return { frame, map: frame.locator('#map') };
}

/**
 * Opens the map, scrolls it, and loads the window anew. VS Code in a browser writes what is open every five seconds,
 * and can't at the end: a reload may come too early for it, and is tried again.
 */
async function reloaded(workbench: Workbench): Promise<Frame> {
  const { page } = workbench;
  for (let tries = 1; ; tries++) {
    const { frame } = await openMap(workbench);
    await frame.locator('[aria-label^="Service storage-proxy"]').focus();
    await frame.evaluate('window.scrollTo(0, 120)');
    await page.waitForTimeout(6000 * tries);
    await page.reload();
    await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
    const found = page.locator('iframe.webview.ready').waitFor({ timeout: 15_000 });
    if (tries === 3) await found;
    else if (!(await found.then(() => true).catch(() => false))) continue;
    return (await mapIn(workbench)).frame;
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds, each with the elements that it finds it in. */
async function violations(frame: Frame): Promise<string[]> {
  // Evaluated and not loaded: the page's policy lets no other script in.
  await frame.evaluate(axe);
  const found: Violation[] = await frame.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((results) => results.violations)',
  );
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

describe('the key map', () => {
  test.each(everyTheme)('has no barrier that axe finds: %s', async (theme) => {
    const workbench = await editor.open(sharedStack(), { theme, size: { width: 1600, height: 900 } });
    const { frame } = await openMap(workbench);
    expect(await frame.locator('.map-service').count()).toBe(4);
    expect(await frame.locator('.map-item.shared').count()).toBe(2);
    expect(await violations(frame)).toEqual([]);
    await workbench.screenshot(`map-${theme}`);
    await frame.locator('summary').click();
    await workbench.screenshot(`map-table-${theme}`);
    expect(await violations(frame)).toEqual([]);
  });

  test('is reached and left by keyboard, and opens lines', async () => {
    const workbench = await editor.open(sharedStack(), { size: { width: 1600, height: 900 } });
    const { frame } = await openMap(workbench);
    const focused = () => frame.evaluate('document.activeElement.getAttribute("aria-label")');
    await frame.locator('#copy').focus();
    await workbench.page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^Service mender-/);
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^Mount: /);
    await workbench.screenshot('map-keyboard');
    await workbench.page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^File \.\//);
    const wanted = frame.locator('[aria-label^="Mount: Token signing key of mender-useradm"]');
    await wanted.focus();
    await workbench.page.keyboard.press('Enter');
    const { line } = placeOf(COMPOSE, './certs/mender.key:/etc/useradm');
    await workbench.statusItem(`Ln ${line}`).waitFor();
  });

  test('follows what changes on disk and what is typed, and keeps the focus', async () => {
    const workbench = await editor.open(copyOfExample(), { size: { width: 1600, height: 900 } });
    const { frame } = await openMap(workbench);
    const shared = frame.locator('.map-item.shared');
    expect(await shared.count()).toBe(2);
    expect(await violations(frame)).toEqual([]);
    await workbench.screenshot('map-example');
    await frame.locator('[aria-label^="Service storage-proxy"]').focus();
    const before = workbench.onDisk(COMPOSE_FILE);
    workbench.write(
      COMPOSE_FILE,
      before.replace('./ssl/storage-proxy/key.pem', './ssl/storage-proxy/new.pem'),
    );
    await frame.locator('.map-file', { hasText: 'new.pem' }).waitFor();
    const focused = await frame.evaluate('document.activeElement.getAttribute("aria-label")');
    expect(focused).toMatch(/^Service storage-proxy/);
    await workbench.page.keyboard.press('Control+1');
    const text = await workbench.text();
    const { line, column } = placeOf(text, './keys/private.pem:/etc/deviceauth/rsa/private.pem');
    await workbench.goTo(line, column + './keys/'.length);
    await workbench.page.keyboard.type('other-');
    await shared.first().waitFor({ state: 'detached' });
    // It is drawn after each letter that was typed; the last one counts.
    await frame.locator('.map-file', { hasText: 'other-private.pem' }).waitFor();
  });

  test('is copied as Mermaid', async () => {
    const workbench = await editor.open(copyOfExample());
    const { frame } = await openMap(workbench);
    await frame.locator('#copy').click();
    await workbench.statusItem('Copied the key map as Mermaid').waitFor();
    expect(await workbench.page.evaluate('navigator.clipboard.readText()')).toMatch(/^flowchart LR\n/);
  });

  test('is opened by the icon of the editor, and saved as SVG', async () => {
    const folder = copyOfExample();
    const workbench = await editor.open(folder, { size: { width: 1600, height: 900 } });
    await workbench.openFile(COMPOSE_FILE);
    await workbench.page.locator('.editor-actions [aria-label*="Show Key Map"]').click();
    const { frame } = await mapIn(workbench);
    await frame.locator('#save').click();
    await workbench.input.waitFor();
    await workbench.page.keyboard.press('Enter');
    const saved = join(folder, 'docker-compose.svg');
    await expect
      .poll(() => existsSync(saved) && readFileSync(saved, 'utf8'), { timeout: 30_000 })
      .toMatch(/<\/svg>\n$/);
  });

  test('comes back after a reload, where it was', async () => {
    const workbench = await editor.open(copyOfExample(), { size: { width: 1600, height: 600 } });
    const frame = await reloaded(workbench);
    const current = frame.locator('[tabindex="0"][data-id]');
    expect(await current.getAttribute('aria-label')).toMatch(/^Service storage-proxy/);
    await expect.poll(() => frame.evaluate('window.scrollY')).toBe(120);
  });

  test('says why nothing is known of the files in an untrusted workspace', async () => {
    const settings = {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
    };
    const workbench = await editor.open(sharedStack(), { settings, size: { width: 1600, height: 900 } });
    const { frame } = await openMap(workbench);
    await frame.locator('#notes', { hasText: 'This workspace is not trusted' }).waitFor();
    expect(await frame.locator('.map-file', { hasText: 'not checked' }).count()).toBe(4);
    expect(await violations(frame)).toEqual([]);
    await workbench.screenshot('map-untrusted');
  });

  test('says that there is no Mender service', async () => {
    const folder = folderOf({ [COMPOSE_FILE]: 'services:\n  mender-useradm:\n    image: x\n' });
    const workbench = await editor.open(folder);
    await workbench.openFile(COMPOSE_FILE);
    await workbench.runCommand('Mender: Show Key Map');
    const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await page.locator('svg').first().waitFor();
    writeFileSync(join(folder, COMPOSE_FILE), 'services:\n  web:\n    image: nginx\n');
    await page.locator('#message', { hasText: 'No Mender service in this file.' }).waitFor();
  });
});
