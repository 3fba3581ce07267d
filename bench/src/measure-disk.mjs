// @ts-check
// Many files on disk: mounts whose files don't change, directories full of stacks.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { engine } from './build-engine.mjs';
import { timed } from './rounds.mjs';
import { ourCli } from './servers.mjs';
import { digits, spread, summarize } from './statistics.mjs';
import { composeText, mountsText } from './texts.mjs';

const MOUNTS = 1000;
const STACKS = 1000;

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureMounts({ quick, folder, log }) {
  log(`${MOUNTS} mounts`);
  const directory = join(folder, 'mounts');
  mkdirSync(join(directory, 'keys'), { recursive: true });
  for (let i = 0; i < MOUNTS; i += 1) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(directory, 'keys', `${i}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
    });
  }
  const file = join(directory, 'docker-compose.yml');
  const text = mountsText(MOUNTS);
  writeFileSync(file, text);

  const { createLanguageService, nodeHost } = await engine();
  const { host, counts, reads } = counting(nodeHost());
  const service = createLanguageService(host);
  /** @param {number} version */
  const check = async (version) => {
    counts.clear();
    reads.clear();
    service.open(file, `${text}# ${version}\n`, version);
    const time = await timed(async () => {
      const answer = await service.check(file);
      if (answer === undefined || 'problem' in answer)
        throw new Error('The file with the mounts is not judged.');
    });
    return { time, counts: new Map(counts), reads: [...reads].map((path) => relative(directory, path)) };
  };
  const first = await check(1);
  const later = [];
  for (let version = 2; version < (quick ? 5 : 14); version += 1) later.push(await check(version));
  const second = later[0]?.counts ?? new Map();
  const read = later[0]?.reads ?? [];
  /** @param {ReadonlyMap<string, number>} of */
  const row = (of) => ['read', 'status', 'realPath', 'list'].map((name) => digits(of.get(name) ?? 0));
  return {
    title: `${digits(MOUNTS)} mounts whose files don't change`,
    notes: [
      'Services that mount a token key each, all files different; the compose file gets another last line before each check. Through the service, on the real disk, with a host that counts what it is asked.',
      ...(read.length > 0 ? [`Files that were read again, or looked for: ${read.join(', ')}.`] : []),
    ],
    table: [
      ['check', 'time (ms)', 'file reads', 'status', 'real path', 'listings'],
      ['first', digits(first.time), ...row(first.counts)],
      ['later ones', spread(summarize(later.map(({ time }) => time))), ...row(second)],
    ],
    targets: [{ name: 'File reads at the second check', limit: 0, value: second.get('read') ?? 0, unit: '' }],
  };
}

/**
 * A host that counts how often the disk is asked, and remembers which files were read.
 * @param {import('../../server/src/platform/platform').Host} host
 */
function counting(host) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  /** @type {Set<string>} paths */
  const reads = new Set();
  const files = new Proxy(host.files, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (/** @type {unknown[]} */ ...args) => {
        counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
        if (name === 'read') reads.add(String(args[0]));
        return Reflect.apply(method, target, args);
      };
    },
  });
  return { host: { ...host, files }, counts, reads };
}

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureStacks({ quick, folder, log }) {
  const stacks = quick ? 100 : STACKS;
  log(`${stacks} stacks on the command line`);
  const directory = join(folder, 'stacks');
  for (let i = 0; i < stacks; i += 1) {
    mkdirSync(join(directory, `stack-${i}`), { recursive: true });
    const text = composeText(20).replace('name: bench', `name: bench-${i}`);
    writeFileSync(join(directory, `stack-${i}`, 'docker-compose.yml'), text);
  }
  const run = promisify(execFile);
  const times = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    times.push(
      await timed(async () => {
        // It ends with 1, since keys are missing.
        const answer = await run(process.execPath, [ourCli, 'check', '--format', 'json', directory], {
          maxBuffer: 2 ** 30,
        }).catch((/** @type {{ code?: unknown, stderr?: string }} */ error) => error);
        if ('code' in answer && answer.code !== 1)
          throw new Error(`The command line failed: ${answer.stderr}`);
      }),
    );
  }
  const { median, low, high, count } = summarize(times.map((time) => time / 1000));
  return {
    title: `${digits(stacks)} stacks on the command line`,
    notes: ['`mender-compose check` of a directory of stacks with 20 services each, its own start included.'],
    table: [
      ['what', 'value'],
      ['all (s)', spread({ median, low, high, count })],
      ['each (ms)', digits((median * 1000) / stacks)],
    ],
    targets: [],
  };
}

/**
 * @param {{ server: number, planning: number, make: number, draw: number, client: number, cli: number }} sizes in bytes
 * @returns {import('./rounds.mjs').Section}
 */
export function bundleSizes(sizes) {
  const kilobytes = (/** @type {number} */ bytes) => bytes / 1000;
  return {
    title: 'Bundles, minified as they are packaged',
    notes: [
      '`planning.js` plans and completes for the server, `make.js` makes keys and `draw.js` draws maps for server and command line; each is loaded when it is needed.',
    ],
    table: [
      ['bundle', 'size (kB)'],
      ...Object.entries(sizes).map(([name, bytes]) => [`${name}.js`, digits(kilobytes(bytes))]),
    ],
    targets: [{ name: 'Size of the server', limit: 700, value: kilobytes(sizes.server), unit: 'kB' }],
  };
}
