/**
 * Strict, bounded DER: what keys and certificates of files hold, before the platform's own crypto is asked about them.
 * Pure; throws DerError for what isn't DER.
 */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface DerValue {
  /** the identifier byte; high tag numbers are refused */
  readonly tag: number;
  readonly content: Uint8Array;
  /** identifier, length and content */
  readonly whole: Uint8Array;
}

/** Values in one constructed value; a certificate with more host names than this is none. */
const VALUES_MAX = 20_000;
/** Bytes of a number: the 16384 bits that OpenSSL takes at most, and a sign. */
const INTEGER_MAX = 2049;
/** Bytes of an object identifier; real ones have a dozen. */
const OID_MAX = 64;

/** Thrown for anything that isn't DER; callers turn it into "unknown". */
export class DerError extends Error {}

/** The value at the start of `bytes`, and what follows it. */
export function readValue(bytes: Uint8Array): { readonly value: DerValue; readonly rest: Uint8Array } {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new DerError('cut off');
  if ((tag & 0x1f) === 0x1f) throw new DerError('high tag number');
  let length = first;
  let start = 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    // Four bytes of length are 4 GB; 0x80 is BER's indefinite form.
    if (count === 0 || count > 4) throw new DerError('bad length');
    length = 0;
    for (let index = 0; index < count; index += 1) {
      const byte = bytes[start + index];
      if (byte === undefined) throw new DerError('cut off');
      length = length * 256 + byte;
    }
    if (length < 0x80 || (count > 1 && bytes[2] === 0))
      throw new DerError('a length with more bytes than it needs');
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) throw new DerError('cut off');
  return {
    value: { tag, content: bytes.subarray(start, end), whole: bytes.subarray(0, end) },
    rest: bytes.subarray(end),
  };
}

/** The one value that fills `bytes`; its tag must be `tag` where one is given. */
export function readOnly(bytes: Uint8Array, tag?: number): DerValue {
  const { value, rest } = readValue(bytes);
  if (rest.length > 0) throw new DerError('something follows');
  return expectTag(value, tag);
}

/** The values in a constructed value's content, in order. */
export function children(value: DerValue): readonly DerValue[] {
  const found: DerValue[] = [];
  let { content: rest } = value;
  while (rest.length > 0) {
    if (found.length === VALUES_MAX) throw new DerError('too many parts');
    const next = readValue(rest);
    found.push(next.value);
    rest = next.rest;
  }
  return found;
}

/** Values in values at most: a name in an extension of a certificate has eight. */
const DEPTH_MAX = 32;

/** The one value that fills `bytes`, once everything in it is DER as well. */
export function readDeep(bytes: Uint8Array): DerValue {
  const check = (value: DerValue, depth: number): void => {
    if (depth > DEPTH_MAX) throw new DerError('too deep');
    if ((value.tag & 0x20) !== 0) for (const each of children(value)) check(each, depth + 1);
  };
  const whole = readOnly(bytes);
  check(whole, 0);
  return whole;
}

/** The value itself, when it is there and of this tag. */
export function expectTag(value: DerValue | undefined, tag: number | undefined): DerValue {
  if (value === undefined) throw new DerError('a part is missing');
  if (tag !== undefined && value.tag !== tag) throw new DerError('a part is of another type');
  return value;
}

/** An object identifier in dotted text. */
export function oidText(value: DerValue | undefined): string {
  const { content } = expectTag(value, TAG.oid);
  if (content.length === 0 || content.length > OID_MAX || (content.at(-1) ?? 0) >= 0x80)
    throw new DerError('not an object identifier');
  const parts: bigint[] = [];
  let part = 0n;
  for (const byte of content) {
    if (part === 0n && byte === 0x80) throw new DerError('a part of an identifier begins with zeros');
    // As a bigint: identifiers made from a UUID have parts of 128 bits.
    part = (part << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (parts.length === 0) {
      const first = part < 80n ? part / 40n : 2n;
      parts.push(first, part - 40n * first);
    } else parts.push(part);
    part = 0n;
  }
  return parts.join('.');
}

/** A number, written as short as it goes. Up to 16384 bits. */
export function integerOf(value: DerValue | undefined): bigint {
  const { content } = expectTag(value, TAG.integer);
  const [first, second = 0] = content;
  if (first === undefined || content.length > INTEGER_MAX) throw new DerError('a number of a strange length');
  const padded = content.length > 1 && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80);
  if (padded) throw new DerError('a number with more bytes than it needs');
  const number = unsigned(content);
  return first < 0x80 ? number : number - (1n << BigInt(8 * content.length));
}

/** Bytes as a number without a sign. */
export function unsigned(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

/** A flag: 00 or ff. */
export function booleanOf(value: DerValue | undefined): boolean {
  const { content } = expectTag(value, TAG.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new DerError('not a flag');
  return content[0] === 0xff;
}

/** The bytes of a bit string, and how many bits of the last one don't count: those are 0. */
export function bitsOf(value: DerValue | undefined): { readonly bytes: Uint8Array; readonly unused: number } {
  const { content } = expectTag(value, TAG.bitString);
  const [unused] = content;
  const bytes = content.subarray(1);
  const most = bytes.length === 0 ? 0 : 7;
  if (unused === undefined || unused > most || ((bytes.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0)
    throw new DerError('not a bit string');
  return { bytes, unused };
}

/** The bytes of a bit string that has no odd bits, as keys and signatures have none. */
export function wholeBits(value: DerValue | undefined): Uint8Array {
  const { bytes, unused } = bitsOf(value);
  if (unused !== 0) throw new DerError('odd bits');
  return bytes;
}

/** A UTCTime or GeneralizedTime as RFC 5280 writes them, in milliseconds since the epoch. */
export function timeOf(value: DerValue | undefined): number {
  const { tag, content } = expectTag(value, undefined);
  const text = Buffer.from(content).toString('latin1');
  const match =
    tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(text)
      : tag === TAG.generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : null;
  if (match === null) throw new DerError('not a time');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const full = tag === TAG.generalizedTime ? year : year < 50 ? 2000 + year : 1900 + year;
  // An altered month of 13 must not become next January.
  const leap = (full % 4 === 0 && full % 100 !== 0) || full % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (day < 1 || day > days || hour > 23 || minute > 59 || second > 59) throw new DerError('not a time');
  const time = Date.UTC(2000, month - 1, day, hour, minute, second);
  // Set apart from Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  return new Date(time).setUTCFullYear(full, month - 1, day);
}

/** Text of a directory string; undefined for types that nobody uses any more. */
export function textOf(value: DerValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value.content);
  switch (value.tag) {
    case TAG.utf8:
      return bytes.toString('utf8');
    case 0x13: // PrintableString
    case 0x14: // TeletexString, in practice Latin-1
    case 0x16: // IA5String
      return bytes.toString('latin1');
    case TAG.bmp:
      return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : undefined;
    default:
      return undefined;
  }
}

/** Identifier and length of a value whose content has `length` bytes. */
export function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.of(tag, length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(tag, 0x80 | bytes.length, ...bytes);
}

/** One value of content that is DER already. */
export function encoded(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([header(tag, length), ...content]);
}

/** A number that is not negative. */
export function encodedInteger(number: bigint): Buffer {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return encoded(TAG.integer, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex'));
}

/** A bit string of whole bytes. */
export function encodedBits(...bytes: readonly Uint8Array[]): Buffer {
  return encoded(TAG.bitString, Buffer.of(0), ...bytes);
}

/** An object identifier, whose parts after the first two are below 2^28. */
export function encodedOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = [40 * first + second, ...others].flatMap((part) => {
    const digits = [part & 0x7f];
    for (let rest = part >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
    return digits;
  });
  return encoded(TAG.oid, Buffer.from(bytes));
}
