/**
 * `.env` files and `env_file`s as compose-go's `dotenv` reads them:
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file
 */
import { interpolate, type Lookup } from './interpolation';

/** A variable and where it stands; offsets into the text, `end` exclusive. */
export interface DotenvEntry {
  readonly value: string;
  readonly nameAt: readonly [start: number, end: number];
  /** The name's place where it has no value of its own. */
  readonly valueAt: readonly [start: number, end: number];
}

export interface DotenvProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface Dotenv {
  readonly entries: ReadonlyMap<string, DotenvEntry>;
  /** The first mistake, for which Compose refuses the file; the lines around it are read all the same. */
  readonly problem: DotenvProblem | undefined;
}

/** White space other than the end of a line: compose-go `dotenv.isSpace`. */
const BLANK = /[\t\v\f\r \u0085\u00a0]/;

/** Reads a text. `outer` comes before the names of the text itself, `earlier` after them. Later lines win. */
export function readDotenv(text: string, outer: Lookup, earlier: Lookup = () => undefined): Dotenv {
  const entries = new Map<string, DotenvEntry>();
  const lookup: Lookup = (name) => outer(name) ?? entries.get(name)?.value ?? earlier(name);
  let problem: DotenvProblem | undefined;
  const refuse = (message: string, start: number, end: number) => {
    problem ??= { message, start, end: Math.max(end, start) };
  };
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    const lineEnd = endOfLine(text, at);
    if (text[at] === '#') {
      at = lineEnd;
      continue;
    }
    const exported = /^export\s+/.exec(text.slice(at, lineEnd));
    let start = at + (exported ? 'export'.length : 0);
    while (start < lineEnd && BLANK.test(text[start] ?? '')) start++;
    const head = nameEnd(text, start, lineEnd);
    if (head.bad !== undefined) {
      const sign = text.slice(head.bad, head.bad + ((text.codePointAt(head.bad) ?? 0 > 0xffff) ? 2 : 1));
      refuse(
        `\`${sign}\` is not allowed in the name of a variable: use letters, digits, \`_\`, \`.\` and \`-\`. Compose refuses this file.`,
        start,
        trimmedEnd(text, start, lineEnd),
      );
      at = lineEnd;
      continue;
    }
    const end = trimmedEnd(text, start, head.end);
    const name = text.slice(start, end);
    if (name.includes(' ')) {
      refuse('The name of a variable cannot contain a space. Compose refuses this file.', start, end);
      at = lineEnd;
      continue;
    }
    if (!head.hasValue) {
      const place: readonly [number, number] = [start, end];
      // Without `=` the variable is taken from the environment. Where the file ends without a new line, compose-go
      // takes the name for the value of a variable without a name.
      const isLast = lineEnd === text.length;
      const value = isLast ? name : outer(name);
      if (value !== undefined) entries.set(isLast ? '' : name, { value, nameAt: place, valueAt: place });
      at = lineEnd;
      continue;
    }
    const read = readValue(text, head.end + 1, lookup, refuse);
    entries.set(name, { value: read.value, nameAt: [start, end], valueAt: read.at });
    at = read.next;
  }
  return { entries, problem };
}

function nameEnd(
  text: string,
  start: number,
  lineEnd: number,
): { readonly end: number; readonly hasValue: boolean; readonly bad?: number } {
  for (let i = start; i < lineEnd; i++) {
    const c = text[i] ?? '';
    if (c === '=' || c === ':') return { end: i, hasValue: true };
    if (!BLANK.test(c) && !/[\p{L}\p{N}_.\-[\]\ud800-\udfff]/u.test(c))
      return { end: i, hasValue: false, bad: i };
  }
  return { end: lineEnd, hasValue: false };
}

type Refuse = (message: string, start: number, end: number) => void;

function readValue(
  text: string,
  from: number,
  lookup: Lookup,
  refuse: Refuse,
): { readonly value: string; readonly at: readonly [number, number]; readonly next: number } {
  let start = from;
  while (start < text.length && BLANK.test(text[start] ?? '')) start++;
  const quote = text[start];
  const expand = (value: string, span: readonly [number, number]) => {
    const done = interpolate(value, lookup);
    const [error] = done.errors;
    if (error) refuse(`${error.message} Compose refuses this file.`, span[0], span[1]);
    return done.value;
  };
  if (quote !== '"' && quote !== "'") {
    const lineEnd = endOfLine(text, start);
    const comment = text.slice(start, lineEnd).indexOf(' #');
    const end = trimmedEnd(text, start, comment < 0 ? lineEnd : start + comment);
    return { value: expand(text.slice(start, end), [start, end]), at: [start, end], next: lineEnd };
  }
  let inner = '';
  let escaped = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === quote && !escaped) {
      const span = [start + 1, i] as const;
      const value = quote === "'" ? inner : expand(unescaped(inner), span);
      return { value, at: span, next: i + 1 };
    }
    if (c === '\\' && !escaped) {
      escaped = true;
      continue;
    }
    // Only the quote itself is escaped here; other escapes are for later.
    if (escaped && c !== quote) inner += '\\';
    escaped = false;
    inner += c;
  }
  const lineEnd = endOfLine(text, start);
  const end = trimmedEnd(text, start, lineEnd);
  refuse(`Closing ${quote} missing. Compose refuses this file.`, start, end);
  return { value: text.slice(start + 1, end), at: [start, end], next: lineEnd };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  c: '\\c',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // Variables are replaced afterwards: the sign escaped for that.
  $: '$$',
};

function unescaped(value: string): string {
  return value.replace(/\\([abcfnrtv$"\\]|0\d{0,3})/g, (whole, code: string) => {
    if (!code.startsWith('0')) return ESCAPES[code] ?? whole;
    // Go reads exactly three octal digits after the first zero.
    const octal = /^0([0-7]{3})/.exec(code)?.[1];
    const byte = octal === undefined ? Number.NaN : Number.parseInt(octal, 8);
    return byte <= 0xff ? String.fromCharCode(byte) + code.slice(4) : whole;
  });
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function trimmedEnd(text: string, start: number, end: number): number {
  let result = end;
  while (result > start && /\s/.test(text[result - 1] ?? '')) result--;
  return result;
}

/** The values alone, for whoever doesn't ask where they stand. */
export function parseDotenv(text: string, outer: Lookup): ReadonlyMap<string, string> {
  return new Map([...readDotenv(text, outer).entries].map(([name, { value }]) => [name, value]));
}
