// @ts-check
// Files that belong together.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mountKeystroke } from './keystrokes.mjs';
import { cell, rest, timed, type, withServers } from './rounds.mjs';
import { summarize } from './statistics.mjs';
import { eightFiles } from './texts.mjs';

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureStack({ servers, quick, folder, log }) {
  log('a stack of eight files');
  const directory = join(folder, 'eight');
  mkdirSync(directory, { recursive: true });
  const files = eightFiles();
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
  const text = files.get('docker-compose.yml') ?? '';
  const uri = pathToFileURL(join(directory, 'docker-compose.yml')).href;
  const table = [['what', ...servers.map(({ name }) => name)]];
  await withServers(servers, pathToFileURL(directory).href, async (clients) => {
    const opened = new Map();
    for (const client of clients) {
      await rest(client);
      opened.set(client.name, summarize([await timed(() => client.open(uri, text))]));
    }
    const { times: typed } = await type(servers, clients, uri, mountKeystroke(text), quick ? 4 : 12);
    table.push(['open, once (ms)', ...servers.map(({ name }) => cell(opened, name))]);
    table.push(['keystroke (ms)', ...servers.map(({ name }) => cell(typed, name))]);
  });
  return {
    title: 'A stack of eight files',
    notes: [
      '`COMPOSE_FILE` in `.env` puts eight files together. Ours judges them as a whole, also at a keystroke in one of them; the others judge the one that is open.',
    ],
    table,
    targets: [],
  };
}
