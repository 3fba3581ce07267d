/** The short syntax of volumes, split as compose-go's `format.ParseVolume` splits it. */
import { posix } from 'node:path';

/** Part of a text; offsets, `to` exclusive. */
export interface Section {
  readonly from: number;
  readonly to: number;
}

/**
 * Splits `source:target:mode` at its colons; a drive letter's colon and those inside variables don't count.
 * undefined for what Compose refuses: an empty section, too many.
 */
export function splitShortVolume(value: string, emptyAllowed = false): readonly Section[] | undefined {
  // One or two characters are a path in the container, whatever they are.
  if (value.length > 0 && value.length <= 2) return [{ from: 0, to: value.length }];
  const sections = sectionsOf(value);
  if (!emptyAllowed && sections.some(({ from, to }) => from === to)) return undefined;
  return sections.length === 0 || sections.length > 3 ? undefined : sections;
}

/** The parts between colons; none, or too few, where a variable is not closed. */
function sectionsOf(value: string): readonly Section[] {
  const sections: Section[] = [];
  let from = 0;
  let open = 0;
  for (let i = 0; i <= value.length; i++) {
    if (value[i] === '$' && value[i + 1] === '{') open++;
    else if (value[i] === '}' && open > 0) open--;
    else if (i === value.length ? open === 0 : value[i] === ':' && open === 0) {
      if (i < value.length && i - from === 1 && /\p{L}/u.test(value[from] ?? '')) continue;
      sections.push({ from, to: i });
      from = i + 1;
    }
  }
  return sections;
}

/**
 * Source, target and mode of a text that `splitShortVolume` refuses, as far as they are there; undefined where source
 * or target isn't.
 */
export function begunVolume(value: string): readonly Section[] | undefined {
  const sections = sectionsOf(value);
  const isBegun = sections.length > 2 && sections.slice(0, 2).every(({ from, to }) => to > from);
  return isBegun ? sections.slice(0, 3) : undefined;
}

/** True where Compose takes the source of the short syntax for a path rather than a volume's name. */
export function looksLikePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

/** As compose-go cleans targets: `path.Clean`. */
export function cleanTarget(target: string): string {
  if (target === '') return '';
  const clean = posix.normalize(target);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
