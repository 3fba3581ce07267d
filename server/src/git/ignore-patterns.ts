/**
 * Patterns of `.gitignore` files, with the meaning that git gives them. Names are compared byte by byte, as git does:
 * pass `bytesOf(name)`. Pure.
 */
import { memo } from '../cache/memo';

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
  const [whole = ''] = line.split('\0', 1);
  let text = withoutFinalSpaces(whole);
  const negative = text.startsWith('!');
  if (negative) text = text.slice(1);
  const directoryOnly = text.endsWith('/');
  if (directoryOnly) text = text.slice(0, -1);
  return { negative, directoryOnly, baseNameOnly: !text.includes('/'), text };
}

/** Spaces at the end don't count, unless a backslash stands before them. */
function withoutFinalSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ') end -= 1;
  if (end === line.length) return line;
  let backslashes = 0;
  while (line[end - 1 - backslashes] === '\\') backslashes += 1;
  return line.slice(0, backslashes % 2 === 1 ? end + 1 : end);
}

/**
 * What the last matching pattern decides about a path relative to the patterns' own directory (slashes between its parts):
 * true, ignored; false, kept; undefined when none matches. `fold` ignores the case of ASCII letters.
 */
export function ignoredBy(
  patterns: readonly IgnorePattern[],
  path: string,
  { directory, fold }: { readonly directory: boolean; readonly fold: boolean },
): boolean | undefined {
  const whole = fold ? lower(path) : path;
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  const pattern = patterns.findLast(
    (each) => (directory || !each.directoryOnly) && compiled(each, fold)(each.baseNameOnly ? name : whole),
  );
  return pattern && !pattern.negative;
}

type Matcher = (text: string) => boolean;
const exact = memo((pattern: IgnorePattern) => matcherOf(pattern, false));
const folded = memo((pattern: IgnorePattern) => matcherOf(pattern, true));

/** A pattern is read once, however many paths are compared with it. */
function compiled(pattern: IgnorePattern, fold: boolean): Matcher {
  return fold ? folded(pattern) : exact(pattern);
}

/** Up to here a pattern is plain text. */
const PLAIN = /^[^*?[\\]*/;

function matcherOf({ text: written, baseNameOnly }: IgnorePattern, fold: boolean): Matcher {
  const text = fold ? lower(written) : written;
  if (baseNameOnly && text.startsWith('*')) {
    const end = text.slice(1);
    if (PLAIN.exec(end)?.[0] === end) return (name) => name.endsWith(end);
  }
  const anchored = !baseNameOnly && text.startsWith('/') ? text.slice(1) : text;
  // git compares the plain beginning first and leaves only the rest to the wildcards, which decides what `**` means
  // right after it.
  const plain = PLAIN.exec(anchored)?.[0] ?? '';
  if (plain === anchored) return (path) => path === plain;
  if (baseNameOnly) return wildMatcher(text);
  const rest = wildMatcher(anchored.slice(plain.length));
  return (path) => path.startsWith(plain) && rest(path.slice(plain.length));
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** git's wildmatch with WM_PATHNAME: only `**` between slashes crosses them. */
export function wildMatch(pattern: string, text: string): boolean {
  return wildMatcher(pattern)(text);
}

/**
 * One step of a pattern: a byte, by its code; a star, which takes any number of those that it takes; or the choice to
 * leave out the star and the slash that follow, which `**` and its slash are when they stand for nothing.
 */
interface Step {
  readonly kind: 'byte' | 'star' | 'choice';
  readonly takes: (code: number) => boolean;
}

const SLASH = 0x2f;
const NEVER: Step = { kind: 'byte', takes: () => false };
const CHOICE: Step = { kind: 'choice', takes: () => false };
const NO_SLASH: Step = { kind: 'byte', takes: (code) => code !== SLASH };

/** The steps of a pattern. Neither two stars follow each other, nor two choices with what they leave out. */
function stepsOf(pattern: string): readonly Step[] {
  const steps: Step[] = [];
  let p = 0;
  while (p < pattern.length) {
    const character = pattern[p] ?? '';
    if (character === '*') {
      let next = p;
      while (pattern[next] === '*') next += 1;
      const before = p === 0 || pattern[p - 1] === '/';
      const after = next === pattern.length || pattern[next] === '/' || pattern.startsWith('\\/', next);
      const crosses = next - p > 1 && before && after;
      const skips = crosses && pattern[next] === '/';
      if (skips && steps.at(-3) === CHOICE) {
        // `**/` once more adds nothing.
        p = next + 1;
        continue;
      }
      if (skips) steps.push(CHOICE);
      steps.push({ kind: 'star', takes: (code) => crosses || code !== SLASH });
      p = next;
    } else if (character === '?') {
      steps.push(NO_SLASH);
      p += 1;
    } else if (character === '[') {
      const bracket = readBracket(pattern, p);
      if (bracket === undefined) return [NEVER];
      const { members } = bracket;
      steps.push({ kind: 'byte', takes: (code) => code !== SLASH && members[code] === 1 });
      p = bracket.end;
    } else {
      const literal = character === '\\' ? pattern.charCodeAt(p + 1) : character.charCodeAt(0);
      steps.push({ kind: 'byte', takes: (code) => code === literal });
      p += character === '\\' ? 2 : 1;
    }
  }
  return steps;
}

/**
 * Follows all ways through the pattern at once, so a comparison takes time by the square of the text at most, whatever
 * the pattern: a step that takes a byte has to be taken to come further.
 */
function wildMatcher(pattern: string): Matcher {
  const steps = stepsOf(pattern);
  const reached = new Set<number>();
  const reach = (start: number): void => {
    for (let at = start; !reached.has(at); at += 1) {
      reached.add(at);
      const kind = steps[at]?.kind;
      if (kind !== 'star' && kind !== 'choice') return;
      // What follows there is no choice again: see `stepsOf`.
      if (kind === 'choice') reach(at + 3);
    }
  };
  return (text) => {
    reached.clear();
    reach(0);
    for (let t = 0; t < text.length && reached.size > 0; t += 1) {
      const code = text.charCodeAt(t);
      const before = [...reached];
      reached.clear();
      for (const at of before) {
        const step = steps[at];
        if (step?.takes(code)) reach(step.kind === 'star' ? at : at + 1);
      }
    }
    return reached.has(steps.length);
  };
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

/** The bytes of the set that starts at `start`, and where it ends; undefined for one that never ends, or isn't known. */
function readBracket(
  pattern: string,
  start: number,
): { readonly members: Uint8Array; readonly end: number } | undefined {
  const members = new Uint8Array(256);
  let p = start + 1;
  const negated = pattern[p] === '!' || pattern[p] === '^';
  if (negated) p += 1;
  const first = p;
  /** the character before a hyphen; undefined where none can start a range */
  let previous: string | undefined;
  const add = (character: string) => members.fill(1, character.charCodeAt(0), character.charCodeAt(0) + 1);
  while (pattern[p] !== ']' || p === first) {
    const character = pattern[p];
    if (character === undefined) return undefined;
    const after = pattern[p + 1];
    if (character === '\\') {
      if (after === undefined) return undefined;
      previous = after;
      add(after);
      p += 2;
    } else if (character === '-' && previous !== undefined && after !== undefined && after !== ']') {
      const escaped = after === '\\';
      const last = escaped ? pattern[p + 2] : after;
      if (last === undefined) return undefined;
      members.fill(1, previous.charCodeAt(0), last.charCodeAt(0) + 1);
      previous = undefined;
      p += escaped ? 3 : 2;
    } else if (character === '[' && after === ':') {
      const end = pattern.indexOf(']', p + 2);
      if (end === -1) return undefined;
      if (pattern[end - 1] !== ':' || end - 1 < p + 2) {
        // No class after all: a bracket like any other character.
        previous = '[';
        add('[');
        p += 1;
        continue;
      }
      const known = CLASSES[pattern.slice(p + 2, end - 1)];
      if (known === undefined) return undefined;
      for (let code = 0; code < 256; code += 1) if (known.test(String.fromCharCode(code))) members[code] = 1;
      previous = undefined;
      p = end + 1;
    } else {
      previous = character;
      add(character);
      p += 1;
    }
  }
  if (negated) for (let code = 0; code < 256; code += 1) members[code] = members[code] === 1 ? 0 : 1;
  return { members, end: p + 1 };
}
