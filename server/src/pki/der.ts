/** Just enough DER to look into certificates and requests where the platform's own crypto stays silent. */

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

/** Thrown for anything that isn't DER; callers turn it into "cannot tell". */
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
    const next = readValue(rest);
    found.push(next.value);
    rest = next.rest;
  }
  return found;
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
  const parts: number[] = [];
  let part = 0;
  for (const byte of content) {
    part = part * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (parts.length === 0)
        parts.push(Math.min(Math.floor(part / 40), 2), part - 40 * Math.min(Math.floor(part / 40), 2));
      else parts.push(part);
      part = 0;
    }
  }
  return parts.join('.');
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
