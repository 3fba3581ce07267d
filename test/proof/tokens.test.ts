/** A token key made here is loaded by the rule of every release, and what it signs is accepted, in Node and in Go. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKeyFormat } from '../../server/src/mender/model/layout';
import { layouts } from '../../server/src/mender/releases/index';
import { temporaryDirectory } from '../pki/openssl';
import { tokenMakers } from './makers';
import { buildGo, ended, findProgram } from './tools';

const hasGo = (await findProgram('go')) !== undefined;
if (!hasGo) console.warn('Left out of the proof, because it is not installed on this machine: go');

/** The first compilation on a machine compiles Go's own cryptography as well, and a busy one takes long for a key. */
const LONG = 240_000;
const shared = temporaryDirectory();
let go = '';

beforeAll(async () => {
  await shared.create();
  go = path.join(shared.path, 'prover');
  if (hasGo) await buildGo(go);
}, LONG);
afterAll(() => shared.remove());

describe.each(tokenMakers)('$title', ({ make }) => {
  const made = temporaryDirectory();
  let file = '';
  let key: KeyObject;
  beforeAll(async () => {
    await made.create();
    file = await make(made.path);
    key = createPrivateKey(await readFile(file));
  }, LONG);
  afterAll(() => made.remove());

  it('signs tokens that Node verifies', () => {
    const token = signed(key);
    expect(verifies(token, key)).toBe(true);
    expect(verifies(`${token.slice(0, -6)}AAAAAA`, key)).toBe(false);
  });

  it.each(layouts)('is written as $id loads it', async ({ tokenKeyFormats, requirements }) => {
    const format = await formatOf(file, key);
    expect(tokenKeyFormats).toContain(format);
    const tokens = requirements.filter(({ kind, need }) => kind === 'token-key' && need === 'always');
    expect(tokens.length).toBeGreaterThan(0);
    for (const { keyFormats } of tokens) expect(keyFormats).toContain(format);
  });

  it.runIf(hasGo).each(layouts)('is loaded and signs in Go, as with $id', async ({ tokenKeyFormats }) => {
    const formats = tokenKeyFormats.join();
    const ours = await ended(go, ['verify', file, formats, signed(key)]);
    expect(ours).toEqual({ code: 0, output: 'verified\n' });
    const theirs = await ended(go, ['sign', file, formats]);
    expect(theirs.code).toBe(0);
    expect(verifies(theirs.output.trim(), key)).toBe(true);
    const altered = await ended(go, ['verify', file, formats, `${signed(key).slice(0, -6)}AAAAAA`]);
    expect(altered.code).toBe(1);
  });

  it.runIf(hasGo)('is not loaded in Go by a service that takes another format only', async () => {
    const others = ['pkcs1-rsa', 'pkcs8-rsa', 'pkcs8-ed25519'];
    const format = await formatOf(file, key);
    const formats = others.filter((other) => other !== format).join();
    expect((await ended(go, ['sign', file, formats])).output).toContain('is not one of');
  });
});

/** The format that the file's first label and its key make, as the table of layouts names it. */
async function formatOf(file: string, key: KeyObject): Promise<PrivateKeyFormat> {
  const [label] = (await readFile(file, 'latin1')).split('\n');
  const encoding = { '-----BEGIN RSA PRIVATE KEY-----': 'pkcs1', '-----BEGIN PRIVATE KEY-----': 'pkcs8' };
  return `${encoding[label as keyof typeof encoding]}-${key.asymmetricKeyType}` as PrivateKeyFormat;
}

/** A JSON Web Token as Mender's services make them. */
function signed(key: KeyObject): string {
  const rsa = key.asymmetricKeyType === 'rsa';
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: rsa ? 'RS256' : 'EdDSA', typ: 'JWT' })}.${encode({ iss: 'mender.proof' })}`;
  return `${text}.${sign(rsa ? 'sha256' : null, Buffer.from(text), key).toString('base64url')}`;
}

function verifies(token: string, key: KeyObject): boolean {
  const at = token.lastIndexOf('.');
  const digest = key.asymmetricKeyType === 'rsa' ? 'sha256' : null;
  const signature = Buffer.from(token.slice(at + 1), 'base64url');
  return verify(digest, Buffer.from(token.slice(0, at)), createPublicKey(key), signature);
}
