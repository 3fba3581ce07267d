/** Keys and certificates made to break what reads them. A process of its own reads each: some end it on the spot. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { children, header, readOnly, TAG } from '../../../server/src/pki/asn1/read-der';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { temporaryDirectory } from '../openssl';

const place = temporaryDirectory();
const at = (name: string) => path.join(place.path, name);
const value = (tag: number, ...parts: readonly Uint8Array[]) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([header(tag, content.length), content]);
};

beforeAll(async () => {
  await place.create();
  const root = path.resolve(import.meta.dirname, '../../..');
  await build({
    stdin: {
      contents: `
        import { readFileSync } from 'node:fs';
        import { readPem } from './server/src/pki/pem/read-pem-file';
        const { blocks } = readPem(readFileSync(process.argv[2]));
        console.log(JSON.stringify(blocks.map(({ damaged, reason }) => ({ damaged, reason }))));`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    outfile: at('read.cjs'),
  });
});
afterAll(() => place.remove());

/** What a fresh process makes of a file. */
async function readApart(pem: Uint8Array): Promise<unknown> {
  await writeFile(at('key.pem'), pem);
  const { stdout } = await promisify(execFile)(process.execPath, [at('read.cjs'), at('key.pem')]);
  return JSON.parse(stdout);
}

/** A SEC1 key whose secret is another. */
function withSecret(curve: string, secret: Uint8Array): Buffer {
  const der = generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({
    type: 'sec1',
    format: 'der',
  });
  const [version, , ...others] = children(readOnly(der, TAG.sequence)).map(({ whole }) => whole);
  return value(TAG.sequence, version ?? der, value(TAG.octetString, secret), ...others);
}

describe('an EC key whose secret is', () => {
  const damaged = [{ damaged: true, reason: expect.any(String) }];
  it.each([
    ['longer than the order of its curve', 41, 0x5a],
    ['as long, and larger', 32, 0xff],
    ['zero', 32, 0],
    ['nothing', 0, 0],
  ])('%s is damaged, and ends no process', async (_, length, byte) => {
    const sec1 = withSecret('prime256v1', Buffer.alloc(length, byte));
    expect(await readApart(encodePem('EC PRIVATE KEY', sec1))).toEqual(damaged);
    const identifier = Buffer.from('301306072a8648ce3d020106082a8648ce3d030107', 'hex');
    const pkcs8 = value(TAG.sequence, Buffer.of(2, 1, 0), identifier, value(TAG.octetString, sec1));
    expect(await readApart(encodePem('PRIVATE KEY', pkcs8))).toEqual(damaged);
    expect(await readApart(sec1)).toBeInstanceOf(Array);
  });

  it('longer by zeros alone is a key', async () => {
    const der = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
      type: 'sec1',
      format: 'der',
    });
    const [version, secret, ...others] = children(readOnly(der, TAG.sequence));
    const padded = value(TAG.octetString, Buffer.alloc(9), secret?.content ?? der);
    const whole = value(TAG.sequence, version?.whole ?? der, padded, ...others.map((each) => each.whole));
    expect(await readApart(encodePem('EC PRIVATE KEY', whole))).toEqual([{ damaged: false }]);
  });
});
