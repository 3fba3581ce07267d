/** `.env` files as Compose reads them: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file */
import { interpolate, type Lookup } from './interpolation';

/** Reads a `.env` text. Lines that can't be read are skipped. Later lines win; values may use earlier names. */
export function parseDotenv(text: string, outer: Lookup): Map<string, string> {
  const result = new Map<string, string>();
  const lookup: Lookup = (name) => outer(name) ?? result.get(name);
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  let at = 0;
  while (at < source.length) {
    const lineEnd = endOfLine(source, at);
    const head = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*([=:])[ \t]*/.exec(
      source.slice(at, lineEnd),
    );
    if (!head?.[1]) {
      at = lineEnd + 1;
      continue;
    }
    const start = at + head[0].length;
    const quote = source[start];
    if (quote === '"' || quote === "'") {
      const close = closingQuote(source, start + 1, quote);
      if (close >= 0) {
        const body = source.slice(start + 1, close);
        result.set(head[1], quote === "'" ? body : interpolate(unescapeQuoted(body), lookup).value);
        at = endOfLine(source, close) + 1;
        continue;
      }
    }
    const bare = source
      .slice(start, lineEnd)
      .replace(/(^|[ \t])#.*$/, '')
      .trim();
    result.set(head[1], interpolate(bare, lookup).value);
    at = lineEnd + 1;
  }
  return result;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\' && quote === '"') i++;
    else if (text[i] === quote) return i;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function unescapeQuoted(body: string): string {
  return body.replace(/\\(.)/gs, (whole, c: string) => ESCAPES[c] ?? (c === '$' ? '$$' : whole));
}
