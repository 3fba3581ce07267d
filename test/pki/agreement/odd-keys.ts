/** RSA keys with numbers and in texts that programs differ about. */

import { execFile } from 'node:child_process';
import { checkPrimeSync, generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { promisify } from 'node:util';
import {
  children,
  encoded,
  encodedInteger,
  integerOf,
  readOnly,
  TAG,
} from '../../../server/src/pki/asn1/read-der';
import { inverse } from '../../../server/src/pki/keys/key-numbers';
import { encodePem } from '../../../server/src/pki/pem/encode';
import { yaml } from '../../yaml';
import { seeded } from './random';

export interface OddKey {
  readonly name: string;
  readonly file: Buffer;
  /** Why we and Go may differ about it. */
  readonly open?: string;
}

type Numbers = readonly bigint[];
const [VERSION, N, E, D, P, Q, DP, DQ, QI] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

const sequence = (...parts: readonly Uint8Array[]) => encoded(TAG.sequence, ...parts);

/** A number that may be negative. */
function integer(number: bigint): Buffer {
  if (number >= 0n) return encodedInteger(number);
  const bytes = Math.ceil((number.toString(2).length + 1) / 8);
  const complement = ((1n << BigInt(8 * bytes)) + number).toString(16).padStart(2 * bytes, '0');
  return encoded(TAG.integer, Buffer.from(complement, 'hex'));
}

function numbersOf(der: Uint8Array): Numbers {
  return children(readOnly(der, TAG.sequence)).slice(0, 9).map(integerOf);
}

function made(modulusLength: number, publicExponent = 65_537): Numbers {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return numbersOf(privateKey.export({ type: 'pkcs1', format: 'der' }));
}

/** A key of two given primes. */
function ofPrimes(p: bigint, q: bigint, e = 65_537n): Numbers {
  const [p1, q1] = [p - 1n, q - 1n];
  const d = inverse(e, p1 * q1) ?? 1n;
  return [0n, p * q, e, d, p, q, d % p1, d % q1, inverse(q, p) ?? 0n];
}

function nextPrime(from: bigint): bigint {
  let prime = from + 2n;
  while (!checkPrimeSync(prime)) prime += 2n;
  return prime;
}

const put = (numbers: Numbers, at: number, number: bigint) => numbers.with(at, number);

/** Numbers, by what is odd about them. */
function oddNumbers(): readonly (readonly [name: string, numbers: Numbers])[] {
  const good = made(2048);
  const at = (index: number) => good[index] ?? 0n;
  const [p, q, d] = [at(P), at(Q), at(D)];
  const all = (p - 1n) * (q - 1n);
  const prime = generatePrimeSync(512, { bigint: true });
  const exponents = [3, 5, 17, 257, 2 ** 31 - 1, 2 ** 31 + 11, 2 ** 32 - 1];
  const large = [(1n << 40n) + 15n, (1n << 64n) + 13n, (1n << 80n) + 7n];
  return [
    ['ordinary', good],
    ...exponents.map((e) => [`exponent ${e}`, made(1024, e)] as const),
    ...large.map((e) => [`exponent ${e}`, ofPrimes(p, q, e)] as const),
    ...[512, 520, 768, 1016, 1023, 1024, 1032, 1536].map((bits) => [`${bits} bits`, made(bits)] as const),
    ...[DP, DQ, QI].flatMap((index) => [
      [`number ${index} one off`, put(good, index, at(index) + 1n)] as const,
      [`number ${index} zero`, put(good, index, 0n)] as const,
      [`number ${index} negative`, put(good, index, -at(index))] as const,
      [`number ${index} one`, put(good, index, 1n)] as const,
    ]),
    ['dp not reduced', put(good, DP, at(DP) + p - 1n)],
    ['qi not reduced', put(good, QI, at(QI) + p)],
    ...[N, E, D, P, Q].flatMap((index) => [
      [`number ${index} two more`, put(good, index, at(index) + 2n)] as const,
      [`number ${index} zero`, put(good, index, 0n)] as const,
      [`number ${index} negative`, put(good, index, -at(index))] as const,
      [`number ${index} one`, put(good, index, 1n)] as const,
    ]),
    ['even exponent', put(good, E, 65_538n)],
    ...[1n, 2n, 3n, -1n].map((version) => [`version ${version}`, put(good, VERSION, version)] as const),
    ['primes the other way round', ofPrimes(q, p)],
    ['primes the other way round, the rest as it was', put(put(good, P, q), Q, p)],
    ['private exponent larger than the modulus', put(good, D, d + all)],
    ['private exponent reduced', put(good, D, d % (all / 2n))],
    ['primes close together', ofPrimes(prime, nextPrime(prime))],
    ['one prime twice', ofPrimes(prime, prime)],
    [
      'a small prime',
      ofPrimes(generatePrimeSync(64, { bigint: true }), generatePrimeSync(960, { bigint: true })),
    ],
    ['a product of primes for a prime', ofPrimes(p * 3n, q)],
  ];
}

/** Files, by what is odd about them: text around, line ends, headers. `key` is a whole block. */
const TEXTS: Readonly<Record<string, (key: string) => string>> = {
  plain: (key) => key,
  'CR LF': (key) => key.replaceAll('\n', '\r\n'),
  'CR CR LF': (key) => key.replaceAll('\n', '\r\r\n'),
  'CR CR LF inside only': (key) =>
    key.replace(/(?<=-----\n)[^-]+/, (body) => body.replaceAll('\n', '\r\r\n')),
  'CR CR LF after BEGIN': (key) => key.replace('-----\n', '-----\r\r\n'),
  'CR CR LF before END': (key) => key.replace('\n-----END', '\r\r\n-----END'),
  CR: (key) => key.replaceAll('\n', '\r'),
  'LF CR': (key) => key.replaceAll('\n', '\n\r'),
  'no end of line at the end': (key) => key.trimEnd(),
  'a CR at the end': (key) => `${key.trimEnd()}\r`,
  'byte order mark': (key) => `\uFEFF${key}`,
  'byte order mark, line': (key) => `\uFEFF\n${key}`,
  'byte order mark, text': (key) => `\uFEFFa key\r\n${key}`,
  'two byte order marks': (key) => `\uFEFF\uFEFF\n${key}`,
  'byte order mark in the middle': (key) => `text\n\uFEFF${key}`,
  'text before': (key) => `Bag Attributes: x\n${key}`,
  'text before on the line': (key) => `key: ${key}`,
  'a blank before': (key) => ` ${key}`,
  'a tab before': (key) => `\n\t${key}`,
  'empty lines before': (key) => `\n\n\r\n${key}`,
  'NUL before': (key) => `\0${key}`,
  'form feed before': (key) => `\f\n${key}`,
  'text after': (key) => `${key}and so on\n`,
  'text after END': (key) => `${key.trimEnd()} and so on\n`,
  'blanks after END': (key) => `${key.trimEnd()} \t \n`,
  'blanks after BEGIN': (key) => key.replace('-----\n', '----- \t\n'),
  'text after BEGIN': (key) => key.replace('-----\n', '-----x\n'),
  'six dashes': (key) => key.replaceAll('-----', '------'),
  'four dashes': (key) => key.replaceAll('-----', '----'),
  'an END that is indented': (key) => key.replace('-----END', ' -----END'),
  'no END': (key) => key.replace(/-----END.*\n/, ''),
  'another END': (key) => key.replace(/END [A-Z ]+/, 'END OTHER'),
  'another END that begins like it': (key) => key.replace(/(END [A-Z ]+)-----/, '$1 X-----'),
  'BEGIN twice': (key) => `${key.split('\n')[0]}\n${key}`,
  'BEGIN of another before': (key) => `-----BEGIN OTHER-----\n${key}`,
  'END before': (key) => `-----END OTHER-----\n${key}`,
  'END before after a line': (key) => `x\n-----END OTHER-----\n${key}`,
  'blanks at the ends of lines': (key) => key.replaceAll('\n', '  \n'),
  'tabs in lines': (key) => key.replaceAll(/^(\w{10})/gm, '$1\t'),
  'blanks before lines': (key) => key.replaceAll(/^(?!-)/gm, '  '),
  'vertical tabs in lines': (key) => key.replace(/^(\w{10})/m, '$1\v'),
  'empty lines': (key) => key.replaceAll('\n', '\n\n'),
  'one line': (key) => key.replaceAll(/(?<=[^-])\n(?=[^-])/g, ''),
  'without padding': (key) => key.replaceAll('=', ''),
  'padding too much': (key) => key.replace('\n-----END', '=\n-----END'),
  'four padding characters': (key) => key.replace('\n-----END', '\n====\n-----END'),
  'a wrong character': (key) => key.replace(/\n\w/, '\n!'),
  'a colon': (key) => key.replace(/\n\w/, '\n:'),
  'a character too many': (key) => key.replace(/\n\w/, '\nAA'),
  'a dash in it': (key) => key.replace(/\n\w/, '\n-'),
  'a header': (key) => key.replace('-----\n', '-----\nA: b\n'),
  'a header and a line': (key) => key.replace('-----\n', '-----\nA: b\n\n'),
  'a header that goes on': (key) =>
    key.replace(
      '-----\n',
      yaml`
    -----
    A: b
     c

  `,
    ),
  'a header with a blank in its name': (key) => key.replace('-----\n', '-----\nA B: c\n\n'),
  'a header with CR LF': (key) => key.replace('-----\n', '-----\nA: b\n\n').replaceAll('\n', '\r\n'),
  'an empty block before': (key) => `-----BEGIN X-----\n-----END X-----\n${key}`,
  'an empty block with a line before': (key) => `-----BEGIN X-----\n\n-----END X-----\n${key}`,
  'a block before': (key) =>
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`,
  'a block before that is no base64': (key) => `-----BEGIN X-----\n*\n-----END X-----\n${key}`,
  'a block before without an end': (key) => `-----BEGIN X-----\nAAAA\n${key}`,
  'two of them': (key) => key + key,
  'on one line with another': (key) => key.trimEnd() + key,
  'lower case': (key) => key.replaceAll('PRIVATE KEY', 'private key'),
  'two blanks in the label': (key) => key.replaceAll('PRIVATE KEY', 'PRIVATE  KEY'),
  'a blank after the label': (key) => key.replaceAll('PRIVATE KEY', 'PRIVATE KEY '),
  'no label': (key) => key.replaceAll(/(BEGIN|END) [A-Z ]+/g, '$1 '),
  'the label ANY PRIVATE KEY': (key) => key.replaceAll(/(RSA )?PRIVATE KEY/g, 'ANY PRIVATE KEY'),
  'the label PRIVATE KEY': (key) => key.replaceAll(/(RSA )?PRIVATE KEY/g, 'PRIVATE KEY'),
  'the label RSA PRIVATE KEY': (key) => key.replaceAll(/(RSA )?PRIVATE KEY/g, 'RSA PRIVATE KEY'),
  'the label CERTIFICATE': (key) => key.replaceAll(/(RSA )?PRIVATE KEY/g, 'CERTIFICATE'),
};

const COMPOSITE: readonly string[] = ['one prime twice', 'a product of primes for a prime'];
const RSA = Buffer.from('300d06092a864886f70d0101010500', 'hex');

/** Every number with a plain text, every text with a good key, and some of both. */
export async function oddKeys(seed: number): Promise<readonly OddKey[]> {
  const random = seeded(seed);
  const pkcs1 = (numbers: Numbers, ...more: readonly Uint8Array[]) =>
    sequence(...numbers.map(integer), ...more);
  const pkcs8 = (inner: Uint8Array) => sequence(encodedInteger(0n), RSA, encoded(TAG.octetString, inner));
  const one = (inner: Uint8Array) => encodePem('RSA PRIVATE KEY', inner).toString();
  const eight = (inner: Uint8Array) => encodePem('PRIVATE KEY', pkcs8(inner)).toString();
  const numbers = oddNumbers();
  const result: OddKey[] = [];
  const add = (name: string, text: string, open?: string) =>
    result.push({ name, file: Buffer.from(text), ...(open ? { open } : {}) });
  for (const [name, each] of numbers) {
    const open = COMPOSITE.includes(name) ? 'whether its primes are prime is not looked at' : undefined;
    add(`${name}, PKCS#1`, one(pkcs1(each)), open);
    add(`${name}, PKCS#8`, eight(pkcs1(each)), open);
  }
  const good = numbers[0]?.[1] ?? [];
  const lax = 'Go passes over what it does not expect at the end of a key';
  add('something behind the numbers', one(pkcs1(good, encoded(TAG.octetString, Buffer.alloc(3)))), lax);
  add('numbers missing', one(pkcs1(good.slice(0, 6))), lax);
  add('something behind the key', one(Buffer.concat([pkcs1(good), Buffer.alloc(2)])));
  for (const primes of ['3', '4']) {
    const bits = primes === '3' ? '2048' : '4096';
    const { stdout } = await promisify(execFile)('openssl', [
      'genrsa',
      '-primes',
      primes,
      '-traditional',
      bits,
    ]);
    add(`${primes} primes`, stdout);
  }
  for (const [name, change] of Object.entries(TEXTS)) {
    add(`${name}, PKCS#1`, change(one(pkcs1(good))));
    add(`${name}, PKCS#8`, change(eight(pkcs1(good))));
    const [other, second] = random.pick(Object.entries(TEXTS));
    add(`${name}, then ${other}`, second(change(one(pkcs1(good)))));
    const [odd, each] = random.pick(numbers.filter(([what]) => !COMPOSITE.includes(what)));
    add(`${name}, ${odd}`, change(eight(pkcs1(each))));
  }
  return result;
}
