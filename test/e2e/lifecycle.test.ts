// What is done with keys that are there, from the palette: renewed, split, converted, bundled. Each ends with files that
// openssl judges, and has nothing left to do when it is run again.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPOSE_FILE, composeText, filesIn, folderOf, modeOf, openssl } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import { deployment } from './harness/features';
import { clearNotifications, confirm } from './harness/tasks';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

async function open(folder: string): Promise<Workbench> {
  const workbench = await editor.open(folder);
  await workbench.openFile(COMPOSE_FILE);
  await workbench.statusItem('Mender 3.7.0').waitFor();
  return workbench;
}

/** Waits for the end of a task, and saves what it changed. */
async function finish(workbench: Workbench, files: number, picture: string): Promise<void> {
  await workbench.notification(`Created ${files} file`).waitFor();
  // That of the progress goes a moment later.
  const all = workbench.page.locator('.notifications-toasts .notification-list-item');
  await expect.poll(() => all.count(), { timeout: 30_000 }).toBe(1);
  await workbench.screenshot(picture);
  await workbench.save();
  await clearNotifications(workbench);
}

/** Runs a command again, which changes nothing and says so. */
async function again(workbench: Workbench, command: string, says: string): Promise<void> {
  const [files, text] = [filesIn(workbench.folder), composeText(workbench.folder)];
  await workbench.runCommand(command);
  await workbench.notification(says).waitFor();
  expect(filesIn(workbench.folder)).toEqual(files);
  expect(composeText(workbench.folder)).toBe(text);
}

/** The only file of the folder that wasn't there before, absolute. */
function onlyNew(folder: string, before: readonly string[]): string {
  const made = filesIn(folder).filter((file) => !before.includes(file));
  expect(made).toHaveLength(1);
  return join(folder, made[0] ?? '');
}

/** The host path, absolute, that is mounted at a path of the container. */
function mountedAt(folder: string, target: string): string {
  const source = composeText(folder)
    .split('\n')
    .map((line) => /^ *- (\S+?):(\/\S+?)(:ro)?$/.exec(line))
    .find((found) => found?.[2] === target)?.[1];
  if (source === undefined) throw new Error(`nothing is mounted at ${target}`);
  return join(folder, source.replace('${CERTS}', './certs'));
}

const publicKey = (file: string, ...more: string[]) => openssl('pkey', '-in', file, '-pubout', ...more);

test('a certificate that ends soon is renewed, for the same key', async () => {
  const folder = deployment();
  const before = filesIn(folder);
  const workbench = await open(folder);
  await workbench.runCommand('Mender: Renew Certificate');
  await confirm(workbench, 'renew-preview');
  await finish(workbench, 2, 'renew-done');
  const fresh = mountedAt(folder, '/etc/traefik/certs/cert.crt');
  expect(before.map((file) => join(folder, file))).not.toContain(fresh);
  openssl('x509', '-in', fresh, '-noout', '-checkend', String(300 * 24 * 3600));
  expect(openssl('x509', '-in', fresh, '-noout', '-pubkey')).toBe(
    publicKey(join(folder, 'certs/mender.key')),
  );
  expect(openssl('x509', '-in', fresh, '-noout', '-ext', 'subjectAltName')).toContain('DNS:s3.example.com');
  await again(workbench, 'Mender: Renew Certificate', 'nothing to renew');
});

test('a key of two services is split', async () => {
  const folder = deployment();
  const before = filesIn(folder);
  const workbench = await open(folder);
  const command = 'Mender: Split Shared Keys';
  await workbench.runCommand(command);
  await confirm(workbench, 'split-preview');
  await finish(workbench, 1, 'split-done');
  const fresh = onlyNew(folder, before);
  const [useradm, tenantadm] = ['useradm', 'tenantadm'].map((name) =>
    mountedAt(folder, `/etc/${name}/rsa/private.pem`),
  );
  expect([useradm, tenantadm]).toContain(fresh);
  expect(openssl('rsa', '-in', fresh, '-check', '-noout')).toContain('RSA key ok');
  expect(publicKey(useradm ?? '')).not.toBe(publicKey(tenantadm ?? ''));
  await again(workbench, command, 'No services share a private key.');
});

test('the trust bundle holds the certificates of the deployment', async () => {
  const folder = deployment();
  const before = filesIn(folder);
  const workbench = await open(folder);
  const command = 'Mender: Export Trust Bundle for Mender Clients';
  await workbench.runCommand(command);
  await confirm(workbench, 'bundle-preview');
  await finish(workbench, 1, 'bundle-done');
  const bundle = onlyNew(folder, before);
  expect(openssl('verify', '-CAfile', bundle, join(folder, 'certs/mender.crt'))).toContain('OK');
  await again(workbench, command, './certs/server.crt already contains these certificates.');
});

const ENCRYPTED = `services:
  mender-device-auth:
    image: mendersoftware/deviceauth:mender-3.7.0
    volumes:
      - ./keys/deviceauth.pem:/etc/deviceauth/rsa/private.pem:ro
`;

test('a key with a passphrase is written in a form that its service loads', async () => {
  const passphrase = 'sesame-2204';
  const folder = folderOf({ [COMPOSE_FILE]: ENCRYPTED });
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  const locked = join(folder, 'keys/deviceauth.pem');
  openssl('genrsa', '-aes256', '-passout', `pass:${passphrase}`, '-out', locked, '3072');
  chmodSync(locked, 0o600);
  const before = filesIn(folder);
  const workbench = await open(folder);
  await workbench.runCommand('Mender: Convert Key');
  const asked = workbench.page.locator('.quick-input-widget:visible', { hasText: 'Passphrase of' });
  await asked.waitFor();
  expect(await workbench.input.getAttribute('type')).toBe('password');
  await workbench.screenshot('convert-passphrase');
  await workbench.input.fill(passphrase);
  await workbench.input.press('Enter');
  await confirm(workbench, 'convert-preview');
  await finish(workbench, 1, 'convert-done');
  const fresh = onlyNew(folder, before);
  expect(mountedAt(folder, '/etc/deviceauth/rsa/private.pem')).toBe(fresh);
  expect(openssl('rsa', '-in', fresh, '-check', '-noout', '-passin', 'pass:')).toContain('RSA key ok');
  expect(publicKey(fresh)).toBe(publicKey(locked, '-passin', `pass:${passphrase}`));
  // Its service runs as another user: the directory keeps the rest out.
  expect(modeOf(join(folder, 'keys'))).toBe('0700');
  await again(workbench, 'Mender: Convert Key', 'Nothing to convert');
});
