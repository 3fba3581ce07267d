/** Finds the blocks of a PEM text, as OpenSSL and Go do: a marker counts at the start of a line only. */

export interface ScannedBlock {
  readonly label: string;
  /** line of BEGIN, from 0 */
  readonly line: number;
  /** headers such as `Proc-Type: 4,ENCRYPTED` are there */
  readonly encryptedHeader: boolean;
  /** decoded content, or why it can't be */
  readonly content:
    | { readonly ok: true; readonly der: Uint8Array }
    | { readonly ok: false; readonly reason: string };
}

const BEGIN = /^-----BEGIN ([^-\r\n]*(?:-[^-\r\n]+)*)-----[ \t\r]*$/;
const END = /^-----END ([^\r\n]*?)-----[ \t\r]*$/;
const HEADER = /^[A-Za-z0-9-]+:/;

/** All blocks in order; text around them is passed over. A block that never ends is reported as such. */
export function scanPem(text: string): readonly ScannedBlock[] {
  if (text.includes('\n') || !text.includes('\r')) return scanLines(text.split('\n').map(withoutReturns));
  const content = {
    ok: false,
    reason: 'its lines end in CR only, which no service reads',
  } as const;
  return scanLines(text.split('\r')).map((block) => ({ ...block, content }));
}

/** A line without the CRs before its LF. */
function withoutReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return line.slice(0, end);
}

function scanLines(lines: readonly string[]): readonly ScannedBlock[] {
  const blocks: ScannedBlock[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const label = BEGIN.exec(lines[index] ?? '')?.[1];
    if (label === undefined) continue;
    const body: string[] = [];
    let end: string | undefined;
    let at = index + 1;
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      end = END.exec(line)?.[1];
      if (end !== undefined || line.startsWith('-----')) break;
      body.push(line);
    }
    blocks.push(blockOf(label, index, body, end));
    // A new BEGIN ends a block that lacks its own END, and starts the next.
    index = end === undefined ? at - 1 : at;
  }
  return blocks;
}

function blockOf(
  label: string,
  line: number,
  body: readonly string[],
  end: string | undefined,
): ScannedBlock {
  const { headers, rest } = splitHeaders(body);
  const encryptedHeader = headers.some((header) => /^Proc-Type:.*ENCRYPTED/.test(header));
  const damaged = (reason: string): ScannedBlock => ({
    label,
    line,
    encryptedHeader,
    content: { ok: false, reason },
  });
  if (end === undefined) return damaged('it is cut off: the END line is missing');
  if (end !== label) return damaged(`it begins as ${label} and ends as ${end}`);
  const base64 = rest.join('').replace(/[ \t\f\v]/g, '');
  if (base64 === '') return damaged('there is nothing between its BEGIN and END lines');
  if (!isBase64(base64)) return damaged('its text is not base64: characters are missing or wrong');
  return { label, line, encryptedHeader, content: { ok: true, der: Buffer.from(base64, 'base64') } };
}

/** RFC 1421 headers, which end at an empty line; continued lines start with white space. */
function splitHeaders(body: readonly string[]): {
  readonly headers: readonly string[];
  readonly rest: readonly string[];
} {
  if (!HEADER.test(body[0] ?? '')) return { headers: [], rest: body };
  const end = body.findIndex((line) => line.trim() === '');
  return end === -1
    ? { headers: body, rest: [] }
    : { headers: body.slice(0, end), rest: body.slice(end + 1) };
}

/** Whether a text, line ends taken out, is base64 with its padding. Without a loop over groups, whose stack megabytes overflow. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));
}
