/** Globs as VS Code's settings have them: `*`, `?`, `**`, `[a-z]` and `{a,b}`. */
import { bytesOf, wildMatch } from '../../git/ignore-patterns';

/** Longer globs, and further alternatives of one, aren't looked at: they cost more than they are worth. */
const MAX_LENGTH = 300;
const MAX_ALTERNATIVES = 100;

/** Whether a path (relative, `/` between its parts) is what one of `globs` names, or lies in it. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs
    .filter((glob) => glob.length <= MAX_LENGTH)
    .flatMap(alternatives)
    .map((glob) => bytesOf(glob.replace(/^\.?\//, '').replace(/\/(\*\*\/?)?$/, '')))
    .filter((pattern) => pattern !== '');
  return (path) => {
    const bytes = bytesOf(path);
    return patterns.some((pattern) => wildMatch(pattern, bytes));
  };
}

/** A glob without braces for each choice that its braces leave. */
function alternatives(glob: string): string[] {
  let open = [glob];
  for (;;) {
    const next = open.flatMap((each) => {
      const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(each);
      return found ? (found[2] ?? '').split(',').map((choice) => found[1] + choice + found[3]) : [each];
    });
    if (next.length > MAX_ALTERNATIVES) return [];
    if (next.length === open.length && next.every((each, index) => each === open[index])) return next;
    open = next;
  }
}
