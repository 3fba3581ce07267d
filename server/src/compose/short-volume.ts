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
  const sections: Section[] = [];
  // One or two characters are a path in the container, whatever they are.
  if (value.length > 0 && value.length <= 2) return [{ from: 0, to: value.length }];
  let from = 0;
  let open = 0;
  for (let i = 0; i <= value.length; i++) {
    if (value[i] === '$' && value[i + 1] === '{') open++;
    else if (value[i] === '}' && open > 0) open--;
    else if (i === value.length ? open === 0 : value[i] === ':' && open === 0) {
      if (i < value.length && i - from === 1 && /\p{L}/u.test(value[from] ?? '')) continue;
      if (i === from && !emptyAllowed) return undefined;
      sections.push({ from, to: i });
      from = i + 1;
    }
  }
  return sections.length === 0 || sections.length > 3 ? undefined : sections;
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
