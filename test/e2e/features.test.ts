// What the editor shows of a Mender deployment beside its findings, and what can be done from there: hovers, proposals,
// lenses, days, links, places, outline, colours; and that all of it comes back when the server dies.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPOSE_FILE, filesIn, folderOf, modeOf, openssl, placeOf } from './harness/deployment';
import { type Editor, startEditor, themes } from './harness/editor';
import { serversBelow } from './harness/processes';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

const COMPOSE = `services:
  mender-api-gateway:
    image: traefik:v2.10
    environment:
      STORAGE_URL: https://s3.example.com
    volumes:
      - \${CERTS}/mender.crt:/etc/traefik/certs/cert.crt:ro
      - \${CERTS}/mender.key:/etc/traefik/certs/private.key:ro

  mender-useradm:
    image: mendersoftware/useradm:mender-3.7.0
    volumes:
      - ./keys/shared.pem:/etc/useradm/rsa/private.pem:ro

  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - ./site:/etc/deviceauth/site:ro

  mender-tenantadm:
    image: registry.mender.io/mendersoftware/tenantadm:mender-3.7.0
    volumes:
      - ./keys/shared.pem:/etc/tenantadm/rsa/private.pem:ro

  mender-deployments:
    image: mendersoftware/deployments:mender-3.7.0
    environment:
      DEPLOYMENTS_AWS_URI: https://mender.example.com
      STORAGE_BACKEND_CERT: /etc/ssl/certs/docker.mender.io.crt
    volumes:
      - ./certs/mender.crt:/etc/ssl/certs/docker.mender.io.crt:ro

  web:
    image: nginx:1.27
    volumes:
      - ./site:/usr/share/nginx/html:ro
`;

const LENSES = [
  'TLS: expires in 20 days',
  'Token key: shared with mender-tenantadm',
  'Token key missing',
  'Token key: shared with mender-useradm',
  'Storage certificate: expires in 20 days',
];

/** A certificate that ends in 20 days, a key of two services, and none for device-auth. */
function deployment(more: Readonly<Record<string, string>> = {}): string {
  const folder = folderOf({
    [COMPOSE_FILE]: COMPOSE,
    '.env': 'CERTS=./certs\n',
    '.vscode/settings.json': '{}\n',
    'site/index.html': '<p>made by a test</p>\n',
    ...more,
  });
  for (const directory of ['certs', 'keys']) mkdirSync(join(folder, directory), { mode: 0o700 });
  const names = 'subjectAltName=DNS:mender.example.com,DNS:s3.example.com';
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '21', '-subj', '/CN=mender.example.com'],
    ...['-addext', names, '-keyout', join(folder, 'certs/mender.key'), '-out', join(folder, 'certs/mender.crt')],
  );
  openssl('genrsa', '-traditional', '-out', join(folder, 'keys/shared.pem'), '2048');
  chmodSync(join(folder, 'certs/mender.key'), 0o600);
  chmodSync(join(folder, 'keys/shared.pem'), 0o644);
  return folder;
}

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

const DEVICE_AUTH_MOUNT = './keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro';

describe.each(Object.keys(themes) as (keyof typeof themes)[])('in %s', (theme) => {
  test('lenses, days, a hover and proposals are shown', async () => {
    const { workbench } = await openDeployment({ theme, settings: { 'mender.inlayHints.enabled': true } });
    for (const title of LENSES) await lens(workbench, title).waitFor();
    const line = workbench.editor.locator('.view-line', { hasText: 'mender.crt:/etc/traefik' });
    await line.filter({ hasText: '20 days' }).waitFor();
    await workbench.screenshot(`features-lens-${theme}`);

    const hover = await hoverOn(workbench, GATEWAY_MOUNT, 'TLS certificate of mender-api-gateway');
    await workbench.screenshot(`features-hover-${theme}`);
    const text = (await hover.innerText()).replaceAll('\u00a0', ' ');
    expect(text).toContain('/etc/traefik/certs/cert.crt in the container');
    expect(text).toContain('Names: mender.example.com, s3.example.com');
    expect(text).toMatch(/Valid from [\d-]+ to [\d-]+: 20 days left/);
    expect(text).toContain('Also used by mender-deployments.');
    await workbench.page.keyboard.press('Escape');

    await typeBelow(workbench, './site:/etc/deviceauth', '- ');
    await suggestions(workbench).first().waitFor();
    await workbench.screenshot(`features-completion-${theme}`);
    const [first] = await titles(suggestions(workbench));
    expect(first).toContain(':/etc/deviceauth/rsa/private.pem');
  });
});
