/**
 * Patterns of `.gitignore` files, with the meaning that git gives them. Names are compared byte by byte, as git does:
 * pass `bytesOf(name)`. Pure.
 */

export interface IgnorePattern {
  /** `!` in front: matching paths are not ignored. */
  readonly negative: boolean;
  /** A slash at the end: directories only. */
  readonly directoryOnly: boolean;
  /** Without another slash: compared with the last part of a path, at any depth. */
  readonly baseNameOnly: boolean;
  readonly text: string;
}

/** A name as the bytes that it has on disk, one character each. */
export function bytesOf(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}

/** The patterns of one file, in its order. */
export function parsePatterns(file: Uint8Array): readonly IgnorePattern[] {
  const text = Buffer.from(file).toString('latin1');
  // git skips a byte order mark.
  return text
    .replace(/^\xef\xbb\xbf/, '')
    .split('\n')
    .flatMap((line) => parsePattern(line.replace(/\r$/, '')) ?? []);
}

function parsePattern(line: string): IgnorePattern | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  let text = withoutFinalSpaces(line);
  const negative = text.startsWith('!');
  if (negative) text = text.slice(1);
  const directoryOnly = text.endsWith('/');
  if (directoryOnly) text = text.slice(0, -1);
  return { negative, directoryOnly, baseNameOnly: !text.includes('/'), text };
}

/** Spaces at the end don't count, unless a backslash stands before them. */
function withoutFinalSpaces(line: string): string {
  return /^((?:\\.|[^\\ ]| +(?=[^ ]))*) *$/s.exec(line)?.[1] ?? line;
}

/**
 * What the last matching pattern says of a path relative to the patterns' own directory (slashes between its parts):
 * true, ignored; false, kept; undefined when none matches. `fold` ignores the case of ASCII letters.
 */
export function ignoredBy(
  patterns: readonly IgnorePattern[],
  path: string,
  { directory, fold }: { readonly directory: boolean; readonly fold: boolean },
): boolean | undefined {
  const pattern = patterns.findLast(
    (each) => (directory || !each.directoryOnly) && matches(each, path, fold),
  );
  return pattern && !pattern.negative;
}

/** Up to here a pattern is plain text. */
const PLAIN = /^[^*?[\\]*/;

function matches(pattern: IgnorePattern, path: string, fold: boolean): boolean {
  const text = fold ? lower(pattern.text) : pattern.text;
  const whole = fold ? lower(path) : path;
  if (pattern.baseNameOnly) {
    const name = whole.slice(whole.lastIndexOf('/') + 1);
    return text.startsWith('*') && PLAIN.exec(text.slice(1))?.[0] === text.slice(1)
      ? name.endsWith(text.slice(1))
      : wildMatch(text, name);
  }
  const anchored = text.startsWith('/') ? text.slice(1) : text;
  // git compares the plain beginning first and leaves only the rest to the wildcards, which decides what `**` means
  // right after it.
  const plain = PLAIN.exec(anchored)?.[0] ?? '';
  if (!whole.startsWith(plain)) return false;
  const [rest, remaining] = [anchored.slice(plain.length), whole.slice(plain.length)];
  if (rest === '') return remaining === '';
  return wildMatch(rest, remaining);
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** git's wildmatch with WM_PATHNAME: only `**` between slashes crosses them. */
export function wildMatch(pattern: string, text: string): boolean {
  // Each pair of positions is decided once, so that no pattern takes exponential time.
  const failed = new Set<number>();
  const width = text.length + 1;

  function from(p: number, t: number): boolean {
    const key = p * width + t;
    if (failed.has(key)) return false;
    const matched = step(p, t);
    if (!matched) failed.add(key);
    return matched;
  }

  function step(startP: number, startT: number): boolean {
    let [p, t] = [startP, startT];
    while (p < pattern.length) {
      const character = pattern[p] ?? '';
      if (character === '*') return star(p, t);
      const actual = text[t];
      if (actual === undefined) return false;
      if (character === '?') {
        if (actual === '/') return false;
        p += 1;
      } else if (character === '[') {
        const bracket = matchBracket(pattern, p, actual);
        if (bracket === undefined || !bracket.matched || actual === '/') return false;
        p = bracket.end;
      } else {
        const literal = character === '\\' ? pattern[++p] : character;
        if (literal !== actual) return false;
        p += 1;
      }
      t += 1;
    }
    return t === text.length;
  }

  function star(p: number, t: number): boolean {
    let next = p;
    while (pattern[next] === '*') next += 1;
    const before = p === 0 || pattern[p - 1] === '/';
    const after = next === pattern.length || pattern[next] === '/' || pattern.startsWith('\\/', next);
    const crosses = next - p > 1 && before && after;
    if (crosses && pattern[next] === '/' && from(next + 1, t)) return true;
    if (next === pattern.length) return crosses || !text.includes('/', t);
    for (let at = t; at <= text.length; at += 1) {
      if (from(next, at)) return true;
      if (!crosses && text[at] === '/') return false;
    }
    return false;
  }

  return from(0, 0);
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the class is
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** Whether `actual` is in the set that starts at `start`; undefined for a set that never ends. */
function matchBracket(
  pattern: string,
  start: number,
  actual: string,
): { readonly matched: boolean; readonly end: number } | undefined {
  let p = start + 1;
  const negated = pattern[p] === '!' || pattern[p] === '^';
  if (negated) p += 1;
  const first = p;
  let found = false;
  /** the character before a hyphen; undefined where none can start a range */
  let previous: string | undefined;
  while (pattern[p] !== ']' || p === first) {
    const character = pattern[p];
    if (character === undefined) return undefined;
    const after = pattern[p + 1];
    if (character === '\\') {
      if (after === undefined) return undefined;
      previous = after;
      found ||= after === actual;
      p += 2;
    } else if (character === '-' && previous !== undefined && after !== undefined && after !== ']') {
      const escaped = after === '\\';
      const last = escaped ? pattern[p + 2] : after;
      if (last === undefined) return undefined;
      found ||= previous <= actual && actual <= last;
      previous = undefined;
      p += escaped ? 3 : 2;
    } else if (character === '[' && after === ':') {
      const end = pattern.indexOf(']', p + 2);
      if (end === -1) return undefined;
      if (pattern[end - 1] !== ':' || end - 1 < p + 2) {
        // No class after all: a bracket like any other character.
        previous = '[';
        found ||= actual === '[';
        p += 1;
        continue;
      }
      const known = CLASSES[pattern.slice(p + 2, end - 1)];
      if (known === undefined) return undefined;
      found ||= known.test(actual);
      previous = undefined;
      p = end + 1;
    } else {
      previous = character;
      found ||= character === actual;
      p += 1;
    }
  }
  return { matched: found !== negated, end: p + 1 };
}
