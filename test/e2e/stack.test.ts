// A deployment of several files, laid out as in Mender's own repository: an overlay that is opened alone is judged with
// the files that it belongs to, the status bar says so, and its pick changes it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderOf, placeOf } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

const image = (name: string) => `mendersoftware/${name}:mender-3.7.0`;

const BASE = `services:
  mender-api-gateway:
    image: traefik:v2.10
  mender-useradm:
    image: ${image('useradm')}
  mender-device-auth:
    image: ${image('deviceauth')}
  mender-deployments:
    image: ${image('deployments')}
    environment:
      DEPLOYMENTS_AWS_URI: http://minio:9000
`;

const MINIO = `services:
  minio:
    image: minio/minio
  mender-api-gateway:
    environment:
      STORAGE_URL: https://s3.example.com
  mender-deployments:
    depends_on:
      - minio
`;

const PROD = `services:
  mender-useradm:
    volumes:
      - ./production/keys/useradm.pem:/etc/useradm/rsa/private.pem:ro
  mender-device-auth:
    command: server --automigrate
  mender-api-gateway:
    volumes:
      - ./production/cert/cert.crt:/etc/traefik/certs/cert.crt:ro
      - ./production/cert/private.key:/etc/traefik/certs/private.key:ro
  mender-deployments:
    volumes:
      - ./production/cert/cert.crt:/etc/ssl/certs/docker.mender.io.crt:ro
    environment:
      STORAGE_BACKEND_CERT: /etc/ssl/certs/docker.mender.io.crt
  minio:
    environment:
      MINIO_ACCESS_KEY: from-the-shell
`;

const FILES = [
  { name: 'docker-compose.yml', directory: '' },
  { name: 'docker-compose.storage.minio.yml', directory: '' },
  { name: 'prod.yml', directory: 'production/config' },
];

async function openOverlay(theme: 'dark' | 'light' = 'dark'): Promise<Workbench> {
  const folder = folderOf({
    'docker-compose.yml': BASE,
    'docker-compose.storage.minio.yml': MINIO,
    'production/config/prod.yml': PROD,
    'notes.txt': 'nothing\n',
  });
  const workbench = await editor.open(folder, { theme });
  await workbench.openFile('prod.yml');
  return workbench;
}

/** Findings of other rules, such as that the fixture's keys aren't there, are no matter here. */
async function waitForMissing(workbench: Workbench, count: number) {
  await workbench.showProblems();
  const missing = (code: string) => code.startsWith('missing-');
  const all = await workbench.waitForProblems(
    (problems) => problems.filter(({ code }) => missing(code)).length === count,
  );
  return all.filter(({ code }) => missing(code));
}

describe('production/config/prod.yml, opened alone', () => {
  test.each(['dark', 'light'] as const)(
    'is judged with its base files, and the status bar says with which and why (%s)',
    async (theme) => {
      const workbench = await openOverlay(theme);
      await workbench.squiggles('error').first().waitFor();
      const [finding] = await waitForMissing(workbench, 1);
      const { line, column } = placeOf(PROD, 'mender-device-auth');
      expect(finding).toMatchObject({ code: 'missing-token-key-mount', severity: 'error', line, column });
      expect(finding?.message).toContain('mender-device-auth');

      await workbench.focusEditor();
      const item = workbench.statusItem('Mender 3.7.0 · 3 files');
      await item.waitFor();
      const tooltip = await workbench.tooltipOf(item);
      expect(await tooltip.locator('ol li').allTextContents()).toEqual([
        'docker-compose.yml',
        'docker-compose.storage.minio.yml',
        'production/config/prod.yml',
      ]);
      await workbench.screenshotWithHover(`stack-status-${theme}`);

      await item.click();
      expect(await workbench.ticks()).toEqual(FILES.map((file) => ({ ...file, ticked: true })));
      await workbench.screenshot(`stack-pick-${theme}`);
    },
  );

  test('is judged with the files that are picked, as the setting then says, until that is taken back', async () => {
    const workbench = await openOverlay();
    const all = workbench.statusItem('Mender 3.7.0 · 3 files');
    await all.click();
    await workbench.quickRows
      .filter({ hasText: 'docker-compose.storage.minio.yml' })
      .locator('.monaco-checkbox')
      .click();
    await workbench.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await workbench.statusItem('Mender 3.7.0 · 2 files').waitFor();
    expect(JSON.parse(workbench.onDisk('.vscode/settings.json'))).toEqual({
      'mender.stacks': [{ files: ['docker-compose.yml', 'production/config/prod.yml'] }],
    });

    await workbench.statusItem('Mender 3.7.0 · 2 files').click();
    await workbench.quickRows.first().waitFor();
    await workbench.page.locator('.quick-input-widget [aria-label="Detect automatically"]').click();
    await all.waitFor();
    expect(JSON.parse(workbench.onDisk('.vscode/settings.json'))).toEqual({});
  });

  test('is judged as the release that is picked', async () => {
    const workbench = await openOverlay();
    await workbench.statusItem('Mender 3.7.0 · 3 files').waitFor();
    await workbench.runCommand('Mender: Select Mender Release…');
    await workbench.quickRows.filter({ hasText: 'Automatic' }).waitFor();
    await workbench.input.fill('4.0');
    await workbench.page.keyboard.press('Enter');
    await workbench.statusItem(/Mender 4\.0\S* · 3 files/).waitFor();
    expect(JSON.parse(workbench.onDisk('.vscode/settings.json'))).toEqual({ 'mender.release': '4.0' });
  });

  test('has no finding left once a base file that is not open mounts on disk what was missing', async () => {
    const workbench = await openOverlay();
    const [finding] = await waitForMissing(workbench, 1);
    expect(finding?.message).toContain('mender-device-auth');
    const mount =
      '    volumes:\n      - ./production/keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro\n';
    const service = `    image: ${image('deviceauth')}\n`;
    workbench.write('docker-compose.yml', BASE.replace(service, service + mount));
    expect(await waitForMissing(workbench, 0)).toEqual([]);
  });

  test('has no entry in the status bar once another file is active', async () => {
    const workbench = await openOverlay();
    const item = workbench.statusItem('Mender 3.7.0 · 3 files');
    await item.waitFor();
    await workbench.openFile('notes.txt');
    await item.waitFor({ state: 'detached' });
    await workbench.page.locator('.tab[data-resource-name="prod.yml"]').click();
    await item.waitFor();
  });
});
