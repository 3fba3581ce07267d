/** The list of tracked files from a git index (versions 2 to 4). Pure. */

/** Bytes of an entry before its object id: times, device, inode, mode, owner, size. */
const STAT_BYTES = 40;
const HEADER_BYTES = 12;
/** Entries beyond the fixed flags have two more bytes. */
const EXTENDED = 0x4000;

export interface IndexOptions {
  /** Bytes of an object id: 20 for SHA-1 repositories, 32 for SHA-256. */
  readonly idBytes: number;
}

/**
 * The paths of all entries, relative to the work tree, as bytes (one character each). undefined: not an index of a
 * known version, cut off, or one that keeps a part of its entries in another file (split index) or folded into
 * directories (sparse index).
 */
export function trackedPaths(index: Uint8Array, { idBytes }: IndexOptions): ReadonlySet<string> | undefined {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
  if (bytes.length < HEADER_BYTES + idBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const found = new Set<string>();
  const end = bytes.length - idBytes;
  let at = HEADER_BYTES;
  let previous = '';
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    const flagsAt = at + STAT_BYTES + idBytes;
    if (flagsAt + 2 > end) return undefined;
    const extended = version >= 3 && (bytes.readUInt16BE(flagsAt) & EXTENDED) !== 0;
    let nameAt = flagsAt + (extended ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const cut = variableInteger(bytes, nameAt);
      if (cut === undefined || cut.value > previous.length) return undefined;
      kept = previous.slice(0, previous.length - cut.value);
      nameAt = cut.end;
    }
    const nul = bytes.indexOf(0, nameAt);
    if (nul === -1 || nul >= end) return undefined;
    const name = kept + bytes.toString('latin1', nameAt, nul);
    if (name.endsWith('/')) return undefined;
    found.add(name);
    previous = name;
    // Up to version 3 an entry is filled up with one to eight zeros, to a multiple of eight bytes.
    at = version === 4 ? nul + 1 : at + ((nul - at + 8) & ~7);
  }
  return hasExtension(bytes, at, end, 'link') ? undefined : found;
}

/** A number in the form that git uses for offsets: seven bits a byte, high bits first, one added at each step. */
function variableInteger(
  bytes: Buffer,
  start: number,
): { readonly value: number; readonly end: number } | undefined {
  let at = start;
  let byte = bytes[at++];
  if (byte === undefined) return undefined;
  let value = byte & 0x7f;
  while (byte & 0x80) {
    byte = bytes[at++];
    if (byte === undefined || value > 0xffffff) return undefined;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, end: at };
}

function hasExtension(bytes: Buffer, start: number, end: number, name: string): boolean {
  let at = start;
  while (at + 8 <= end) {
    if (bytes.toString('latin1', at, at + 4) === name) return true;
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return false;
}
