/** How a file writes its entries, told line by line. */
import { type Ancestor, childrenOf, keyOf, type Lines } from './lines';

/** A key of an entry in the long syntax. */
export const LONG =
  /^(type|source|src|target|read_only|bind|volume|tmpfs|consistency|uid|gid|mode)\s*:(\s|$)/;

/** Whether the last entry of a list has the long syntax, or most of the file where it has none; lines from `from` to `to` don't count. */
export function prefersLong(lines: Lines, key: Ancestor, from: number, to: number): boolean {
  const isLong = (line: number) => LONG.test(lines.text(line).replace(/^\s*-\s*/, ''));
  const own = childrenOf(lines, key, from, to).at(-1);
  if (own !== undefined) return isLong(own);
  let [long, short] = [0, 0];
  for (let line = 0; line < lines.count; line++) {
    if (line >= from && line <= to) continue;
    const content = lines.text(line);
    if (/^\s*-\s*type\s*:\s*(bind|volume)\b/.test(content)) long++;
    else if (/^\s*-\s*["']?[./~$][^\s]*:\//.test(content)) short++;
  }
  return long > short;
}

/** Whether most `environment` keys of the file are lists. */
export function environmentsAreLists(lines: Lines): boolean {
  let [list, map] = [0, 0];
  for (let line = 0; line + 1 < lines.count; line++) {
    if (!/^\s+environment:\s*$/.test(lines.text(line))) continue;
    if (lines.isDash(line + 1)) list++;
    else if (keyOf(lines.text(line + 1).trim())) map++;
  }
  return list >= map;
}
