/** Which blocks of a PEM text Go finds, as Mender's token services and Traefik read it. */

import { isBase64, type ScannedBlock } from './scan-blocks';

const BEGIN = '-----BEGIN ';
const END = '\n-----END ';
const DASHES = '-----';

/**
 * The blocks that `pem.Decode` of Go's encoding/pem (1.26) returns one after the other. A marker begins its line, which
 * ends in LF or CR LF; what can't be decoded is passed over. `text` is the whole file, a character for each byte.
 */
export function scanAsGo(text: string): readonly ScannedBlock[] {
  const found: ScannedBlock[] = [];
  let rest = 0;
  // Where lines were counted up to, and how many.
  let [counted, lines] = [0, 0];
  while (true) {
    const end = text.indexOf(END, rest);
    if (end === -1) return found;
    const trailer = end + END.length;
    // The last one before the end: a BEGIN without an end of its own is passed over.
    const begin = rest + text.slice(rest, end).lastIndexOf(BEGIN);
    const block = begin < rest ? undefined : decoded(text, { first: rest, begin, end, trailer });
    if (block === undefined) {
      rest = trailer;
      continue;
    }
    for (let at = text.indexOf('\n', counted); at !== -1 && at < begin; at = text.indexOf('\n', at + 1)) {
      lines += 1;
      counted = at + 1;
    }
    const { label, encryptedHeader, der } = block;
    found.push({ label, line: lines, encryptedHeader, content: { ok: true, der } });
    rest = block.next;
  }
}

interface Bounds {
  /** Where this search began. */
  readonly first: number;
  readonly begin: number;
  readonly end: number;
  /** Behind `-----END `. */
  readonly trailer: number;
}

interface Decoded {
  readonly label: string;
  readonly encryptedHeader: boolean;
  readonly der: Uint8Array;
  /** Where the text goes on. */
  readonly next: number;
}

/** What is between two markers; undefined where Go doesn't take it for a block. */
function decoded(text: string, { first, begin, end, trailer }: Bounds): Decoded | undefined {
  if (begin > first && text[begin - 1] !== '\n') return undefined;
  const start = lineAt(text, begin + BEGIN.length);
  if (!start.line.endsWith(DASHES)) return undefined;
  let at = start.next;
  let encryptedHeader = false;
  // Any line with a colon is a header, and no empty line has to end them.
  while (at <= end) {
    const { line, next } = lineAt(text, at);
    if (!line.includes(':')) break;
    encryptedHeader ||= line.trimStart().startsWith('DEK-Info:');
    at = next;
  }
  if (at > end && at !== start.next) return undefined;
  // With its dashes.
  if (!text.startsWith(start.line, trailer)) return undefined;
  const behind = lineAt(text, trailer + start.line.length);
  if (behind.line !== '') return undefined;
  // Its decoder passes over line ends, wherever they stand.
  const base64 = at < end ? text.slice(at, end).replace(/[ \t\r\n]/g, '') : '';
  if (!isBase64(base64)) return undefined;
  const label = start.line.slice(0, -DASHES.length);
  return { label, encryptedHeader, der: Buffer.from(base64, 'base64'), next: behind.next };
}

/** A line without its end and the blanks before that, and where the next begins. */
function lineAt(text: string, from: number): { readonly line: string; readonly next: number } {
  const newline = text.indexOf('\n', from);
  const next = newline === -1 ? text.length : newline + 1;
  const end =
    newline === -1 ? text.length : newline > from && text[newline - 1] === '\r' ? newline - 1 : newline;
  let last = end;
  while (last > from && (text[last - 1] === ' ' || text[last - 1] === '\t')) last -= 1;
  return { line: text.slice(from, last), next };
}
