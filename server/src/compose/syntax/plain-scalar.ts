/**
 * What unquoted YAML text is, and how it reads once it is text again: `environment` may hold numbers and dates, which
 * containers get as Go prints them. Follows go-yaml v4 (`internal/libyaml/resolver.go`), which compose-go reads with,
 * and Go's `%v`.
 */

export interface PlainScalar {
  readonly type: 'string' | 'number' | 'boolean' | 'other';
  readonly text: string;
}

const BOOLEANS: ReadonlyMap<string, string> = new Map(
  ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'].map((word) => [word, word.toLowerCase()]),
);

/** Reads what stands unquoted in a file; empty values are not its business. */
export function plainScalar(written: string): PlainScalar {
  const boolean = BOOLEANS.get(written);
  if (boolean !== undefined) return { type: 'boolean', text: boolean };
  if (!/^[-+.\d]/.test(written)) return { type: 'string', text: written };
  const number = special(written) ?? date(written) ?? integer(written) ?? float(written);
  return number ?? { type: 'string', text: written };
}

function special(written: string): PlainScalar | undefined {
  if (/^\.(nan|NaN|NAN)$/.test(written)) return { type: 'number', text: 'NaN' };
  const infinity = /^([-+]?)\.(inf|Inf|INF)$/.exec(written);
  if (infinity) return { type: 'number', text: infinity[1] === '-' ? '-Inf' : '+Inf' };
  return written === '-0' || written === '-0.0' ? { type: 'number', text: '-0' } : undefined;
}

/** A day alone, the one form of time that people write; what has a time of day is left as it stands. */
function date(written: string): PlainScalar | undefined {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(written) ?? [];
  const time = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (year === '' || time.getUTCMonth() + 1 !== Number(month) || time.getUTCDate() !== Number(day))
    return undefined;
  const two = (part: string) => part.padStart(2, '0');
  return { type: 'other', text: `${year}-${two(month)}-${two(day)} 00:00:00 +0000 UTC` };
}

const RADIX: readonly [RegExp, string][] = [
  [/^0[xX]([\da-fA-F]+)$/, '0x'],
  [/^0[bB]([01]+)$/, '0b'],
  [/^0[oO]?([0-7]+)$/, '0o'],
  [/^(0|[1-9]\d*)$/, ''],
];
const INT64 = 1n << 63n;

function integer(written: string): PlainScalar | undefined {
  const plain = written.replaceAll('_', '');
  const sign = /^[-+]/.exec(plain)?.[0] ?? '';
  const digits = plain.slice(sign.length);
  for (const [form, prefix] of RADIX) {
    const found = form.exec(digits)?.[1];
    if (found === undefined) continue;
    const value = BigInt(prefix + found);
    // Beyond 64 bits it is a float; a sign makes an unsigned number unreadable.
    const fits = sign === '-' ? value <= INT64 : value < (sign === '' ? INT64 * 2n : INT64);
    if (!fits) return undefined;
    return { type: 'number', text: String(sign === '-' ? -value : value) };
  }
  return undefined;
}

function float(written: string): PlainScalar | undefined {
  // With a leading dot the text is Go's to read, without underscores taken out.
  const plain = written.startsWith('.') ? written : written.replaceAll('_', '');
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? { type: 'number', text: goFloat(value) } : undefined;
}

/** As `%v` prints a float64: the shortest digits, with an exponent below -4 and from 6 on. */
function goFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const sign = power < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return String(value);
}
