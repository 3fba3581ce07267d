// The example in a real VS Code with the packaged extension: what is wrong is underlined and listed, and the light bulb
// puts it right.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  COMPOSE_FILE,
  composeText,
  copyOfExample,
  filesIn,
  modeOf,
  openssl,
  placeOf,
} from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import type { Problem } from './harness/problems';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

/** The mistakes that are planted in the example: the code, its severity, and the text that is underlined. */
const planted: readonly [string, Problem['severity'], string][] = [
  ['missing-private-key-mount', 'error', 'mender-api-gateway:\n    <<'],
  ['misplaced-mount', 'warning', '/var/www/storage-proxy/cert/cert.cert'],
  ['missing-certificate-mount', 'error', 'storage-proxy:\n    <<'],
  ['writable-key-mount', 'info', './ssl/storage-proxy/key.pem:/var/www/storage-proxy/cert/key.pem'],
  ['storage-backend-cert-not-mounted', 'error', '/etc/ssl/certs/storage-proxy.crt'],
  ['shared-token-key', 'warning', './keys/private.pem:/etc/useradm'],
  ['shared-token-key', 'warning', './keys/private.pem:/etc/deviceauth'],
  // No key is committed, so none is where it is mounted from.
  ['key-file-missing', 'error', './ssl/mender-api-gateway/cert.pem'],
  ['key-file-missing', 'error', './ssl/storage-proxy/key.pem'],
  ['key-file-missing', 'error', './keys/private.pem:/etc/useradm'],
  ['key-file-missing', 'error', './keys/private.pem:/etc/deviceauth'],
];

function expectedProblems(text: string): string[] {
  return planted
    .map(([code, severity, piece]) => {
      const { line, column } = placeOf(text, piece);
      return `${line}:${column} ${severity} ${code}`;
    })
    .sort();
}

function shown(problems: readonly Problem[]): string[] {
  return problems.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`).sort();
}

async function openExample(
  theme: 'dark' | 'light' = 'dark',
): Promise<{ workbench: Workbench; folder: string; text: string }> {
  const folder = copyOfExample();
  const text = composeText(folder);
  const workbench = await editor.open(folder, { theme });
  await workbench.openFile(COMPOSE_FILE);
  return { workbench, folder, text };
}

describe('what is wrong', () => {
  test.each(['dark', 'light'] as const)('is underlined and listed (%s)', async (theme) => {
    const { workbench, text } = await openExample(theme);
    await workbench.showProblems();
    const problems = await workbench.waitForProblems((all) => all.length >= planted.length);
    expect(shown(problems)).toEqual(expectedProblems(text));
    expect(new Set(problems.map((problem) => problem.source))).toEqual(new Set(['Mender Compose']));
    await workbench.goTo(placeOf(text, planted[1]?.[2] ?? '').line);
    await workbench.squiggles('warning').first().waitFor();
    await workbench.squiggles('error').first().waitFor();
    await workbench.screenshot(`problems-${theme}`);
  });
});

describe('the light bulb', () => {
  test('shows what can be put right', async () => {
    const { workbench, text } = await openExample();
    const wrong = '/var/www/storage-proxy/cert/cert.cert';
    const { line, column } = placeOf(text, wrong);
    await workbench.goTo(line, column + 5);
    await workbench.squiggles('warning').first().waitFor();
    const titles = await workbench.clickLightBulb();
    const title = 'Change the path to /var/www/storage-proxy/cert/cert.crt';
    expect(titles).toContain(title);
    await workbench.screenshot('light-bulb');
  });

  test('corrects a path with a typo, in one step of undo', async () => {
    const { workbench, text } = await openExample();
    const wrong = '/var/www/storage-proxy/cert/cert.cert';
    const { line, column } = placeOf(text, wrong);
    await workbench.goTo(line, column + 5);
    await workbench.squiggles('warning').first().waitFor();
    const title = 'Change the path to /var/www/storage-proxy/cert/cert.crt';
    await workbench.applyFromLightBulb(title);
    const corrected = text.replace(wrong, '/var/www/storage-proxy/cert/cert.crt');
    expect(await workbench.waitForText((now) => now !== text)).toBe(corrected);
    await workbench.showProblems();
    const problems = await workbench.waitForProblems(
      (all) => !all.some(({ code }) => code === 'misplaced-mount'),
    );
    expect(problems.map(({ code }) => code)).not.toContain('missing-certificate-mount');
    await workbench.undo();
    expect(await workbench.text()).toBe(text);
  });

  test('generates a separate token key, mounts it, and leaves all else alone', async () => {
    const { workbench, folder, text } = await openExample();
    const before = filesIn(folder);
    const { line, column } = placeOf(text, './keys/private.pem:/etc/useradm');
    await workbench.goTo(line, column + 2);
    await workbench.squiggles('warning').first().waitFor();
    expect(await workbench.openFixes()).toContain(
      'Generate a separate token signing key for mender-useradm, and mount it',
    );
    await workbench.chooseFix('Generate a separate token signing key for mender-useradm');
    await workbench.notification('Created 1 file').waitFor();

    const fixed = text.replace('./keys/private.pem:/etc/useradm', './keys/useradm-private.pem:/etc/useradm');
    expect(await workbench.text()).toBe(fixed);
    expect(filesIn(folder)).toEqual([...before, 'keys/useradm-private.pem'].sort());
    const key = join(folder, 'keys', 'useradm-private.pem');
    expect(modeOf(key)).toBe('0600');
    expect(modeOf(join(folder, 'keys'))).toBe('0700');
    expect(workbench.onDisk('keys/useradm-private.pem')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    const said = openssl('rsa', '-in', key, '-check', '-noout', '-text');
    expect(said).toContain('RSA key ok');
    expect(said).toContain('(3072 bit');
    await workbench.undo();
    expect(await workbench.text()).toBe(text);
    expect(filesIn(folder)).toContain('keys/useradm-private.pem');
  });

  test('mends what needs no new key in one step, and makes no file (source.fixAll.mender)', async () => {
    const { workbench, folder, text } = await openExample();
    const before = filesIn(folder);
    await workbench.squiggles('error').first().waitFor();
    await workbench.runCommand('Fix All');
    const fixed = await workbench.waitForText((now) => now !== text);
    expect(fixed).toContain('cert.crt:/var/www/storage-proxy/cert/cert.crt:ro');
    expect(fixed).toContain('./ssl/storage-proxy/key.pem:/var/www/storage-proxy/cert/key.pem:ro');
    expect(filesIn(folder)).toEqual(before);
    await workbench.undo();
    expect(await workbench.text()).toBe(text);
  });
});
