/** Parsed files, kept from one text to the next: a keystroke parses what it touched. */

import type { Lookup } from '../syntax/interpolation';
import { type LineIndex, lineIndex } from '../syntax/line-index';
import { type ParsedFile, type ParseState, parseFile } from './document';

export interface ParseCache {
  /** The parse of a file's text; the same object as long as the text is the same. */
  parse(file: string, text: string): ParsedFile;
  /** Whether a file's text has a word, which has no line end in it. */
  mentions(file: string, text: string, word: string): boolean;
  /** The lines of a file's text; those that its parse knows where it was parsed. */
  lines(file: string, text: string): LineIndex;
  /**
   * A lookup that finds what `variables` have and `outer` hasn't, last ones first: the same function as long as they
   * are the same, so that trees read with it can be kept.
   */
  lookup(outer: Lookup, variables: ReadonlyMap<string, string>): Lookup;
  /** The environment, looked up anew: `lookup` gives other functions where one of the values that were asked for is another one now. */
  environment(outer: Lookup): Lookup;
}

/** Files kept: a large stack with all its overlays. */
const MAX_FILES = 256;
/** Sets of variables kept on top of each other one. */
const MAX_LOOKUPS = 64;
/** Names that are remembered: typing one asks for each beginning of it. */
const MAX_ASKED = 5000;

export function createParseCache(): ParseCache {
  const known = new Map<string, ParseState>();
  const lookups = new WeakMap<Lookup, Map<string, Lookup>>();
  let environment: { readonly lookup: Lookup; readonly asked: Map<string, string | undefined> } | undefined;
  let current: Lookup = () => undefined;
  return {
    parse(file, text) {
      const before = known.get(file);
      if (before?.parsed.text === text) return before.parsed;
      const state = parseFile(text, before);
      known.delete(file);
      known.set(file, state);
      trim(known, MAX_FILES);
      return state.parsed;
    },
    mentions(file, text, word) {
      const parsed = known.get(file)?.parsed;
      return parsed?.text === text ? parsed.mentions(word) : text.includes(word);
    },
    lines(file, text) {
      const parsed = known.get(file)?.parsed;
      return parsed?.text === text ? parsed.lines : lineIndex(text);
    },
    lookup(outer, variables) {
      const key = JSON.stringify([...variables]);
      const inner = lookups.get(outer) ?? new Map<string, Lookup>();
      const before = inner.get(key);
      if (before) return before;
      const own = new Map(variables);
      const lookup: Lookup = (name) => outer(name) ?? own.get(name);
      lookups.set(outer, inner.set(key, lookup));
      trim(inner, MAX_LOOKUPS);
      return lookup;
    },
    environment(outer) {
      current = outer;
      const isSame =
        environment &&
        environment.asked.size <= MAX_ASKED &&
        [...environment.asked].every(([name, value]) => outer(name) === value);
      if (environment && isSame) return environment.lookup;
      const asked = new Map<string, string | undefined>();
      const lookup: Lookup = (name) => {
        if (!asked.has(name)) asked.set(name, current(name));
        return asked.get(name);
      };
      environment = { lookup, asked };
      return lookup;
    },
  };
}

function trim(map: Map<string, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
