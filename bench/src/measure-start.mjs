// @ts-check
// From the start of a server to its first diagnostics.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './lsp-client.mjs';
import { realFiles } from './real-files.mjs';
import { cell, peerTargets, ratios, timed } from './rounds.mjs';
import { digits, summarize } from './statistics.mjs';

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureStart({ servers, quick, root, log }) {
  const rounds = quick ? 4 : 15;
  const table = [['file', ...servers.map(({ name }) => name)]];
  /** @type {import('./rounds.mjs').Target[]} */
  const targets = [];
  for (const { name, path } of realFiles(root)) {
    log(`start: ${name}`);
    const text = readFileSync(path, 'utf8');
    const folder = pathToFileURL(dirname(path)).href;
    const uri = pathToFileURL(path).href;
    const times = new Map(servers.map((server) => [server.name, /** @type {number[]} */ ([])]));
    /** @type {Map<string, number>} */
    const processor = new Map();
    for (let round = 0; round <= rounds; round += 1) {
      for (const server of servers) {
        /** @type {import('./lsp-client.mjs').Client | undefined} */
        let client;
        const time = await timed(async () => {
          client = await launch({ ...server, folder });
          await client.open(uri, text);
        });
        const used = client?.processorTime();
        await client?.stop();
        // The first round brings the files into the disk's cache.
        if (round === 0) continue;
        times.get(server.name)?.push(time);
        if (used !== undefined) processor.set(server.name, (processor.get(server.name) ?? 0) + used / rounds);
      }
    }
    const summaries = new Map([...times].map(([server, list]) => [server, summarize(list)]));
    table.push([`${name} (ms)`, ...servers.map((server) => cell(summaries, server.name))]);
    table.push([
      '– processor (ms)',
      ...servers.map((server) => {
        const used = processor.get(server.name);
        return used === undefined ? '–' : digits(used);
      }),
    ]);
    targets.push(...peerTargets(`Start to first diagnostics, ${name}`, 0.4, ratios(servers, summaries)));
  }
  return {
    title: 'From the start of the process to the first diagnostics',
    notes: [
      `The process is started, gets \`initialize\`, \`initialized\` and \`didOpen\`, and its questions for configuration are answered. ${rounds} rounds. Processor: what all threads use until then, on average.`,
    ],
    table,
    targets,
  };
}
