// @ts-check
// Making keys: ours beside the commands of Mender's documentation.
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { engine } from './build-engine.mjs';
import { timed } from './rounds.mjs';
import { ourCli } from './servers.mjs';
import { spread, summarize } from './statistics.mjs';
import { bareDeployment } from './texts.mjs';

const run = promisify(execFile);
const NAMES = { gateway: 'mender.example.com', storage: 's3.mender.example.com' };

/** @typedef {(directory: string) => Promise<void>} Maker makes four keys and two certificates in an empty directory */

/**
 * @param {import('./rounds.mjs').Context} context
 * @returns {Promise<import('./rounds.mjs').Section>}
 */
export async function measureKeys({ quick, folder, log }) {
  log('keys');
  const { make, nodeHost } = await engine();
  const host = nodeHost();
  /**
   * @param {{ bits: number, algorithm?: string }} options
   * @returns {Maker}
   */
  const ours =
    ({ bits, algorithm }) =>
    async (directory) => {
      const orders = ordersIn(directory, bits, algorithm);
      const answer = await make(/** @type {any} */ (orders), host, { root: directory });
      if (!answer.ok) throw new Error(answer.message);
    };
  const hasEc = await makesEc(ours({ bits: 2048, algorithm: 'ec' }), join(folder, 'ec'));

  /** @type {[name: string, maker: Maker][]} */
  const makers = [
    ['openssl, as documented: TLS 3072, token keys 2048', openssl('rsa:3072', 2048)],
    ['openssl, all 3072', openssl('rsa:3072', 3072)],
    ['ours, TLS 3072, token keys 2048', ours({ bits: 2048 })],
    ['ours, all 3072 (the default)', ours({ bits: 3072 })],
    ['ours, `mender-compose generate`, all 3072', commandLine],
    ['openssl, TLS EC P-256, token keys 3072', openssl('ec', 3072)],
  ];
  if (hasEc) makers.push(['ours, TLS EC P-256, token keys 3072', ours({ bits: 3072, algorithm: 'ec' })]);
  const medians = await takeTurns(makers, join(folder, 'keys'), quick ? 5 : 25);

  const [documented, openssl3072, ours2048, ours3072, ours3072Cli, opensslEc] = makers.map(([name]) => name);
  /**
   * @param {string | undefined} a
   * @param {string | undefined} b
   */
  const ratio = (a, b) => {
    const [above, below] = [medians.get(a ?? ''), medians.get(b ?? '')];
    return above && below ? above.median / below.median : undefined;
  };
  const oursEc = hasEc ? makers[6]?.[0] : undefined;
  return {
    title: 'Four keys and two certificates',
    notes: [
      'Two TLS keys with self-signed certificates and two token keys. `openssl req -x509` and `openssl genpkey` run one after another, as the page of the documentation has them; ours makes all in one go, written safely to disk, in process and as a command. RSA keys are found by chance, so the times vary. By turns.',
      ...(hasEc
        ? []
        : ['EC keys for TLS were not measured: this version of the engine makes RSA keys only.']),
    ],
    table: [
      ['way', 'time (ms)'],
      ...makers.map(([name]) => {
        const summary = medians.get(name);
        return [name, summary ? spread(summary) : '–'];
      }),
    ],
    targets: [
      { name: 'Keys as documented, of openssl', limit: 0.7, value: ratio(ours2048, documented) },
      { name: 'Keys of 3072 bits, of openssl', limit: 0.7, value: ratio(ours3072, openssl3072) },
      {
        name: 'Keys of 3072 bits, as a command, of openssl',
        limit: 0.7,
        value: ratio(ours3072Cli, openssl3072),
      },
      {
        name: 'TLS keys on P-256, of openssl with RSA of 3072 bits',
        limit: 0.5,
        value: ratio(oursEc, openssl3072),
      },
      { name: 'TLS keys on P-256, of openssl with P-256', limit: 0.5, value: ratio(oursEc, opensslEc) },
    ],
  };
}

/**
 * @param {readonly (readonly [name: string, maker: Maker])[]} makers
 * @param {string} directory
 * @param {number} rounds
 * @returns {Promise<Map<string, import('./statistics.mjs').Summary>>} milliseconds by name
 */
async function takeTurns(makers, directory, rounds) {
  const times = new Map(makers.map(([name]) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, maker] of makers) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(join(directory, 'docker-compose.yml'), bareDeployment());
      try {
        times.get(name)?.push(await timed(() => maker(directory)));
        const made = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
          // The command writes the bundle of the Mender client as well.
          (entry) => entry.isFile() && /\.(?:pem|key|crt)$/.test(entry.name) && entry.name !== 'server.crt',
        ).length;
        if (made !== 6) throw new Error(`${name}: ${made} files were made instead of 6.`);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }
  }
  return new Map([...times].map(([name, list]) => [name, summarize(list)]));
}

/**
 * @param {string} directory
 * @param {number} bits of the token keys
 * @param {string | undefined} algorithm of the TLS keys
 */
function ordersIn(directory, bits, algorithm) {
  const pair = (/** @type {string} */ name, /** @type {string} */ host) => ({
    kind: 'tls-pair',
    keyPath: join(directory, `${name}.key`),
    certificatePath: join(directory, `${name}.crt`),
    names: [host],
    ...(algorithm === undefined ? { bits: 3072 } : { algorithm }),
  });
  const token = (/** @type {string} */ name) => ({
    kind: 'token-key',
    keyPath: join(directory, `${name}.pem`),
    bits,
  });
  return [
    pair('gateway', NAMES.gateway),
    pair('storage', NAMES.storage),
    token('useradm'),
    token('deviceauth'),
  ];
}

/**
 * @param {string} newkey `rsa:BITS`, or `ec` for P-256
 * @param {number} bits of the token keys
 * @returns {Maker}
 */
function openssl(newkey, bits) {
  const curve = newkey === 'ec' ? ['-pkeyopt', 'ec_paramgen_curve:P-256'] : [];
  return async (directory) => {
    for (const [name, host] of Object.entries(NAMES)) {
      const out = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)];
      const common = ['req', '-x509', '-sha256', '-nodes', '-days', '3650', '-newkey', newkey, ...curve];
      await run('openssl', [...common, ...out, '-subj', `/CN=${host}`]);
    }
    for (const name of ['useradm', 'deviceauth']) {
      const out = join(directory, `${name}.pem`);
      await run('openssl', [
        'genpkey',
        '-algorithm',
        'RSA',
        '-out',
        out,
        '-pkeyopt',
        `rsa_keygen_bits:${bits}`,
      ]);
    }
  };
}

/** @type {Maker} */
async function commandLine(directory) {
  const names = ['--name', NAMES.gateway];
  const file = join(directory, 'docker-compose.yml');
  await run(process.execPath, [ourCli, 'generate', '--yes', ...names, file]).catch((error) => {
    // 1: it made the keys, and something else is still to be said of the file.
    if (error.code !== 1) throw error;
  });
}

/**
 * Whether the engine knows EC: one that does not may make RSA instead.
 * @param {Maker} maker
 * @param {string} directory
 */
async function makesEc(maker, directory) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    await maker(directory);
    return createPrivateKey(readFileSync(join(directory, 'gateway.key'))).asymmetricKeyType === 'ec';
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
