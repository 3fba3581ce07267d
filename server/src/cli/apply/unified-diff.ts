import { structuredPatch } from 'diff';

/** Lines of unchanged text around a change. */
const CONTEXT = 3;

/**
 * The difference of two texts as `diff -u` writes it, to be applied with `patch -p1`; empty when they are equal.
 * `name` is the file's path with forward slashes, `context` how many lines of unchanged text are shown around a change.
 */
export function unifiedDiff(name: string, before: string, after: string, context = CONTEXT): string {
  if (before === after) return '';
  const { hunks } = structuredPatch(name, name, before, after, undefined, undefined, { context });
  const shown = hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const header = `@@ -${span(oldStart, oldLines)} +${span(newStart, newLines)} @@`;
    return [header, ...lines].map((line) => `${line}\n`).join('');
  });
  return `--- ${quoted(`a/${name}`)}\n+++ ${quoted(`b/${name}`)}\n${shown.join('')}`;
}

/** Line numbers count from 1; an empty side names the line before it. */
function span(start: number, count: number): string {
  const first = count === 0 ? start - 1 : start;
  return count === 1 ? `${first}` : `${first},${count}`;
}

function quoted(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what patch wants escaped
  if (/["\\\u0000-\u001f\u007f]/.test(name)) {
    const bytes = Buffer.from(name, 'utf8');
    const escaped = [...bytes].map((byte) => {
      if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
      return byte < 0x20 || byte > 0x7e
        ? `\\${byte.toString(8).padStart(3, '0')}`
        : String.fromCharCode(byte);
    });
    return `"${escaped.join('')}"`;
  }
  // patch takes a name up to the first tab, and without one up to the first space.
  return name.includes(' ') ? `${name}\t` : name;
}
