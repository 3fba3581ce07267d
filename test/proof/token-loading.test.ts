/** What our rules say of a token key's form is what the service of each release makes of it. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/language-service/create-language-service';
import { nodeHost } from '../../server/src/platform/node/node-platform';
import { openssl, temporaryDirectory } from '../pki/openssl';
import { buildJudge, judge, releaseOf } from './token-judge';
import { findProgram } from './tools';

const hasGo = (await findProgram('go')) !== undefined;
if (!hasGo) console.warn('Left out of the proof, because it is not installed on this machine: go');

const WHOLE = process.env.PROOF_TOKENS !== undefined;
const shared = temporaryDirectory();
let binary = '';
beforeAll(async () => {
  await shared.create();
  await chmod(shared.path, 0o755);
  binary = path.join(shared.path, 'judge');
  if (hasGo) await buildJudge(binary);
}, 240_000);
afterAll(() => shared.remove());

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1') =>
  key.export({ type, format: 'pem' }).toString();
const certificate = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
const locked = { cipher: 'aes-256-cbc', passphrase: 'x' };

/** By what they are; those of openssl are files that it writes. */
const KEYS: Readonly<Record<string, () => string | Promise<string>>> = {
  'RSA in PKCS#1': () => pem(rsa, 'pkcs1'),
  'RSA in PKCS#8': () => pem(rsa, 'pkcs8'),
  Ed25519: () => pem(generateKeyPairSync('ed25519').privateKey, 'pkcs8'),
  'EC in SEC1': () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'sec1'),
  'EC in PKCS#8': () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'pkcs8'),
  'a passphrase, PKCS#8': () => rsa.export({ type: 'pkcs8', format: 'pem', ...locked }).toString(),
  'a passphrase, PKCS#1': () => rsa.export({ type: 'pkcs1', format: 'pem', ...locked }).toString(),
  'no PEM block': () => 'nothing\n',
  'nothing at all': () => '',
  'text around it': () => `made by hand\n${pem(rsa, 'pkcs1')}the end\n`,
  'CR LF': () => pem(rsa, 'pkcs1').replaceAll('\n', '\r\n'),
  'CR CR LF': () => pem(rsa, 'pkcs1').replaceAll('\n', '\r\r\n'),
  'a byte order mark right before it': () => `\ufeff${pem(rsa, 'pkcs1')}`,
  'a byte order mark and a line before it': () => `\ufeffkey\n${pem(rsa, 'pkcs1')}`,
  'a certificate first': () => certificate + pem(rsa, 'pkcs1'),
  'PKCS#8 under the label of PKCS#1': () => pem(rsa, 'pkcs8').replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'),
  'a damaged block': () => pem(rsa, 'pkcs1').replace(/\n.{64}\n/, '\n'),
  'three primes': () => written('three.pem', 'genrsa', '-traditional', '-primes', '3', '-out'),
  'a wrong value for the Chinese remainder theorem': () => withWrongExponent(rsa),
  'RSA of 512 bits': () => written('short.pem', 'genrsa', '-traditional', '-out'),
};

/** The exponent of its first prime is another one: who computes it anew doesn't notice. */
function withWrongExponent(key: KeyObject): string {
  const der = key.export({ type: 'pkcs1', format: 'der' });
  const exponent = Buffer.from(key.export({ format: 'jwk' }).dp ?? '', 'base64url');
  const at = der.indexOf(exponent) + exponent.length - 2;
  der.writeUInt8(der.readUInt8(at) ^ 1, at);
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN RSA PRIVATE KEY-----\n${lines.join('\n')}\n-----END RSA PRIVATE KEY-----\n`;
}

async function written(name: string, ...args: string[]): Promise<string> {
  const file = path.join(shared.path, name);
  await openssl(...args, file, name === 'short.pem' ? '512' : '2048');
  return readFile(file, 'utf8');
}

/** Codes that say that the service doesn't load the key, or can't sign with it. */
const UNLOADABLE = [
  'not-pem',
  'wrong-pem-type',
  'encrypted-private-key',
  'token-key-not-rsa',
  'token-key-not-pkcs1',
  'not-loadable',
];
const RELEASES = [
  ['2.6.0', 'mender-2.6.0'],
  ['3.3.0', 'mender-3.3.0'],
  ['3.4.0', 'mender-3.4.0'],
  ['3.7.0', 'mender-3.7.0'],
  ['4.0.0', 'v4.0.0'],
  ['4.1.3', 'v4.1.3'],
] as const;

describe.runIf(hasGo)('a token key that is', () => {
  it.each(Object.entries(KEYS))('%s is told as each release has it', async (title, make) => {
    const directory = path.join(shared.path, title.replaceAll(/\W+/g, '-'));
    await mkdir(path.join(directory, 'private'), { recursive: true });
    await chmod(path.join(directory, 'private'), 0o700);
    const file = path.join(directory, 'private', 'key.pem');
    await writeFile(file, await make());
    await chmod(file, 0o644);
    const compose = path.join(directory, 'docker-compose.yml');
    const differences: string[] = [];
    for (const role of ['useradm', 'deviceauth'] as const) {
      // Device authentication loads its keys by the same code: the ordinary tests ask it of two releases.
      const all = WHOLE || role === 'useradm';
      for (const [release, tag] of all ? RELEASES : RELEASES.slice(1, 3)) {
        const target = `/etc/${role}/rsa/private.pem`;
        await writeFile(
          compose,
          `services:\n  ${role}:\n    image: mendersoftware/${role}:${tag}\n    volumes:\n      - ./private/key.pem:${target}:ro\n`,
        );
        const answer = await createLanguageService(nodeHost()).check(compose);
        if (!answer || 'problem' in answer) throw new Error('not checked');
        const codes = answer.findings.map(({ code }) => code);
        const told = codes.some((code) => UNLOADABLE.includes(code));
        const judged = await judge(binary, { compose, role, release: releaseOf(release) });
        const works = judged.started && judged.token !== '';
        if (told === works)
          differences.push(`${role} ${release}: works ${works} (${judged.reason}), told ${codes}`);
      }
    }
    expect(differences).toEqual([]);
  });
});
