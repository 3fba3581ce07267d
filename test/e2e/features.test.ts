// What the editor shows of a Mender deployment beside its findings, and what can be done from there: hovers, proposals,
// lenses, days, links, places, outline, colours; and that all of it comes back when the server dies.
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPOSE_FILE, filesIn, modeOf, openssl, placeOf } from './harness/deployment';
import { type Editor, everyTheme, startEditor } from './harness/editor';
import { COMPOSE, deployment, KEY_PATH } from './harness/features';
import { serversBelow } from './harness/processes';
import { confirm } from './harness/tasks';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

const LENSES = [
  'TLS: expires in 20 days',
  'Token key: shared with mender-tenantadm',
  'Token key missing',
  'Token key: shared with mender-useradm',
  'Storage certificate: expires in 20 days',
];

interface Opened {
  readonly workbench: Workbench;
  readonly folder: string;
}

async function openDeployment(
  options: Parameters<Editor['open']>[1] = {},
  folder = deployment(),
): Promise<Opened> {
  const workbench = await editor.open(folder, { size: { width: 1280, height: 900 }, ...options });
  await workbench.openFile(COMPOSE_FILE);
  await lens(workbench, 'Token key missing').waitFor();
  return { workbench, folder };
}

function lens({ editor }: Workbench, title: string): Locator {
  return editor.locator('.codelens-decoration > :is(a, span)', { hasText: title }).first();
}

/** What is shown of a piece of the compose file that occurs once, beside its findings. */
async function hoverOn(workbench: Workbench, piece: string, shows: string): Promise<Locator> {
  await goToPiece(workbench, piece);
  await workbench.page.keyboard.press('Control+K');
  await workbench.page.keyboard.press('Control+I');
  const hover = workbench.page.locator('.monaco-resizable-hover:visible').first();
  await hover.filter({ hasText: shows }).waitFor();
  return hover;
}

/** The cursor two letters into it. */
async function goToPiece(workbench: Workbench, piece: string): Promise<void> {
  const { line, column } = placeOf(COMPOSE, piece);
  await workbench.goTo(line, column + 2);
}

const GATEWAY_MOUNT = '${CERTS}/mender.crt:/etc/traefik';

function suggestions({ page }: Workbench): Locator {
  return page.locator('.suggest-widget.visible .monaco-list-row');
}

async function titles(rows: Locator): Promise<string[]> {
  const found = await rows.locator('.label-name').allTextContents();
  return found.map((title) => title.trim());
}

/** A new line below the one that holds a piece, with what is typed there. */
async function typeBelow(workbench: Workbench, piece: string, typed: string): Promise<void> {
  const { line } = placeOf(COMPOSE, piece);
  await workbench.goTo(line);
  await workbench.page.keyboard.press('Control+Enter');
  await workbench.page.keyboard.type(typed);
}

describe.each(everyTheme)('in %s', (theme) => {
  test('lenses, days, a hover and proposals are shown', async () => {
    const { workbench } = await openDeployment({ theme, settings: { 'mender.inlayHints.enabled': true } });
    for (const title of LENSES) await lens(workbench, title).waitFor();
    const line = workbench.editor.locator('.view-line', { hasText: '/etc/traefik/certs/cert.crt' });
    await line.filter({ hasText: '20 days' }).waitFor();
    await workbench.screenshot(`features-lens-${theme}`);

    const hover = await hoverOn(workbench, GATEWAY_MOUNT, '/etc/traefik/certs/cert.crt in the container');
    await workbench.screenshot(`features-hover-${theme}`);
    const text = (await hover.innerText()).replaceAll('\u00a0', ' ');
    expect(text).toContain('connect by TLS. Without it, mender-api-gateway answers');
    expect(text).toContain('Names: mender.example.com, s3.example.com');
    expect(text).toMatch(/Valid from [\d-]+ to [\d-]+: 20 days left/);
    expect(text).toContain('Also used by mender-deployments.');
    await workbench.page.keyboard.press('Escape');

    await typeBelow(workbench, './site:/etc/deviceauth', '- ');
    await suggestions(workbench).first().waitFor();
    await workbench.page.keyboard.press('Control+Space');
    const details = workbench.page.locator('.suggest-details-container:visible');
    await details.filter({ hasText: 'read from /etc/deviceauth/rsa/private.pem' }).waitFor();
    await workbench.screenshot(`features-completion-${theme}`);
    expect(await titles(suggestions(workbench))).toEqual(['…/keys/deviceauth/private.key']);
    expect(await suggestions(workbench).first().innerText()).toContain('Token key');
  });
});

describe('a hover', () => {
  test('tells what a service needs and what a variable is for, and its link makes the key', async () => {
    const { workbench, folder } = await openDeployment();
    const variable = await hoverOn(workbench, 'STORAGE_BACKEND_CERT', 'STORAGE_BACKEND_CERT of');
    await workbench.screenshot('features-hover-variable');
    expect(await variable.innerText()).toContain('Value: /etc/ssl/certs/docker.mender.io.crt');
    await workbench.page.keyboard.press('Escape');

    const service = await hoverOn(workbench, 'mender-device-auth:', 'Token key');
    await workbench.screenshot('features-hover-service');
    expect(await service.locator('td').allInnerTexts()).toEqual([
      ...['Token key', '/etc/deviceauth/rsa/private.pem', 'nothing', 'missing'],
    ]);
    const before = filesIn(folder);
    const link = service.locator('a', { hasText: 'Generate a token signing key for mender-device-auth' });
    await link.first().click();
    // What a link does is shown before: it stands beside text of files.
    await confirm(workbench, 'features-hover-confirm');
    await workbench.notification('Created 1 file').waitFor();
    expect(await workbench.waitForText((text) => text !== COMPOSE)).toContain(
      '/etc/deviceauth/rsa/private.pem:ro',
    );
    const made = filesIn(folder).filter((file) => !before.includes(file));
    expect(made).toHaveLength(1);
    expect(openssl('rsa', '-in', join(folder, made[0] ?? ''), '-check', '-noout')).toContain('RSA key ok');
  });
});

describe('proposals', () => {
  test('are put in as a whole line; what is not Mender’s has none', async () => {
    const { workbench } = await openDeployment({ settings: { 'editor.wordBasedSuggestions': 'off' } });
    await typeBelow(workbench, './site:/etc/deviceauth', '- ');
    await suggestions(workbench).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    const line = `      - ${KEY_PATH}:/etc/deviceauth/rsa/private.pem:ro\n`;
    const site = '      - ./site:/etc/deviceauth/site:ro\n';
    expect(await workbench.waitForText((text) => text.includes(KEY_PATH))).toBe(
      COMPOSE.replace(site, site + line),
    );
    await lens(workbench, 'Token key: file not found').waitFor();
    await workbench.undo();

    await workbench.goTo(placeOf(await workbench.text(), 'nginx/html').line);
    await workbench.page.keyboard.press('Control+Enter');
    await workbench.page.keyboard.type('- ');
    await workbench.page.keyboard.press('Control+Space');
    const widget = workbench.page.locator('.suggest-widget.visible');
    await widget.filter({ hasText: 'No suggestions' }).waitFor();
  });

  test('name rules in a comment, those found there first', async () => {
    const { workbench } = await openDeployment();
    await workbench.goTo(placeOf(COMPOSE, 'mender-device-auth:').line - 1);
    await workbench.page.keyboard.type('  # mender-ignore-next-line ');
    await suggestions(workbench).first().waitFor();
    await workbench.screenshot('features-completion-comment');
    const shown = await titles(suggestions(workbench));
    expect(shown[0]).toBe('missing-token-key-mount');
    expect(shown.length).toBeGreaterThan(3);
    await workbench.page.keyboard.press('Enter');
    await lens(workbench, 'Token key missing').waitFor({ state: 'detached' });
  });
});

describe('a lens', () => {
  test('renews what expires, and makes what is missing', async () => {
    const { workbench, folder } = await openDeployment();
    const before = filesIn(folder);
    await lens(workbench, 'TLS: expires in 20 days').click();
    await workbench.notification('Created 1 file').waitFor();
    await workbench.screenshot('features-lens-renewed');
    const text = await workbench.waitForText((now) => now !== COMPOSE);
    const [made = ''] = filesIn(folder).filter((file) => !before.includes(file));
    expect(text).toContain(`${made.replace('certs', '${CERTS}')}:/etc/traefik/certs/cert.crt:ro`);
    const days = (count: number) => ['-checkend', String(count * 24 * 3600)];
    openssl('x509', '-in', join(folder, made), '-noout', ...days(300));
    expect(openssl('x509', '-in', join(folder, made), '-noout', '-pubkey')).toBe(
      openssl('rsa', '-in', join(folder, 'certs/mender.key'), '-pubout'),
    );
    await lens(workbench, 'TLS: valid until').waitFor();

    await lens(workbench, 'Token key missing').click();
    await lens(workbench, 'Token key: RSA 3072').waitFor();
    expect(await workbench.text()).toContain(':/etc/deviceauth/rsa/private.pem:ro');
  });

  test('is there for as long as the setting says so', async () => {
    const { workbench } = await openDeployment();
    const settings = (value: object) => workbench.write('.vscode/settings.json', JSON.stringify(value));
    settings({ 'mender.codeLens.enabled': false });
    await lens(workbench, 'Token key missing').waitFor({ state: 'detached' });
    expect(await workbench.editor.locator('.codelens-decoration').count()).toBe(0);
    settings({});
    for (const title of LENSES) await lens(workbench, title).waitFor();
  });
});

describe('a place', () => {
  test('leads to its file, to what sets its variable, and to all uses of the file', async () => {
    const { workbench } = await openDeployment();
    const { page } = workbench;
    const link = workbench.editor
      .locator('.view-line', { hasText: 'mender.crt:/etc/traefik' })
      .locator('.detected-link')
      .first();
    await link.click({ modifiers: ['Control'] });
    await page.locator('.tab.active[data-resource-name="mender.crt"]').waitFor();
    await page.locator(`.tab[data-resource-name="${COMPOSE_FILE}"]`).click();

    await goToPiece(workbench, './keys/shared.pem:/etc/useradm');
    await page.keyboard.press('Shift+F12');
    const peek = page.locator('.reference-zone-widget');
    await peek.locator('.ref-tree .monaco-list-row', { hasText: 'etc/tenantadm' }).waitFor();
    await peek.locator('.ref-tree .monaco-list-row', { hasText: 'etc/useradm' }).waitFor();
    await workbench.screenshot('features-references');
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });

    await goToPiece(workbench, GATEWAY_MOUNT);
    await page.keyboard.press('F12');
    await page.locator('.tab.active[data-resource-name=".env"]').waitFor();
    await workbench.statusItem('Ln 1, Col 1').waitFor();
  });

  test('stands in the outline and in the path over the text', async () => {
    const { workbench } = await openDeployment();
    await goToPiece(workbench, './keys/shared.pem:/etc/useradm');
    const crumbs = workbench.page.locator('.breadcrumbs-control .monaco-breadcrumb-item');
    await crumbs.filter({ hasText: 'mender-useradm' }).waitFor();
    await crumbs.filter({ hasText: 'Token key' }).waitFor();
    await workbench.runCommand('Explorer: Focus on Outline View');
    const rows = workbench.page.locator('.outline-pane .monaco-list-row');
    await rows.filter({ hasText: 'mender-api-gateway' }).waitFor();
    await workbench.screenshot('features-outline');

    await workbench.focusEditor();
    await workbench.page.keyboard.press('Control+Shift+O');
    await workbench.quickRows.filter({ hasText: 'mender-deployments' }).first().waitFor();
    const symbols = await workbench.quickRows.locator('.label-name').allTextContents();
    expect(symbols.map((name) => name.trim())).toEqual([
      ...['mender-api-gateway', 'TLS certificate', 'TLS private key'],
      ...['mender-useradm', 'Token key', 'mender-device-auth', 'Token key', 'mender-tenantadm', 'Token key'],
      ...['mender-deployments', 'Storage certificate'],
    ]);
    await workbench.screenshot('features-symbols');
  });
});

describe('the light bulb', () => {
  test('keeps a key from other users, and out of git', async () => {
    const folder = deployment({ '.git/HEAD': 'ref: refs/heads/main\n' });
    const key = join(folder, 'certs/mender.key');
    chmodSync(key, 0o644);
    for (const directory of [dirname(key), dirname(folder)]) chmodSync(directory, 0o755);
    const { workbench } = await openDeployment({}, folder);
    await goToPiece(workbench, '${CERTS}/mender.key');
    await workbench.clickLightBulb();
    await workbench.screenshot('features-light-bulb');
    await workbench.chooseFix(/^Restrict .*mender\.key to its owner/);
    await expect.poll(() => modeOf(key)).toBe('0600');

    await workbench.showProblems();
    const left = await workbench.waitForProblems(
      (all) => !all.some(({ code }) => code === 'private-key-permissions'),
    );
    expect(left.map(({ code }) => code)).toContain('private-key-in-git');
    await goToPiece(workbench, '${CERTS}/mender.key');
    await workbench.openFixes();
    await workbench.chooseFix(/^Add .*mender\.key to .*\.gitignore/);
    await workbench.inExplorer('.gitignore').waitFor();
    const mounted = placeOf(COMPOSE, '${CERTS}/mender.key').line;
    await workbench.showProblems();
    await workbench.waitForProblems((all) => !all.some(({ line }) => line === mounted));
    expect(workbench.onDisk('.gitignore')).toBe('/certs/mender.key\n');
  });
});

describe('colours', () => {
  test('tell Mender’s names and paths from others; PEM blocks fold', async () => {
    const { workbench } = await openDeployment();
    const colour = (text: string) =>
      workbench.editor.locator('.view-line span > span', { hasText: text }).last().evaluate(colourOf);
    const [gateway, web] = [await colour('mender-api-gateway'), await colour('web')];
    expect(gateway).not.toBe(web);
    const [path, other] = [await colour('/etc/useradm/rsa/private.pem'), await colour('/usr/share/nginx')];
    expect(path).not.toBe(other);

    await workbench.openFile('mender.crt');
    await workbench.page.locator('[id="status.editor.mode"]', { hasText: 'PEM' }).waitFor();
    await workbench.runCommand('Fold All');
    await workbench.editor.locator('.view-line', { hasText: 'BEGIN CERTIFICATE' }).waitFor();
    await expect.poll(() => workbench.editor.locator('.view-line').count()).toBeLessThanOrEqual(3);
    await workbench.screenshot('features-pem');
  });
});

/** Runs in the window. */
function colourOf(element: unknown): string {
  const page = globalThis as unknown as { getComputedStyle(element: unknown): { color: string } };
  return page.getComputedStyle(element).color;
}

// Processes are found in /proc, which only Linux has.
describe.skipIf(process.platform !== 'linux')('a server that dies', () => {
  test('is started again, four times; then one message offers to', async () => {
    // Those of windows that were closed may live on for a while.
    const others = new Set(serversBelow(home()));
    const { workbench } = await openDeployment();
    const status = workbench.statusItem('Mender 3.7.0');
    await status.waitFor();
    for (let kills = 1; kills <= 4; kills++) {
      const gone = status.waitFor({ state: 'detached' });
      await killServer(others);
      await gone;
      await status.waitFor();
      await workbench.squiggles('error').first().waitFor();
    }
    await killServer(others);
    const message = workbench.page.locator('.notifications-toasts .notification-list-item', {
      hasText: 'stopped several times',
    });
    await message.first().waitFor();
    // Nothing is shown that nobody keeps up to date.
    await workbench.editor.locator('.codelens-decoration').first().waitFor({ state: 'detached' });
    await workbench.screenshot('features-stopped');
    expect(await workbench.page.locator('.notifications-toasts .notification-list-item').count()).toBe(1);
    await message.getByRole('button', { name: 'Show Output' }).waitFor();
    await message.getByRole('button', { name: 'Restart' }).click();
    await status.waitFor();
    await workbench.squiggles('error').first().waitFor();
  });
});

/** Ends the only language server that isn't one of `others`, as the kernel does to a process that takes too much. */
async function killServer(others: ReadonlySet<number>): Promise<void> {
  const servers = () => serversBelow(home()).filter((id) => !others.has(id));
  await expect.poll(() => servers().length, { timeout: 30_000 }).toBe(1);
  const [id] = servers();
  if (id === undefined) throw new Error('no server runs');
  process.kill(id, 'SIGKILL');
}

/** The directory with all that belongs to this VS Code. */
function home(): string {
  return dirname(dirname(editor.data));
}
