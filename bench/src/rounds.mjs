// @ts-check
// What all measurements of servers have in common: servers side by side, in turns, each asked when the others rest.
import { setTimeout as sleep } from 'node:timers/promises';
import { keyKeystroke } from './keystrokes.mjs';
import { launch, NoAnswer } from './lsp-client.mjs';
import { spread, summarize } from './statistics.mjs';

/** How long a server must have been silent to be called at rest, in milliseconds. */
const REST = 400;

/**
 * @typedef {object} Context
 * @property {readonly import('./servers.mjs').Server[]} servers
 * @property {boolean} quick
 * @property {string} folder a directory to work in, absolute
 * @property {string} root the project's
 * @property {(line: string) => void} log
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {number} limit the value must not be greater
 * @property {number | undefined} value undefined where it can't be measured
 * @property {string} [unit]
 *
 * @typedef {object} Section
 * @property {string} title
 * @property {readonly string[]} notes how it was measured, one sentence or more each
 * @property {readonly (readonly string[])[]} table its first row is the head
 * @property {readonly Target[]} targets
 */

/**
 * Starts all servers, each with `folder` as its workspace, and ends them after `work`.
 * @template T
 * @param {readonly import('./servers.mjs').Server[]} servers
 * @param {string} folder a URI
 * @param {(clients: readonly import('./lsp-client.mjs').Client[]) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withServers(servers, folder, work) {
  /** @type {import('./lsp-client.mjs').Client[]} */
  const clients = [];
  try {
    for (const server of servers) clients.push(await launch({ ...server, folder }));
    return await work(clients);
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
  }
}

/**
 * Waits until a server has nothing more to say by itself.
 * @param {import('./lsp-client.mjs').Client} client
 */
export async function rest(client) {
  for (let before = -1; before !== client.published(); ) {
    before = client.published();
    await sleep(REST);
  }
}

/**
 * The milliseconds that `work` takes.
 * @param {() => Promise<unknown>} work
 */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * @typedef {object} Typed By server.
 * @property {Map<string, import('./statistics.mjs').Summary>} times milliseconds from a change to its diagnostics
 * @property {Map<string, import('./statistics.mjs').Summary>} processor milliseconds of processor time for a change, on
 *   average over all changes
 */

/**
 * Types one keystroke back and forth in all servers by turns. Those that wait for a pause first take part in every
 * third turn only.
 * @param {readonly import('./servers.mjs').Server[]} servers
 * @param {readonly import('./lsp-client.mjs').Client[]} clients of the servers, that have `uri` open
 * @param {string} uri
 * @param {import('./keystrokes.mjs').Keystroke} keystroke
 * @param {number} rounds
 * @returns {Promise<Typed>}
 * @throws {NoAnswer} when a server did not answer each change once
 */
export async function type(servers, clients, uri, keystroke, rounds) {
  const typists = clients.map((client, i) => ({
    client,
    slow: servers[i]?.way === 'published',
    /** @type {number[]} */
    times: [],
    changes: 0,
    before: 0,
    processorBefore: /** @type {number | undefined} */ (0),
  }));
  for (const typist of typists) {
    await rest(typist.client);
    typist.before = typist.client.published();
    typist.processorBefore = typist.client.processorTime();
  }
  const warmUp = rounds > 2 ? 2 : 1;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const edit of [keystroke.there, keystroke.back]) {
      for (const typist of typists) {
        if (typist.slow && (round - warmUp + 1) % 3 !== 1) continue;
        const time = await timed(() => typist.client.change(uri, edit));
        typist.changes += 1;
        if (round >= warmUp) typist.times.push(time);
      }
    }
  }
  /** @type {Typed['processor']} */
  const processor = new Map();
  for (const { client, changes, before, processorBefore } of typists) {
    const used = client.processorTime();
    if (used !== undefined && processorBefore !== undefined)
      processor.set(client.name, summarize([(used - processorBefore) / changes]));
    const answers = client.published() - before;
    if (answers !== changes)
      throw new NoAnswer(`${client.name} sent diagnostics ${answers} times for ${changes} changes.`);
  }
  const times = new Map(typists.map((typist) => [typist.client.name, summarize(typist.times)]));
  return { times, processor };
}

/**
 * Makes sure that the diagnostics of a server are those of the text as it is: a keystroke must change them.
 * @param {import('./lsp-client.mjs').Client} client
 * @param {string} uri
 * @param {import('./keystrokes.mjs').Keystroke} keystroke
 * @throws {NoAnswer}
 */
export async function prove(client, uri, keystroke) {
  await rest(client);
  const before = JSON.stringify(messages(client.diagnostics(uri)));
  await client.change(uri, keystroke.there);
  const there = JSON.stringify(messages(client.diagnostics(uri)));
  await client.change(uri, keystroke.back);
  const back = JSON.stringify(messages(client.diagnostics(uri)));
  if (there === before || back !== before)
    throw new NoAnswer(`${client.name} says the same of a file whether it is right or wrong.`);
}

/** @param {any[]} diagnostics */
function messages(diagnostics) {
  return diagnostics.map(({ message }) => message).sort();
}

/**
 * Which keystroke a server has something to say of: ours of a mount, the others of what is no YAML.
 * @param {import('./servers.mjs').Server['way']} way
 * @param {string} text
 * @param {import('./keystrokes.mjs').Keystroke} mount
 */
export function tellingKeystroke(way, text, mount) {
  return way === 'ours' ? mount : keyKeystroke(text);
}

/**
 * Our median by that of the fastest (smallest) peer, once among the peers as published, once among all.
 * @param {readonly import('./servers.mjs').Server[]} servers
 * @param {ReadonlyMap<string, import('./statistics.mjs').Summary>} values by server
 * @returns {{ published: number | undefined, all: number | undefined }}
 */
export function ratios(servers, values) {
  const own = servers.find(({ way }) => way === 'ours');
  const ours = own && values.get(own.name)?.median;
  /** @param {readonly import('./servers.mjs').Server[]} peers */
  const against = (peers) => {
    const medians = peers.flatMap(({ name }) => values.get(name)?.median ?? []);
    return ours === undefined || medians.length === 0 ? undefined : ours / Math.min(...medians);
  };
  return {
    published: against(servers.filter(({ way }) => way === 'published')),
    all: against(servers.filter(({ way }) => way !== 'ours')),
  };
}

/**
 * Two targets from one: against the peers as published, and against the peers at their best too.
 * @param {string} name
 * @param {number} limit
 * @param {ReturnType<typeof ratios>} values
 * @param {string} [best] `fastest` unless told
 * @returns {Target[]}
 */
export function peerTargets(name, limit, values, best = 'fastest') {
  return [
    { name: `${name}, of the ${best} peer as published`, limit, value: values.published },
    { name: `${name}, of the ${best} peer at its best`, limit, value: values.all },
  ];
}

/**
 * @param {ReadonlyMap<string, import('./statistics.mjs').Summary>} values by server
 * @param {string} name
 */
export function cell(values, name) {
  const value = values.get(name);
  return value ? spread(value) : '–';
}
