// Names and paths of a crafted compose file, in every place where VS Code shows text that it reads for links, commands,
// pictures and icons: none of them becomes one, whether the workspace is trusted or not.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPOSE_FILE, folderOf, placeOf } from './harness/deployment';
import { type Editor, startEditor } from './harness/editor';
import { keysRow, showKeys } from './harness/keys-view';
import { confirm } from './harness/tasks';
import type { Workbench } from './harness/workbench';

/** A command that would be seen, a picture and a page of nobody's. */
const LINK = '[Generate one now](command:workbench.action.toggleZenMode)';
const PICTURE = '![p](https://evil.example/p.png)';
const EVIL = `${LINK} $(flame) ${PICTURE} <https://evil.example> www.evil.example`;
const TABLE = `./a|${LINK}|${PICTURE}|`;

const TARGET = `/keys/a|${LINK}|$(flame)`;

const COMPOSE = `include:
  - ${JSON.stringify(`./other ${LINK.replaceAll('/', '')} $(flame).yml`)}
services:
  ${JSON.stringify(`gateway ${EVIL}`)}:
    image: mendersoftware/api-gateway:2.7.0
    volumes:
      - type: bind
        source: ${JSON.stringify(`${TABLE}.crt`)}
        target: /certs/cert.crt
      - type: bind
        source: ${JSON.stringify(`${TABLE}.key`)}
        target: /certs/private.key
  ${JSON.stringify(`deviceauth ${EVIL}`)}:
    image: mendersoftware/deviceauth:mender-2.7.0
  useradm:
    image: mendersoftware/useradm:mender-2.7.0
    environment:
      USERADM_SERVER_PRIV_KEY_PATH: ${JSON.stringify(TARGET)}
    volumes:
      - type: bind
        source: ${JSON.stringify('./(<command:workbench.action.toggleZenMode>.pem')}
        target: ${JSON.stringify(TARGET)}
`;

const RESTRICTED = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});

afterAll(() => editor?.stop());

/** Opens the crafted deployment, and notes what is requested from elsewhere. */
async function open(
  settings: Record<string, unknown>,
): Promise<{ workbench: Workbench; requests: string[] }> {
  const folder = folderOf({
    [COMPOSE_FILE]: COMPOSE,
    [`other ${LINK.replaceAll('/', '')} $(flame).yml`]: 'services: {}\n',
    '(<command:workbench.action.toggleZenMode>.pem': 'no key\n',
  });
  const workbench = await editor.open(folder, {
    settings: { 'mender.inlayHints.enabled': true, ...settings },
    size: { width: 1600, height: 900 },
  });
  const requests: string[] = [];
  workbench.page.on('request', (request) => {
    if (request.url().includes('evil.example')) requests.push(request.url());
  });
  await workbench.openFile(COMPOSE_FILE);
  await workbench.squiggles('error').first().waitFor();
  return { workbench, requests };
}

/** Runs in the window: links to what the file names, its pictures, and its icons. */
const READ = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const hrefs = all('a').flatMap((link) => [link.getAttribute('href'), link.getAttribute('data-href')]);
  const pictures = all('img').map((image) => image.getAttribute('src'));
  return [
    ...hrefs.filter((href) => href && !/^(file:|vscode-remote:|command:mender\\.)/.test(href) && /toggleZenMode|evil\\.example/.test(href)),
    ...pictures.filter((source) => source && source.includes('evil')),
    ...all('.codicon-flame').map(() => 'icon'),
  ];
})()`;

/** Fails where the window shows any of it. */
async function expectNone(workbench: Workbench, place: string): Promise<void> {
  expect(await workbench.page.evaluate(READ), place).toEqual([]);
}

async function hoverOn(workbench: Workbench, piece: string, shows: string | RegExp): Promise<string> {
  const { line, column } = placeOf(COMPOSE, piece);
  await workbench.goTo(line, column + 2);
  await workbench.runCommand('Show or Focus Hover');
  const hover = workbench.page.locator('.monaco-resizable-hover:visible').first();
  await hover.filter({ hasText: shows }).waitFor();
  return (await hover.innerText()).replaceAll('\u00a0', ' ');
}

/** What a place shows after a look for links: hovers, lenses, the view, its tooltips and the tooltip of the status bar. */
async function lookAround(workbench: Workbench, picture: string, trusted: boolean): Promise<void> {
  await workbench.editor.locator('.codelens-decoration').first().waitFor();
  await expectNone(workbench, 'lenses');

  const mount = await hoverOn(workbench, JSON.stringify(`${TABLE}.crt`), 'in the container');
  await expectNone(workbench, 'the hover of a mount');
  await workbench.screenshot(`${picture}-hover-mount`);
  await workbench.page.keyboard.press('Escape');
  expect(mount).toContain('TLS certificate');

  const service = await hoverOn(workbench, JSON.stringify(`gateway ${EVIL}`), 'mounted');
  await expectNone(workbench, 'the table of a service');
  await workbench.screenshot(`${picture}-hover-service`);
  // What the file holds is read as it is.
  expect(service).toContain(`${TABLE}.crt`);
  const links = workbench.page.locator('.monaco-resizable-hover a[data-href^="command:"]');
  const commands = await links.evaluateAll((all) => all.map((link) => link.getAttribute('data-href') ?? ''));
  if (trusted) expect(commands.length).toBeGreaterThan(0);
  else expect(commands).toEqual([]);
  for (const command of commands) expect(command).toMatch(/^command:mender\.reviewFix\?/);
  await workbench.page.keyboard.press('Escape');

  await hoverOn(workbench, 'USERADM_SERVER_PRIV_KEY_PATH', 'USERADM_SERVER_PRIV_KEY_PATH of');
  await expectNone(workbench, 'the hover of a variable');
  await workbench.page.keyboard.press('Escape');

  const path = placeOf(COMPOSE, '(<command:workbench');
  await workbench.goTo(path.line, path.column + 4);
  await workbench.runCommand('Show or Focus Hover');
  await workbench.page.locator('.monaco-resizable-hover:visible').first().waitFor();
  await expectNone(workbench, 'the link of a path');
  await workbench.page.keyboard.press('Escape');

  await workbench.tooltipOf(workbench.statusItem(/Mender/));
  await expectNone(workbench, 'the status bar');
  await workbench.screenshotWithHover(`${picture}-status`);

  await workbench.showProblems();
  await workbench.waitForProblems((problems) => problems.length > 3);
  await expectNone(workbench, 'the problems');

  const pane = await showKeys(workbench);
  await keysRow(pane, 'gateway').waitFor();
  await workbench.tooltipOf(keysRow(pane, 'gateway'));
  await expectNone(workbench, 'the tooltip of a row');
  const leaf = keysRow(pane, '.crt');
  await leaf.click();
  await workbench.notification('File not found').waitFor();
  await expectNone(workbench, 'the notification of a file that is not there');
  await workbench.screenshot(`${picture}-notification`);
  expect(await workbench.notification('File not found').innerText()).toContain(
    '[Generate one now] (command:workbench.action.toggleZenMode)',
  );
}

test('is text in a trusted workspace, and so is what its commands show', async () => {
  const { workbench, requests } = await open({});
  await lookAround(workbench, 'hostile-trusted', true);

  await workbench.openFile(COMPOSE_FILE);
  const { line, column } = placeOf(COMPOSE, JSON.stringify(`deviceauth ${EVIL}`));
  await workbench.goTo(line, column + 2);
  await workbench.openFixes();
  await expectNone(workbench, 'the light bulb');
  await workbench.screenshot('hostile-trusted-fixes');
  await workbench.page.keyboard.press('Escape');

  await workbench.runCommand('Mender: Create Certificate Request');
  await workbench.quickRows.first().waitFor();
  await expectNone(workbench, 'the list of keys');
  await workbench.screenshot('hostile-trusted-list');
  await workbench.page.keyboard.press('Enter');
  await workbench.quickRows.filter({ hasText: 'Current key' }).waitFor();
  await expectNone(workbench, 'the choice of a key');
  await workbench.page.keyboard.press('Enter');
  const prompt = workbench.page.locator('.quick-input-widget:visible .quick-input-message');
  const asks = prompt.filter({ hasText: /is not a host name/ });
  await asks.waitFor();
  await workbench.input.fill('a.example.com');
  await prompt.filter({ hasText: 'Names in the certificate of' }).waitFor();
  await expectNone(workbench, 'the prompt for names');
  await workbench.screenshot('hostile-trusted-prompt');
  await workbench.input.fill('[x](command:workbench.action.toggleZenMode)');
  await prompt.filter({ hasText: '[x] (command:' }).waitFor();
  await expectNone(workbench, 'what is wrong with a name');
  await workbench.page.keyboard.press('Escape');
  await workbench.input.waitFor({ state: 'hidden' });

  await workbench.runCommand('Mender: Generate Mender Keys…');
  await confirm(workbench, 'hostile-trusted-preview');
  await expectNone(workbench, 'the preview');
  const end = workbench.notification(/Created \d+ file|Nothing was created|refused|can.t|could not/i);
  await asks.or(end).first().waitFor();
  if (await asks.isVisible()) {
    await workbench.input.fill('a.example.com');
    await workbench.page.keyboard.press('Enter');
  }
  await end.waitFor();
  await expectNone(workbench, 'the end of a task');
  await workbench.screenshot('hostile-trusted-done');
  expect(requests).toEqual([]);
});

test('is text in Restricted Mode', async () => {
  const { workbench, requests } = await open(RESTRICTED);
  await lookAround(workbench, 'hostile-restricted', false);
  await workbench.openFile(COMPOSE_FILE);
  await workbench.runCommand('Mender: Generate Mender Keys…');
  await workbench.notification('This workspace is not trusted').waitFor();
  await expectNone(workbench, 'the refusal');
  expect(requests).toEqual([]);
});
