/**
 * Where a compose file in plain block style can be cut: at its top-level keys and at its services. The look is at
 * single lines and refuses what it isn't sure of; whether the pieces are YAML is for the parser to say.
 */

/** `top`: a top-level key with all below it. `head`: the line `services:` alone. `service`: one service. */
export type CutKind = 'top' | 'head' | 'service';

export interface Cut {
  /** Offset of the line. */
  readonly start: number;
  readonly kind: CutKind;
  readonly key: string;
  /** Spaces before the key. */
  readonly column: number;
}

/** Where in a file the lines are looked at from. */
export type CutState =
  | { readonly at: 'lead' | 'top' }
  /** After `services:`, before its first service. */
  | { readonly at: 'head' }
  | { readonly at: 'services'; readonly column: number };

/** Keys that need no second look: not a number, a word with a meaning, or anything quoted, tagged or anchored. */
const KEY = /(?!(?:true|false|null)\b)([A-Za-z_][\w.-]{0,100}):(?=[ \t\r\n]|$)/iy;
const HEAD = /services:(?:[ \t]+#[^\n]*|[ \t]*)(?:\r?\n|\r?$)/y;

const [SPACE, NEWLINE, RETURN, HASH, DASH] = [32, 10, 13, 35, 45];

/**
 * The cuts of `text` from `from`, the start of a line, on; undefined for what can't be cut. Where `isKnown` says of a
 * cut that all that follows is known, it is the last one.
 */
export function cutsFrom(
  text: string,
  from: number,
  state: CutState,
  isKnown: (cut: Cut) => boolean = () => false,
): Cut[] | undefined {
  const cuts: Cut[] = [];
  let now = state;
  for (let at = from; at < text.length; at = nextLine(text, at)) {
    let column = at;
    while (text.charCodeAt(column) === SPACE) column++;
    const first = text.charCodeAt(column);
    const indent = column - at;
    // Deeper lines are the piece's own business.
    if (now.at === 'services' && indent > now.column) continue;
    if (now.at === 'top' && (indent > 0 || (first === DASH && isGap(text, column + 1)))) continue;
    if (Number.isNaN(first) || first === NEWLINE || first === HASH) continue;
    if (first === RETURN && text.charCodeAt(column + 1) === NEWLINE) continue;
    const key = indent > 0 && now.at !== 'head' && now.at !== 'services' ? undefined : keyAt(text, column);
    if (now.at === 'head' && (indent > 0 ? key === undefined : first === DASH)) {
      // No list of services that could be cut.
      const head = cuts.pop();
      if (!head) return undefined;
      cuts.push({ ...head, kind: 'top' });
      now = { at: 'top' };
      continue;
    }
    if (key === undefined || (now.at === 'services' && indent > 0 && indent < now.column)) return undefined;
    if (indent === 0 && now.at === 'head') {
      const head = cuts.pop();
      if (!head) return undefined;
      cuts.push({ ...head, kind: 'top' });
    }
    HEAD.lastIndex = column;
    const kind = indent > 0 ? 'service' : HEAD.test(text) ? 'head' : 'top';
    const cut: Cut = { start: at, kind, key, column: indent };
    cuts.push(cut);
    if (isKnown(cut)) return cuts;
    now = stateAfter(cut);
  }
  const last = cuts.at(-1);
  if (last?.kind === 'head') cuts.splice(-1, 1, { ...last, kind: 'top' });
  return cuts;
}

/** How lines below a cut are looked at. */
export function stateAfter({ kind, column }: Pick<Cut, 'kind' | 'column'>): CutState {
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
