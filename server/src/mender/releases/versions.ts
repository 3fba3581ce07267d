/** Versions of releases, compared without their patch. */

/** `3.5` as numbers to compare; missing parts count as 0. */
function versionOf(text: string): readonly [major: number, minor: number] {
  const [major, minor] = text.split('.').map(Number);
  return [major ?? 0, minor ?? 0];
}

/** True when version `a` is not after version `b`, patches aside. */
export function notAfter(a: string, b: string): boolean {
  const [x, y] = [versionOf(a), versionOf(b)];
  return x[0] < y[0] || (x[0] === y[0] && x[1] <= y[1]);
}
