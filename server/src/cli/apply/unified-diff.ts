/** Lines of unchanged text around a change. */
const CONTEXT = 3;
/** Above this many changed lines the whole middle is shown as replaced; a compose fix changes a handful. */
const MOST_CHANGES = 400;

interface Line {
  readonly sign: ' ' | '-' | '+';
  /** with its line end, where it has one */
  readonly text: string;
}

/**
 * The difference of two texts as `diff -u` writes it, to be applied with `patch -p1`; empty when they are equal.
 * `name` is the file's path with forward slashes, `context` how many lines of unchanged text are shown around a change.
 */
export function unifiedDiff(name: string, before: string, after: string, context = CONTEXT): string {
  if (before === after) return '';
  const lines = compareLines(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines, context);
  return `--- ${quoted(`a/${name}`)}\n+++ ${quoted(`b/${name}`)}\n${hunks.join('')}`;
}

/** Only LF ends a line, as for `patch`; a CR before it belongs to the line. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [
    ...before.slice(0, head).map(kept),
    ...shortestEdit(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(kept),
  ];
}

/** Myers, "An O(ND) difference algorithm and its variations" (1986), the greedy form. */
function shortestEdit(a: readonly string[], b: readonly string[]): Line[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let changes = 0; changes <= Math.min(a.length + b.length, MOST_CHANGES); changes++) {
    const next = new Map(reach);
    trace.push(reach);
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = startOf(reach, diagonal, changes);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return backtrack(trace, a, b);
    }
    reach = next;
  }
  return [...a.map(removed), ...b.map(added)];
}

function startOf(reach: ReadonlyMap<number, number>, diagonal: number, changes: number): number {
  const fromAbove = reach.get(diagonal + 1) ?? -1;
  const fromLeft = reach.get(diagonal - 1) ?? -1;
  return diagonal === -changes || (diagonal !== changes && fromLeft < fromAbove) ? fromAbove : fromLeft + 1;
}

function backtrack(
  trace: readonly Map<number, number>[],
  a: readonly string[],
  b: readonly string[],
): Line[] {
  const lines: Line[] = [];
  let x = a.length;
  let y = b.length;
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = trace[changes] ?? new Map<number, number>();
    const start = startOf(reach, x - y, changes);
    const diagonal = x - y;
    while (x > start) {
      lines.push(kept(a[x - 1] ?? ''));
      x--;
      y--;
    }
    if (changes === 0) break;
    // The step onto this diagonal came from its neighbour: down is an added line, right a removed one.
    if (cameDown(reach, diagonal, changes)) lines.push(added(b[--y] ?? ''));
    else lines.push(removed(a[--x] ?? ''));
  }
  return lines.reverse();
}

function cameDown(reach: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true;
  return diagonal !== changes && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1);
}

function hunksOf(lines: readonly Line[], context: number): string[] {
  const hunks: string[] = [];
  let index = 0;
  let beforeLine = 0;
  let afterLine = 0;
  while (index < lines.length) {
    const first = lines.findIndex(({ sign }, at) => at >= index && sign !== ' ');
    if (first < 0) break;
    const start = Math.max(index, first - context);
    beforeLine += start - index;
    afterLine += start - index;
    let end = first;
    // Changes that are no more than two contexts apart share a hunk.
    for (let at = first; at < lines.length && at <= end + Math.max(1, 2 * context); at++) {
      if (lines[at]?.sign !== ' ') end = at;
    }
    const stop = Math.min(lines.length, end + 1 + context);
    const hunk = lines.slice(start, stop);
    const beforeCount = hunk.filter(({ sign }) => sign !== '+').length;
    const afterCount = hunk.filter(({ sign }) => sign !== '-').length;
    hunks.push(
      `@@ -${place(beforeLine, beforeCount)} +${place(afterLine, afterCount)} @@\n${hunk.map(written).join('')}`,
    );
    beforeLine += beforeCount;
    afterLine += afterCount;
    index = stop;
  }
  return hunks;
}

/** Line numbers count from 1; an empty side names the line before it. */
function place(line: number, count: number): string {
  const start = count === 0 ? line : line + 1;
  return count === 1 ? `${start}` : `${start},${count}`;
}

function written({ sign, text }: Line): string {
  return text.endsWith('\n') ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`;
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

function kept(text: string): Line {
  return { sign: ' ', text };
}

function removed(text: string): Line {
  return { sign: '-', text };
}

function added(text: string): Line {
  return { sign: '+', text };
}
