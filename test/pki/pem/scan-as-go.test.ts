/** The blocks that Go's pem.Decode finds. `npm run agreement` asks Go itself about many more. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { blocksSeenByGo, tokenKeyOf } from '../../../server/src/pki/consumers/token-service';
import { readPem } from '../../../server/src/pki/pem/read-pem-file';
import { scanAsGo } from '../../../server/src/pki/pem/scan-as-go';
import { isBase64 } from '../../../server/src/pki/pem/scan-blocks';

const key = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const found = ['RSA PRIVATE KEY'];

describe('Go finds', () => {
  it.each<[string, string, readonly string[]]>([
    ['a plain block', key, found],
    ['CR LF', key.replaceAll('\n', '\r\n'), found],
    ['CR CR LF', key.replaceAll('\n', '\r\r\n'), []],
    [
      'CR CR LF between its markers',
      key.replace(/(?<=-----\n)[^-]+/, (body) => body.replaceAll('\n', '\r\r\n').replace(/\r\r\n$/, '\n')),
      found,
    ],
    ['CR', key.replaceAll('\n', '\r'), []],
    ['a byte order mark right before it', `\uFEFF${key}`, []],
    ['a byte order mark on a line of its own', `\uFEFF\n${key}`, found],
    ['text before it on its line', `key: ${key}`, []],
    ['text on the line before', `key:\n${key}`, found],
    ['blanks before it', `  ${key}`, []],
    ['blanks behind its markers', key.replaceAll('-----\n', '----- \t\n'), found],
    ['text behind END', `${key.trimEnd()} x\n`, []],
    ['no end of line at the end', key.trimEnd(), found],
    ['a CR at the end', `${key.trimEnd()}\r`, []],
    ['another END', key.replace('END RSA', 'END EC'), []],
    ['BEGIN twice', `${key.split('\n')[0]}\n${key}`, found],
    ['a block that is no base64 before it', `-----BEGIN X-----\n*\n-----END X-----\n${key}`, found],
    ['an empty block before it', `-----BEGIN X-----\n-----END X-----\n${key}`, ['X', ...found]],
    ['a header that no empty line ends', key.replace('-----\n', '-----\nA: b\n'), found],
  ])('%s: as it does', (_, text, labels) => {
    const bytes = Buffer.from(text);
    expect(scanAsGo(bytes.toString('latin1')).map(({ label }) => label)).toEqual(labels);
    expect(blocksSeenByGo(readPem(bytes)).map(({ label }) => label)).toEqual(labels);
  });

  it('what a token service then loads, and says why it finds nothing', () => {
    const loads = (text: string) => tokenKeyOf(readPem(Buffer.from(text)));
    expect(loads(key.replace('-----\n', '-----\nA: b\n'))).toMatchObject({
      kind: 'key',
      format: 'rsa-pkcs1',
    });
    expect(loads(`-----BEGIN X-----\n-----END X-----\n${key}`)).toMatchObject({
      kind: 'key',
      format: 'other',
    });
    const none = (reason: string) => ({ kind: 'none', reason: expect.stringContaining(reason) });
    expect(loads(key.replaceAll('\n', '\r\r\n'))).toMatchObject(none('CR CR LF'));
    expect(loads(`\uFEFF${key}`)).toMatchObject(none('byte order mark'));
    expect(loads(`${key.trimEnd()} x\n`)).toMatchObject(none('END line'));
  });

  it('base64 of any length', () => {
    for (const [text, is] of [
      ['', true],
      ['AAAA', true],
      ['AAA=', true],
      ['AA==', true],
      ['A===', false],
      ['====', false],
      ['AAAAA', false],
      ['AA=A', false],
      ['A*AA', false],
    ] as const)
      expect(isBase64(text), text).toBe(is);
    expect(isBase64('A'.repeat(20_000_000))).toBe(true);
  });

  it('the same in a megabyte of markers, in linear time', () => {
    const begin = '-----BEGIN X-----\n';
    const end = '-----END X-----\n';
    for (const part of [
      begin,
      end,
      begin + end,
      `${begin}a:\n${end}`,
      `${end}a:\n`,
      '\n-----END :\n',
      '----',
    ])
      expect(scanAsGo(part.repeat(1_000_000 / part.length)).length).toBeLessThan(100_000);
  });
});
