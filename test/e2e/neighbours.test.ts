// Beside the language servers of the extensions "YAML" and "Container Tools" in one VS Code: everybody's findings,
// hovers and proposals are there, and ours once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPOSE_FILE, placeOf } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import { COMPOSE, deployment, KEY_PATH } from './harness/features';
import { packNeighbours, yamlSettings } from './harness/neighbours';
import type { Problem } from './harness/problems';
import type { Workbench } from './harness/workbench';

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor('packaged', await packNeighbours());
});

afterAll(() => editor?.stop());

/** With a mistake that only a schema finds. */
const TEXT = COMPOSE.replace('    image: nginx:1.27\n', '    image: nginx:1.27\n    read_only: often\n');

async function open(): Promise<Workbench> {
  const folder = deployment({ [COMPOSE_FILE]: TEXT });
  const workbench = await editor.open(folder, {
    size: { width: 1280, height: 900 },
    settings: { ...yamlSettings(), 'editor.wordBasedSuggestions': 'off' },
  });
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  return workbench;
}

test('findings of all are told, ours once', async () => {
  const workbench = await open();
  await workbench.showProblems();
  const problems = await workbench.waitForProblems(
    (all) => all.some(isOurs) && all.some((problem) => !isOurs(problem)),
  );
  await workbench.screenshot('neighbours-problems');
  expect(problems.filter(isOurs).map(({ code, line }) => [code, line])).toEqual([
    ['missing-token-key-mount', 15],
    ['certificate-expires-soon', 7],
    ['shared-token-key', 13],
    ['shared-token-key', 23],
  ]);
  expect(problems.filter((problem) => !isOurs(problem)).map(({ message, line }) => [message, line])).toEqual([
    ['Incorrect type. Expected "boolean".', placeOf(TEXT, 'often').line],
  ]);
});

function isOurs({ source }: Problem): boolean {
  return source === 'Mender Compose';
}

/** What is shown of the only occurrence of a piece, once all of it is there. */
async function hoverOn(workbench: Workbench, piece: string, shows: readonly string[]): Promise<string> {
  const { line, column } = placeOf(TEXT, piece);
  const hover = workbench.page.locator('.monaco-resizable-hover:visible').first();
  // A server that is still reading its schema answers nothing, and isn't asked again while the hover stands.
  for (let tries = 1; ; tries++) {
    await workbench.goTo(line, column + 2);
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('Control+I');
    try {
      for (const text of shows) await hover.filter({ hasText: text }).waitFor({ timeout: 6000 });
      return (await hover.innerText()).replaceAll('\u00a0', ' ');
    } catch (error) {
      if (tries === 5) throw error;
      await workbench.page.keyboard.press('Escape');
    }
  }
}

test('a hover shows what each has to say', async () => {
  const workbench = await open();
  const ours = '/etc/traefik/certs/cert.crt in the container';
  const mount = await hoverOn(workbench, '${CERTS}/mender.crt:/etc/traefik', [ours, 'Compose Specification']);
  await workbench.screenshot('neighbours-hover');
  expect(mount.split(ours)).toHaveLength(2);
  await workbench.page.keyboard.press('Escape');
  // Where we have nothing to say, theirs are as they are without us.
  await hoverOn(workbench, 'services:', ['Compose Specification', 'The services in your project']);
});

/** How the list of proposals shows `KEY_PATH`: by its end, so that what it is for has room. */
const SHOWN_PATH = `…/${KEY_PATH.split('/').slice(-3).join('/')}`;

test('proposals of all are in one list, ours first, and taken as alone', async () => {
  const workbench = await open();
  const { line } = placeOf(TEXT, './site:/etc/deviceauth');
  await workbench.goTo(line);
  await workbench.page.keyboard.press('Control+Enter');
  await workbench.page.keyboard.type('- ');
  await workbench.page.keyboard.press('Control+Space');
  const rows = workbench.page.locator('.suggest-widget.visible .monaco-list-row');
  const titles = async () => {
    const found = await rows.locator('.label-name').allTextContents();
    return found.map((title) => title.trim());
  };
  // `bind` comes from the schema, the pattern from the server of Container Tools.
  await expect
    .poll(titles, { timeout: 30_000 })
    .toEqual(expect.arrayContaining([SHOWN_PATH, 'bind', 'hostPath:containerPath:mode']));
  await workbench.screenshot('neighbours-completion');
  const shown = await titles();
  expect(shown[0]).toBe(SHOWN_PATH);
  expect(shown.filter((title) => title === SHOWN_PATH)).toHaveLength(1);
  await workbench.page.keyboard.press('Enter');
  const site = '      - ./site:/etc/deviceauth/site:ro\n';
  const taken = `      - ${KEY_PATH}:/etc/deviceauth/rsa/private.pem:ro\n`;
  await workbench.waitForText((text) => text === TEXT.replace(site, site + taken));
});

test('lenses stand beside each other', async () => {
  const workbench = await open();
  const lenses = workbench.editor.locator('.codelens-decoration');
  await lenses.filter({ hasText: 'Token key missing' }).filter({ hasText: 'Run Service' }).first().waitFor();
});

test('the light bulb offers our fixes once', async () => {
  const workbench = await open();
  const { line, column } = placeOf(TEXT, 'mender-device-auth:');
  await workbench.goTo(line, column + 2);
  const fixes = await workbench.openFixes();
  await workbench.screenshot('neighbours-fixes');
  expect(new Set(fixes).size).toBe(fixes.length);
  await workbench.chooseFix('Generate a token signing key for mender-device-auth');
  await workbench.notification('Created 1 file').waitFor();
});
