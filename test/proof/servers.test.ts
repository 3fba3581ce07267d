/** What is made here is served and trusted by real software, under each of its names and under no other. */
import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTemporaryDirectory, openssl, temporaryDirectory } from '../pki/openssl';
import { type Client, clientsHere } from './clients';
import { type Made, makers } from './makers';
import { signedMakers } from './makers-signed';
import { taskMakers } from './makers-tasks';
import { type Running, withGoServer, withNginx } from './servers';
import { buildGo, ended, findNginx, findProgram } from './tools';

const [nginx, curl, hasGo] = [
  await findNginx(),
  await findProgram('curl'),
  (await findProgram('go')) !== undefined,
];
for (const [name, found] of [
  ['nginx', nginx],
  ['curl', curl],
  ['go', hasGo],
] as const) {
  if (!found) console.warn(`Left out of the proof, because it is not installed on this machine: ${name}`);
}

/** The first compilation on a machine compiles Go's own TLS as well, and a busy machine takes long for a key. */
const LONG = 240_000;

const shared = temporaryDirectory();
let go = '';
let clients: readonly Client[] = [];
let stranger: Made;
const counts = { accepted: 0, 'wrong name': 0, 'not trusted': 0 };

beforeAll(async () => {
  await shared.create();
  go = path.join(shared.path, 'prover');
  if (hasGo) await buildGo(go);
  clients = clientsHere({ curl, ...(hasGo ? { go } : {}) });
  const directory = path.join(shared.path, 'stranger');
  await mkdir(directory);
  const [made] = (await makers[0]?.make(directory)) ?? [];
  if (made === undefined) throw new Error('nothing was made');
  stranger = made;
}, LONG);

afterAll(async () => {
  await shared.remove();
  console.log(
    `Connections: ${counts.accepted} accepted, ${counts['wrong name']} refused for another name, ` +
      `${counts['not trusted']} refused without trust. Clients: ${clients.map(({ title }) => title).join(', ')}.`,
  );
});

/** All ways by `npm run proof:servers`; the ordinary tests take a few of those that go through a whole deployment. */
const ofTasks =
  process.env.PROOF_SERVERS === undefined ? taskMakers.filter(({ sample }) => sample) : taskMakers;

describe.each([...makers, ...signedMakers, ...ofTasks])('$title', { timeout: LONG }, ({ make }) => {
  const made = temporaryDirectory();
  let all: readonly Made[] = [];
  beforeAll(async () => {
    await made.create();
    all = await make(made.path);
  }, LONG);
  afterAll(() => made.remove());

  it('verifies by the strict rules of openssl, and by those of Go', async () => {
    expect(all.length).toBeGreaterThan(0);
    for (const { certificate, ca, names } of all) {
      for (const name of names.map(concrete)) {
        const check = isIP(name) ? ['-verify_ip', name] : ['-verify_hostname', name];
        const trust = ['-no-CApath', '-no-CAstore', '-CAfile', ca, '-untrusted', certificate];
        const purpose = ['-x509_strict', '-purpose', 'sslserver'];
        expect(await openssl('verify', ...purpose, ...trust, ...check, certificate)).toContain(': OK');
      }
      if (hasGo) {
        const answer = await ended(go, ['chain', certificate, ca, ...names.map(concrete)]);
        expect(answer).toEqual({ code: 0, output: 'verified\n' });
      }
    }
  });

  it.runIf(nginx)('is served by nginx', async () => {
    for (const each of all) {
      await inTemporaryDirectory((prefix) =>
        withNginx(nginx ?? '', prefix, each, (running) => everyClient(running, each)),
      );
    }
  });

  it.runIf(hasGo)('is served by Go, as by Traefik', async () => {
    for (const each of all) await withGoServer(go, each, (running) => everyClient(running, each));
  });
});

/** Every client connects under every name, under no other, and not without trust. */
async function everyClient(running: readonly Running[], made: Made): Promise<void> {
  const tried: string[] = [];
  const expected: string[] = [];
  for (const { port, title: server } of running) {
    for (const client of clients) {
      const attempt = async (name: string, ca: string, outcome: string) => {
        const what = `${client.title} at ${server} for ${name}: `;
        const answer = await client.connect({ port, name, ca });
        tried.push(what + answer);
        expected.push(what + outcome);
        counts[answer === 'connected' ? 'accepted' : answer] += 1;
      };
      for (const name of made.names) await attempt(concrete(name), made.ca, 'connected');
      for (const name of others(made.names)) await attempt(name, made.ca, 'wrong name');
      await attempt(concrete(made.names[0] ?? ''), stranger.ca, 'not trusted');
    }
  }
  expect(tried).toEqual(expected);
}

/** A name that a wildcard stands for; any other name is itself. */
function concrete(name: string): string {
  return name.replace('*', 'one');
}

/** Names of each kind that a certificate must not be good for, those that are nearly right among them. */
function others(names: readonly string[]): string[] {
  const [first = ''] = names.filter((name) => !isIP(name) && !name.startsWith('*'));
  const [wild] = names.filter((name) => name.startsWith('*.'));
  return [
    'elsewhere.example.net',
    '192.0.2.99',
    '2001:db8::99',
    ...(first ? [`x.${first}`, `${first}.example.net`] : []),
    ...(wild ? [wild.slice(2), wild.replace('*', 'one.two')] : []),
  ];
}
