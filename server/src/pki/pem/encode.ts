/** PEM from DER, in buffers only, so that private keys never become strings that cannot be wiped. */

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');
const LINE = 64;
const NEWLINE = 0x0a;
const PAD = 0x3d;

/** One PEM block: 64 characters a line, ended by a newline. The result is the only copy of the content. */
export function encodePem(label: string, der: Uint8Array): Buffer {
  const head = Buffer.from(`-----BEGIN ${label}-----\n`, 'latin1');
  const foot = Buffer.from(`-----END ${label}-----\n`, 'latin1');
  const characters = Math.ceil(der.length / 3) * 4;
  const pem = Buffer.allocUnsafeSlow(head.length + characters + Math.ceil(characters / LINE) + foot.length);
  let at = head.copy(pem, 0);
  let column = 0;
  const put = (byte: number) => {
    pem[at++] = byte;
    if (++column === LINE) {
      pem[at++] = NEWLINE;
      column = 0;
    }
  };
  for (let index = 0; index < der.length; index += 3) {
    const left = der.length - index;
    const group = ((der[index] ?? 0) << 16) | ((der[index + 1] ?? 0) << 8) | (der[index + 2] ?? 0);
    put(ALPHABET[(group >> 18) & 63] ?? 0);
    put(ALPHABET[(group >> 12) & 63] ?? 0);
    put(left > 1 ? (ALPHABET[(group >> 6) & 63] ?? 0) : PAD);
    put(left > 2 ? (ALPHABET[group & 63] ?? 0) : PAD);
  }
  if (column > 0) pem[at++] = NEWLINE;
  foot.copy(pem, at);
  return pem;
}
