// @ts-check
// The packaged extension in a real VS Code, driven by a real browser.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../../scripts/vscode/chromium.mjs';
import { ensureVsCode } from '../../scripts/vscode/code-server.mjs';
import { makeVsix } from '../../scripts/vscode/extension.mjs';
import { startVsCode } from '../../scripts/vscode/serve.mjs';
import { workbench } from './build-engine.mjs';
import { timed } from './rounds.mjs';
import { spread, summarize } from './statistics.mjs';

/** A Linux container runs as root, which Chromium's sandbox refuses. */
const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureActivation({ quick, root, folder, log }) {
  log('VS Code');
  const { Workbench } = await workbench();
  const opened = join(folder, 'example');
  cpSync(join(root, 'examples/production'), opened, { recursive: true });
  const { displayName } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const vscode = await ensureVsCode(log);
  const executablePath = await ensureChromium(log);
  const served = await startVsCode(vscode, { folder: opened, extension: { vsix: await makeVsix(root) } });
  /** @type {number[]} */
  const activations = [];
  /** @type {number[]} */
  const squiggles = [];
  try {
    const browser = await chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
    for (let round = 0; round < (quick ? 2 : 10); round += 1) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const window = await Workbench.open(await context.newPage(), served.url, {
        folder: opened,
        screenshots: '',
      });
      const squiggle = await timed(async () => {
        await window.openFile('docker-compose.yml');
        await window.statusItem(/Mender/).waitFor();
        await window.goTo(45);
        await window.squiggles('error').first().waitFor();
      });
      await window.runCommand('Developer: Show Running Extensions');
      const row = window.page.locator('.runtime-extensions-editor .extension', { hasText: displayName });
      const text = await row.locator('.activation-time').innerText();
      const activation = Number(/(\d+)\s*ms/.exec(text)?.[1]);
      if (Number.isNaN(activation)) throw new Error(`VS Code says of the activation: ${text}`);
      // The first window fills caches.
      if (round > 0) {
        activations.push(activation);
        squiggles.push(squiggle);
      }
      await context.close();
    }
    await browser.close();
  } finally {
    await served.stop();
  }
  return {
    title: 'Activation in VS Code',
    notes: [
      'The packaged extension in the VS Code that the tests use, in Chromium. Activation: as *Developer: Show Running Extensions* tells it, the time in which other extensions wait for this one. First underline: from the moment the file is asked for, the way to it with the keyboard included.',
    ],
    table: [
      ['what', 'time (ms)'],
      ['activation', spread(summarize(activations))],
      ['first underline', spread(summarize(squiggles))],
    ],
    targets: [],
  };
}
