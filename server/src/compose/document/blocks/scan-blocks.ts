/**
 * Where the blocks of a compose file in plain block style begin: at its top-level keys and at its services. Single lines
 * are looked at, and what isn't sure is refused; whether the blocks are YAML is for the parser to say.
 */

/** `top`: a top-level key with all below it. `head`: the line `services:` alone. `service`: one service. */
export type BlockKind = 'top' | 'head' | 'service';

export interface ScannedBlock {
  /** Offset of the line. */
  readonly start: number;
  readonly kind: BlockKind;
  readonly key: string;
  /** Spaces before the key. */
  readonly column: number;
}

/** Where in a file the lines are looked at from. */
export type ScanState =
  | { readonly at: 'lead' | 'top' }
  /** After `services:`, before its first service. */
  | { readonly at: 'head' }
  | { readonly at: 'services'; readonly column: number };

/** Keys that need no second look: not a number, a word with a meaning, or anything quoted, tagged or anchored. */
const KEY = /(?!(?:true|false|null)\b)([A-Za-z_][\w.-]{0,100}):(?=[ \t\r\n]|$)/iy;
const HEAD = /services:(?:[ \t]+#[^\n]*|[ \t]*)(?:\r?\n|\r?$)/y;

const [SPACE, NEWLINE, RETURN, HASH, DASH] = [32, 10, 13, 35, 45];

/**
 * The blocks of `text` from `from`, the start of a line, on; undefined for what has none. Where `isKnown` says of a block
 * that all that follows is known, it is the last one.
 */
export function scanFrom(
  text: string,
  from: number,
  state: ScanState,
  isKnown: (block: ScannedBlock) => boolean = () => false,
): ScannedBlock[] | undefined {
  const scanned: ScannedBlock[] = [];
  let now = state;
  for (let at = from; at < text.length; at = nextLine(text, at)) {
    let column = at;
    while (text.charCodeAt(column) === SPACE) column++;
    const first = text.charCodeAt(column);
    const indent = column - at;
    // Deeper lines are the block's own business.
    if (now.at === 'services' && indent > now.column) continue;
    if (now.at === 'top' && (indent > 0 || (first === DASH && isGap(text, column + 1)))) continue;
    if (Number.isNaN(first) || first === NEWLINE || first === HASH) continue;
    if (first === RETURN && text.charCodeAt(column + 1) === NEWLINE) continue;
    const key = indent > 0 && now.at !== 'head' && now.at !== 'services' ? undefined : keyAt(text, column);
    if (now.at === 'head' && (indent > 0 ? key === undefined : first === DASH)) {
      // No list of services that could be blocks.
      const head = scanned.pop();
      if (!head) return undefined;
      scanned.push({ ...head, kind: 'top' });
      now = { at: 'top' };
      continue;
    }
    if (key === undefined || (now.at === 'services' && indent > 0 && indent < now.column)) return undefined;
    if (indent === 0 && now.at === 'head') {
      const head = scanned.pop();
      if (!head) return undefined;
      scanned.push({ ...head, kind: 'top' });
    }
    HEAD.lastIndex = column;
    const kind = indent > 0 ? 'service' : HEAD.test(text) ? 'head' : 'top';
    const block: ScannedBlock = { start: at, kind, key, column: indent };
    scanned.push(block);
    if (isKnown(block)) return scanned;
    now = stateAfter(block);
  }
  const last = scanned.at(-1);
  if (last?.kind === 'head') scanned.splice(-1, 1, { ...last, kind: 'top' });
  return scanned;
}

/** How the lines of a block are looked at. */
export function stateAfter({ kind, column }: Pick<ScannedBlock, 'kind' | 'column'>): ScanState {
  if (kind === 'service') return { at: 'services', column };
  return { at: kind };
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function isGap(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return Number.isNaN(c) || c === SPACE || c === NEWLINE || c === RETURN;
}

function keyAt(text: string, at: number): string | undefined {
  KEY.lastIndex = at;
  return KEY.exec(text)?.[1];
}
