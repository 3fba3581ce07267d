// @ts-check
// What a server is asked for while somebody works, and the memory that it holds afterwards.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keyKeystroke, mountKeystroke, places } from './keystrokes.mjs';
import { realFiles } from './real-files.mjs';
import { cell, ratios, rest, timed, withServers } from './rounds.mjs';
import { summarize } from './statistics.mjs';
import { composeText } from './texts.mjs';

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureRequests({ servers, quick, root, log }) {
  log('code action, hover, completion');
  const { path } = /** @type {{ path: string }} */ (realFiles(root)[0]);
  const text = readFileSync(path, 'utf8');
  const uri = pathToFileURL(path).href;
  // What a server waits before it checks a file has no part in these.
  const asked = servers.filter(({ way }) => way !== 'published');
  const kinds = /** @type {const} */ (['code action', 'hover', 'completion']);
  /** @type {Map<string, number[]>} */
  const times = new Map();
  /** @type {Map<string, number>} how much was in the last answer */
  const sizes = new Map();
  await withServers(asked, pathToFileURL(dirname(path)).href, async (clients) => {
    for (const client of clients) {
      await client.open(uri, text);
      await rest(client);
    }
    for (let round = 0; round < (quick ? 4 : 16); round += 1) {
      for (const [i, client] of clients.entries()) {
        for (const kind of kinds) {
          const keystroke = kind === 'completion' ? keyKeystroke(text) : mountKeystroke(text);
          await client.change(uri, keystroke.there);
          // Ours has nothing to say of a mount at the wrong place.
          if (kind === 'hover') await client.change(uri, keystroke.back);
          const request = requestOf(kind, client, uri, text, asked[i]?.way);
          if (request !== undefined) {
            const key = `${kind} ${client.name}`;
            const time = await timed(async () => {
              const answer = await client.request(request.method, request.params);
              sizes.set(
                key,
                Array.isArray(answer) ? answer.length : (answer?.items?.length ?? (answer ? 1 : 0)),
              );
            });
            if (round >= 2) times.set(key, [...(times.get(key) ?? []), time]);
          }
          if (kind !== 'hover') await client.change(uri, keystroke.back);
        }
      }
    }
  });
  const table = [['request', ...asked.map(({ name }) => name)]];
  for (const kind of kinds) {
    table.push([
      `${kind} (ms)`,
      ...asked.map(({ name }) => {
        const list = times.get(`${kind} ${name}`);
        if (list === undefined) return 'has none';
        const empty = sizes.get(`${kind} ${name}`) === 0 ? ', empty answer' : '';
        return cell(new Map([[name, summarize(list)]]), name) + empty;
      }),
    ]);
  }
  return {
    title: 'Code action, hover and completion, in the example',
    notes: [
      'Asked once the diagnostics that follow a keystroke are there. Code action: at the first diagnostic of the server itself, else in the middle. Hover: ours at a mount, the others at the key `volumes` above it. Completion: behind the first letter of a new key of a service.',
    ],
    table,
    targets: [],
  };
}

/**
 * @param {'code action' | 'hover' | 'completion'} kind
 * @param {import('./lsp-client.mjs').Client} client
 * @param {string} uri
 * @param {string} text
 * @param {import('./servers.mjs').Server['way'] | undefined} way
 * @returns {{ method: string, params: object } | undefined} undefined where the server does not offer it
 */
function requestOf(kind, client, uri, text, way) {
  const textDocument = { uri };
  const { mount, key } = places(text);
  switch (kind) {
    case 'code action': {
      if (!client.capabilities.codeActionProvider) return undefined;
      const [first] = client.diagnostics(uri);
      const range = first?.range ?? { start: mount, end: mount };
      const context = { diagnostics: first ? [first] : [], triggerKind: 1 };
      return { method: 'textDocument/codeAction', params: { textDocument, range, context } };
    }
    case 'hover': {
      if (!client.capabilities.hoverProvider) return undefined;
      const position = way === 'ours' ? mount : { ...key, character: key.character + 2 };
      return { method: 'textDocument/hover', params: { textDocument, position } };
    }
    case 'completion': {
      if (!client.capabilities.completionProvider) return undefined;
      const position = keyKeystroke(text).back.range.end;
      const context = { triggerKind: 1 };
      return { method: 'textDocument/completion', params: { textDocument, position, context } };
    }
  }
}

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureMemory({ servers, quick, root, folder, log }) {
  const edits = quick ? 100 : 500;
  // Those that wait for a pause would skip most of the edits.
  const asked = servers.filter(({ way }) => way !== 'published');
  const { path } = /** @type {{ path: string }} */ (realFiles(root)[0]);
  const table = [['file', ...asked.map(({ name }) => name)]];
  /** @type {import('./rounds.mjs').Target[]} */
  const targets = [];
  for (const { name, text, uri } of [
    { name: 'the example', text: readFileSync(path, 'utf8'), uri: pathToFileURL(path).href },
    {
      name: '100 services',
      text: composeText(100),
      uri: `${pathToFileURL(folder).href}/memory/docker-compose.yml`,
    },
  ]) {
    log(`memory: ${name}`);
    /** @type {Map<string, import('./statistics.mjs').Summary>} */
    const memory = new Map();
    const { there, back } = mountKeystroke(text);
    for (const server of asked) {
      await withServers([server], `${dirname(uri)}`, async ([client]) => {
        if (client === undefined) return;
        await client.open(uri, text);
        await rest(client);
        for (let edit = 0; edit < edits; edit += 1) await client.change(uri, edit % 2 === 0 ? there : back);
        memory.set(server.name, summarize([client.residentMemory() / 1e6]));
      });
    }
    table.push([`${name} (MB)`, ...asked.map((server) => cell(memory, server.name))]);
    const value = ratios(asked, memory).all;
    targets.push({ name: `Memory after ${edits} edits, ${name}, of the smallest peer`, limit: 0.8, value });
  }
  return {
    title: `Memory after ${edits} edits`,
    notes: [
      'The resident memory of a process of its own, right after the diagnostics that follow the last keystroke.',
    ],
    table,
    targets,
  };
}
