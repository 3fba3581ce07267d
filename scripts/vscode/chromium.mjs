// Finds a Chromium for the end-to-end tests, or gets one. It says what it does, and never does without in silence.
import { existsSync } from 'node:fs';
import { findProgram, isProgram, run } from './run.mjs';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const usualPlaces = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the path of a Chromium, Chrome or Edge
 * @throws {Error} when there is none and none could be got; the message says what to do
 */
export async function ensureChromium(log) {
  const told = process.env.MENDER_COMPOSE_CHROMIUM;
  if (told) {
    if (!isProgram(told)) throw new Error(`MENDER_COMPOSE_CHROMIUM names ${told}, which can't be run.`);
    return told;
  }
  const found = findChromium();
  if (found) return found;
  const failures = [];
  for (const get of [fromDebian, fromPlaywright]) {
    try {
      const path = await get(log);
      if (path) return path;
    } catch (error) {
      failures.push(/** @type {Error} */ (error).message);
      log(`That did not work: ${/** @type {Error} */ (error).message.split('\n')[0]}`);
    }
  }
  throw new Error(
    [
      'The end-to-end tests need Chromium, Chrome or Edge, and none was found or could be installed.',
      'Install one, or set MENDER_COMPOSE_CHROMIUM to the path of one, and run the tests again.',
      ...failures,
    ].join('\n'),
  );
}

/** @returns {string | undefined} */
function findChromium() {
  for (const name of names) {
    const path = findProgram(name);
    if (path) return path;
  }
  return usualPlaces.find(isProgram);
}

/**
 * On Debian and its kin, as root. Fonts too: without them pictures show boxes for letters.
 * @param {(line: string) => void} log
 * @returns {Promise<string | undefined>}
 */
async function fromDebian(log) {
  const apt = findProgram('apt-get');
  if (!apt || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return undefined;
  log('No Chromium found: installing Debian packages chromium and fonts-dejavu-core (apt-get install) ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(apt, ['update'], { env });
  await run(apt, ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env });
  return findChromium();
}

/**
 * Playwright's own build, for the version of playwright-core that the project depends on.
 * @param {(line: string) => void} log
 * @returns {Promise<string | undefined>}
 */
async function fromPlaywright(log) {
  const { chromium } = await import('playwright-core');
  if (isProgram(chromium.executablePath())) return chromium.executablePath();
  log("No Chromium found: getting Playwright's own (playwright-core install chromium) ...");
  const { createRequire } = await import('node:module');
  const { dirname, join } = await import('node:path');
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  await run(process.execPath, [cli, 'install', 'chromium']);
  return isProgram(chromium.executablePath()) ? chromium.executablePath() : undefined;
}
