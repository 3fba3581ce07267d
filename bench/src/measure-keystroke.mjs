// @ts-check
// From a keystroke to diagnostics, and from the opening of a file to them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { keyKeystroke, mountKeystroke } from './keystrokes.mjs';
import { realFiles } from './real-files.mjs';
import {
  cell,
  peerTargets,
  prove,
  ratios,
  rest,
  tellingKeystroke,
  timed,
  type,
  withServers,
} from './rounds.mjs';
import { OURS } from './servers.mjs';
import { digits, spread, summarize } from './statistics.mjs';
import { composeText } from './texts.mjs';

const YARDSTICK = 'bare `yaml` parse';

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureRealKeystrokes(context) {
  const { servers, quick, root, log } = context;
  const table = [['file', 'keystroke', ...servers.map(({ name }) => name), YARDSTICK]];
  /** @type {import('./rounds.mjs').Target[]} */
  const targets = [];
  for (const { name, path } of realFiles(root)) {
    log(`keystroke: ${name}`);
    const text = readFileSync(path, 'utf8');
    const uri = pathToFileURL(path).href;
    await withServers(servers, pathToFileURL(dirname(path)).href, async (clients) => {
      const mount = mountKeystroke(text);
      for (const client of clients) {
        await client.open(uri, text);
        const way = servers.find((server) => server.name === client.name)?.way ?? 'best';
        if (name === 'the example') await prove(client, uri, tellingKeystroke(way, text, mount));
      }
      const unfinished = /** @type {const} */ (['of an unfinished key', keyKeystroke(text)]);
      for (const [label, keystroke] of [
        /** @type {const} */ (['in a value', mount]),
        ...(name === 'the example' ? [unfinished] : []),
      ]) {
        const { times, processor } = await type(servers, clients, uri, keystroke, quick ? 4 : 12);
        const parse = parseTimes(text, keystroke, quick ? 6 : 20);
        table.push([
          name,
          `${label} (ms)`,
          ...servers.map((server) => cell(times, server.name)),
          spread(parse),
        ]);
        table.push([name, '– processor (ms)', ...servers.map((server) => cell(processor, server.name)), '']);
        if (label === 'in a value') {
          targets.push(...peerTargets(`Keystroke, ${name}`, 0.05, ratios(servers, times)));
        }
      }
    });
  }
  return {
    title: 'From a keystroke to diagnostics, in real files',
    notes: [
      'A character comes and goes in the middle of the file: in the path that a key is mounted at (where the file mounts none: in the name of an image), so that a Mender finding comes and goes; and as a key without its colon, which is no YAML. Every server sends diagnostics after each change, and each change waits for them. It was made sure that they change with the text. Processor: what all threads of the server use for a keystroke, on average; other work of the machine does not count in it.',
    ],
    table,
    targets,
  };
}

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureSizes({ servers, quick, folder, log }) {
  const table = [['services', 'what', ...servers.map(({ name }) => name), YARDSTICK]];
  /** @type {Map<string, number>} our medians */
  const ours = new Map();
  /** @type {import('./rounds.mjs').Target[]} */
  const targets = [];
  for (const size of quick ? [10, 1000] : [10, 100, 1000, 10_000]) {
    log(`keystroke: ${size} services`);
    const rounds = size >= 10_000 ? 3 : size >= 1000 ? 5 : 10;
    const text = composeText(size);
    await withServers(servers, pathToFileURL(folder).href, async (clients) => {
      const { times: opened, uri } = await openings(clients, text, join(folder, `size-${size}`), size);
      const keystroke = mountKeystroke(text);
      const typing = await type(servers, clients, uri, keystroke, quick ? 2 : rounds);
      const typed = typing.times;
      const parse = parseTimes(text, keystroke, size >= 10_000 ? 4 : 10);
      const row = (/** @type {string} */ what, /** @type {typeof opened} */ values) =>
        table.push([
          digits(size),
          what,
          ...servers.map(({ name }) => cell(values, name)),
          what === 'keystroke (ms)' ? spread(parse) : '',
        ]);
      row('open (ms)', opened);
      row('keystroke (ms)', typed);
      row('– processor (ms)', typing.processor);
      ours.set(`open ${size}`, opened.get(OURS)?.median ?? Number.NaN);
      ours.set(`keystroke ${size}`, typed.get(OURS)?.median ?? Number.NaN);
      if (size === 1000) {
        targets.push(...peerTargets('Keystroke, 1,000 services', 0.1, ratios(servers, typed)));
        const value = (typed.get(OURS)?.median ?? Number.NaN) / parse.median;
        targets.push({ name: 'Keystroke, 1,000 services, of one bare parse', limit: 0.25, value });
      }
    });
  }
  const [own] = servers;
  if (own && !quick) {
    for (const deployments of /** @type {const} */ (['one', 'many'])) {
      const what = TYPED_ON[deployments];
      log(`keystroke: ${what}`);
      for (const { size, times } of await typedOn(own, folder, deployments)) {
        ours.set(`${what} ${size}`, times.median);
        const values = new Map([[OURS, times]]);
        table.push([digits(size), `${what} (ms)`, ...servers.map(({ name }) => cell(values, name)), '']);
      }
    }
  }
  const growth = (/** @type {string} */ what) => {
    const [small, large] = [ours.get(`${what} 1000`), ours.get(`${what} 10000`)];
    return small === undefined || large === undefined ? undefined : large / small;
  };
  targets.push(
    { name: 'First analysis, 10,000 services by 1,000', limit: 12, value: growth('open') },
    ...Object.values(TYPED_ON).map((what) => ({
      name: `Keystroke, 10,000 services by 1,000, ${what}`,
      limit: 3,
      value: growth(what),
    })),
    { name: 'Keystroke, 10,000 services by 1,000, the first ones', limit: 3, value: growth('keystroke') },
  );
  return {
    title: 'From a keystroke to diagnostics, by the number of services',
    notes: [
      'Generated files: a Mender deployment of seven services in the middle, other services around it, every twentieth of them a Mender service that mounts a token key. `open`: from `didOpen` of a text that the server has not seen to its diagnostics, in a server that has opened such files before. `keystroke`: in the path of the mount in the middle, the first ones after the file was opened.',
      'Typed on: 40 keystrokes later, when the engine has compiled what it runs, and without the peers in between, which take seconds for a keystroke and leave a processor without what it had at hand. Two servers of ours, one for each file, ten keystrokes in turn, so that the ups and downs of the machine meet both. In a file with one deployment, only the file grows; in the others, also the diagnostics that are sent at each keystroke, from 50 to 500.',
    ],
    table,
    targets,
  };
}

/**
 * Opens the same text again and again, each time with another first line, as another file.
 * @param {readonly import('./lsp-client.mjs').Client[]} clients
 * @param {string} text
 * @param {string} folder
 * @param {number} size in services
 * @returns {Promise<{ times: Map<string, import('./statistics.mjs').Summary>, uri: string }>} and what is open now
 */
async function openings(clients, text, folder, size) {
  const rounds = size >= 10_000 ? 3 : 6;
  const times = new Map(clients.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  let uri = '';
  for (let round = 0; round < rounds; round += 1) {
    const path = join(folder, String(round), 'docker-compose.yml');
    mkdirSync(dirname(path), { recursive: true });
    // As long as every other, so that places don't differ.
    const own = text.replace('name: bench', `name: benc${round}`);
    writeFileSync(path, own);
    const last = uri;
    uri = pathToFileURL(path).href;
    for (const client of clients) {
      if (last !== '') client.close(last);
      await rest(client);
      const time = await timed(() => client.open(uri, own));
      if (round > 0) times.get(client.name)?.push(time);
    }
  }
  return { times: new Map([...times].map(([name, list]) => [name, summarize(list)])), uri };
}

/** What is typed on in: a file with the deployment in the middle alone, and one with the other Mender services too. */
const TYPED_ON = { one: 'typed on, one deployment', many: 'typed on, findings grow too' };

/**
 * Types on in files of 1,000 and of 10,000 services by turns, each in a server of its own.
 * @param {import('./servers.mjs').Server} server
 * @param {string} folder
 * @param {'one' | 'many'} deployments
 * @returns {Promise<{ size: number, times: import('./statistics.mjs').Summary }[]>}
 */
async function typedOn(server, folder, deployments) {
  const sizes = [1000, 10_000];
  return withServers([server, server], pathToFileURL(folder).href, async (clients) => {
    const typists = [];
    for (const [i, client] of clients.entries()) {
      const size = sizes[i] ?? 0;
      const text = composeText(size, deployments);
      const path = join(folder, `typed-${deployments}-${size}`, 'docker-compose.yml');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      const uri = pathToFileURL(path).href;
      await client.open(uri, text);
      await rest(client);
      typists.push({
        client,
        size,
        uri,
        keystroke: mountKeystroke(text),
        times: /** @type {number[]} */ ([]),
      });
    }
    for (let turn = 0; turn < 10; turn += 1) {
      for (const { client, uri, keystroke, times } of typists) {
        for (let i = 0; i < 10; i += 1) {
          const edit = i % 2 === 0 ? keystroke.there : keystroke.back;
          const time = await timed(() => client.change(uri, edit));
          if (turn >= 4) times.push(time);
        }
      }
    }
    return typists.map(({ size, times }) => ({ size, times: summarize(times) }));
  });
}

/**
 * How long `parseDocument` takes for the text with and without the keystroke, by turns.
 * @param {string} text
 * @param {import('./keystrokes.mjs').Keystroke} keystroke
 * @param {number} rounds
 */
function parseTimes(text, { there }, rounds) {
  const lines = text.split('\n');
  const { line, character } = there.range.start;
  const before = lines[line] ?? '';
  lines[line] = before.slice(0, character) + there.text + before.slice(character);
  const texts = [text, lines.join('\n')];
  const times = [];
  for (let round = 0; round < rounds + 2; round += 1) {
    const start = performance.now();
    parseDocument(texts[round % 2] ?? '');
    if (round >= 2) times.push(performance.now() - start);
  }
  return summarize(times);
}
