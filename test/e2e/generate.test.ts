// "Mender: Generate Mender Keys…" from the palette, through its prompts, to files that openssl accepts.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  COMPOSE_FILE,
  composeText,
  copyOfExample,
  filesIn,
  folderWith,
  modeOf,
  openssl,
  placeOf,
} from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';

const COMMAND = 'Mender: Generate Mender Keys…';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

test('the example: shows what would be made, makes and mounts it, and nothing is wrong any more', async () => {
  const folder = copyOfExample();
  const text = composeText(folder);
  const before = filesIn(folder);
  const workbench = await editor.open(folder);
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  await workbench.showProblems();
  await workbench.focusEditor();

  await workbench.runCommand(COMMAND);
  await workbench.quickRows.filter({ hasText: /Create \d+ files and mount them/ }).waitFor();
  const offered = await workbench.quickRows.allTextContents();
  await workbench.screenshot('generate-preview');
  // The list holds only the rows that fit: its end comes with a step up from the first, and goes with one down.
  await workbench.page.keyboard.press('ArrowUp');
  await workbench.quickRows.filter({ hasText: 'Mender client build' }).first().waitFor();
  offered.push(...(await workbench.quickRows.allTextContents()));
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.quickRows.first().and(workbench.page.locator('.focused')).waitFor();
  expect(filesIn(folder)).toEqual(before);
  await workbench.page.keyboard.press('Enter');

  const done = workbench.notification(/Created \d+ files and mounted them in docker-compose\.yml/);
  await done.waitFor();
  expect(await done.textContent()).toContain('Mender client build');
  const problems = await workbench.waitForProblems((all) => all.length === 0);
  expect(problems).toEqual([]);
  for (const directory of ['keys', 'ssl']) await workbench.inExplorer(directory).waitFor();
  const key = ':/var/www/mendersoftware/cert/key.pem:ro';
  await workbench.goTo(placeOf(await workbench.text(), key).line);
  await workbench.screenshot('generate-done');

  const made = filesIn(folder).filter((file) => !before.includes(file));
  for (const file of made) expect(offered.join('\n')).toContain(file);
  expect(made).toEqual([
    'keys/deviceauth-private.pem',
    'keys/private.pem',
    'ssl/mender-api-gateway/cert.pem',
    'ssl/mender-api-gateway/key.pem',
    'ssl/server.crt',
    'ssl/storage-proxy/cert.crt',
    'ssl/storage-proxy/key.pem',
  ]);
  checkPair(folder, 'ssl/mender-api-gateway/cert.pem', 'ssl/mender-api-gateway/key.pem', [
    'mender.example.com',
  ]);
  checkPair(folder, 'ssl/storage-proxy/cert.crt', 'ssl/storage-proxy/key.pem', ['s3.mender.example.com']);
  for (const key of made.filter((file) => file.startsWith('keys/'))) checkTokenKey(join(folder, key));
  for (const directory of ['keys', 'ssl', 'ssl/mender-api-gateway', 'ssl/storage-proxy']) {
    expect(modeOf(join(folder, directory)), directory).toBe('0700');
  }

  const fixed = await workbench.text();
  await workbench.runCommand(COMMAND);
  await workbench.notification('All keys are mounted').waitFor();
  expect(await workbench.text()).toBe(fixed);
  await workbench.save();
  expect(composeText(folder)).toBe(fixed);
  await workbench.undo();
  expect(await workbench.text()).toBe(text);
});

test('asks for the names that the compose file does not tell, and writes the ones that are typed', async () => {
  const folder = folderWith(
    'services:\n  mender-api-gateway:\n    image: mendersoftware/api-gateway:latest\n',
  );
  const workbench = await editor.open(folder, { theme: 'light' });
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  await workbench.runCommand(COMMAND);
  await workbench.quickRows.filter({ hasText: 'Create 2 files and mount them' }).waitFor();
  await workbench.page.keyboard.press('Enter');

  const prompt = workbench.page.locator('.quick-input-widget:visible .quick-input-message', {
    hasText: 'mender-api-gateway',
  });
  await prompt.waitFor();
  expect(await workbench.input.inputValue()).toBe('mender-api-gateway, localhost');
  await workbench.input.fill('https://mender.example.org');
  await workbench.page
    .locator('.quick-input-widget:visible', { hasText: 'is a URL: enter only its host name.' })
    .waitFor();
  await workbench.page.keyboard.press('Enter');
  expect(filesIn(folder)).toEqual([COMPOSE_FILE]);
  await workbench.input.fill('mender.example.org, 192.0.2.7, *.example.org');
  await workbench.screenshot('generate-names');
  await workbench.page.keyboard.press('Enter');

  await workbench.notification('Created 2 files and mounted them').waitFor();
  checkPair(folder, 'ssl/mender-api-gateway/cert.pem', 'ssl/mender-api-gateway/key.pem', [
    'mender.example.org',
    '*.example.org',
  ]);
  expect(certificateText(folder, 'ssl/mender-api-gateway/cert.pem')).toContain('IP Address:192.0.2.7');
  expect(await workbench.text()).toMatch(
    /^ {4}volumes:\n {6}- \.\/ssl\/mender-api-gateway\/cert\.pem:\/var\/www\/mendersoftware\/cert\/cert\.pem:ro$/m,
  );
});

test('Escape leaves everything as it is', async () => {
  const folder = copyOfExample();
  const text = composeText(folder);
  const before = filesIn(folder);
  const workbench = await editor.open(folder);
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  await workbench.runCommand(COMMAND);
  await workbench.quickRows.filter({ hasText: /Create \d+ files/ }).waitFor();
  await workbench.page.keyboard.press('Escape');
  await workbench.input.waitFor({ state: 'hidden' });
  expect(await workbench.text()).toBe(text);
  expect(filesIn(folder)).toEqual(before);
});

test('a workspace that is not trusted is checked, and nothing is written to it', async () => {
  const folder = copyOfExample();
  const before = filesIn(folder);
  const workbench = await editor.open(folder, {
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
    },
  });
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  await workbench.runCommand(COMMAND);
  await workbench.notification('This workspace is not trusted, so no keys can be created.').waitFor();
  await workbench.screenshot('untrusted');
  expect(filesIn(folder)).toEqual(before);
});

function certificateText(folder: string, file: string): string {
  return openssl('x509', '-in', join(folder, file), '-noout', '-text');
}

/** A private key that only its owner reads, and a certificate for it that a strict client accepts under the names. */
function checkPair(folder: string, certificate: string, key: string, names: readonly string[]): void {
  const [certificatePath, keyPath] = [join(folder, certificate), join(folder, key)];
  expect(modeOf(keyPath)).toBe('0600');
  expect(modeOf(certificatePath)).toBe('0644');
  expect(openssl('rsa', '-in', keyPath, '-check', '-noout')).toContain('RSA key ok');
  expect(openssl('x509', '-in', certificatePath, '-noout', '-pubkey')).toBe(
    openssl('rsa', '-in', keyPath, '-pubout'),
  );
  const verified = openssl('verify', '-x509_strict', '-CAfile', certificatePath, certificatePath);
  expect(verified.trim()).toBe(`${certificatePath}: OK`);
  const text = certificateText(folder, certificate);
  expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
  expect(text).toContain('Public-Key: (3072 bit)');
  for (const name of names) expect(text).toContain(`DNS:${name}`);
}

function checkTokenKey(path: string): void {
  expect(modeOf(path)).toBe('0600');
  expect(openssl('rsa', '-in', path, '-check', '-noout')).toContain('RSA key ok');
}
