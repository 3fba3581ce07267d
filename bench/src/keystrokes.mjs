// @ts-check
// Where one types, and where a server is asked: always near the middle of a file.

/** What is typed in where it is there: the target of the mount of a token key. */
const TYPED_IN = ':/etc/useradm/rsa/private.pem';

/**
 * @typedef {object} Keystroke Two edits that undo each other.
 * @property {import('./lsp-client.mjs').Edit} there
 * @property {import('./lsp-client.mjs').Edit} back
 */

/**
 * One character in the target of the mount of a token or TLS key that is nearest to the middle of the file: with it,
 * the file that the service needs is no longer mounted. In a file without such a mount, one in the name of an image.
 * @param {string} text
 * @returns {Keystroke}
 */
export function mountKeystroke(text) {
  const lines = text.split('\n');
  const mount = mountNearMiddle(lines);
  return mount ?? insertion(imageNearMiddle(lines), lines[imageNearMiddle(lines)]?.length ?? 0, 'x');
}

/**
 * A key without its colon, as it stands there while somebody types it, below the image nearest to the middle.
 * @param {string} text
 * @returns {Keystroke}
 */
export function keyKeystroke(text) {
  const lines = text.split('\n');
  const line = imageNearMiddle(lines);
  const indent = /^ */.exec(lines[line] ?? '')?.[0] ?? '';
  return insertion(line, lines[line]?.length ?? 0, `\n${indent}v`);
}

/** @param {readonly string[]} lines */
function mountNearMiddle(lines) {
  const mount = /^\s*- "?[^#\s]*:\/[^:\s"]+\.(?:pem|key|crt|cert)/;
  const line =
    nearestToMiddle(lines, (candidate) => candidate.includes(TYPED_IN)) ??
    nearestToMiddle(lines, (candidate) => mount.test(candidate));
  if (line === undefined) return undefined;
  return insertion(line, mount.exec(lines[line] ?? '')?.[0].length ?? 0, 'x');
}

/** @param {readonly string[]} lines */
function imageNearMiddle(lines) {
  const line = nearestToMiddle(lines, (candidate) => /^ +image: /.test(candidate));
  if (line === undefined) throw new Error('The file has no service with an image.');
  return line;
}

/**
 * Where the mount and the key `volumes` before it stand that are nearest to the middle of the file.
 * @param {string} text
 * @returns {{ mount: import('./lsp-client.mjs').Position, key: import('./lsp-client.mjs').Position }}
 */
export function places(text) {
  const mount = mountNearMiddle(text.split('\n'))?.there.range.start;
  if (mount === undefined) throw new Error('The file mounts no certificate or key.');
  const lines = text.split('\n').slice(0, mount.line);
  const line = lines.findLastIndex((candidate) => /^\s*volumes:\s*$/.test(candidate));
  const character = lines[line]?.indexOf('volumes') ?? -1;
  if (character < 0) throw new Error('The mount belongs to no list of volumes.');
  return { mount: { line: mount.line, character: mount.character - 2 }, key: { line, character } };
}

/**
 * @param {readonly string[]} lines
 * @param {(line: string) => boolean} fits
 */
function nearestToMiddle(lines, fits) {
  const middle = lines.length / 2;
  const distance = (/** @type {number} */ line) => Math.abs(line - middle);
  return lines
    .flatMap((line, i) => (fits(line) ? [i] : []))
    .sort((a, b) => distance(a) - distance(b))
    .at(0);
}

/**
 * @param {number} line
 * @param {number} character
 * @param {string} text without a line break, or with one at its start
 * @returns {Keystroke}
 */
function insertion(line, character, text) {
  const start = { line, character };
  const end = text.startsWith('\n')
    ? { line: line + 1, character: text.length - 1 }
    : { line, character: character + text.length };
  return { there: { range: { start, end: start }, text }, back: { range: { start, end }, text: '' } };
}
