/** `list` with others in the place of those from `first` to before `rest`. */
export function replaced<T>(list: readonly T[], first: number, rest: number, by: readonly T[]): T[] {
  // Mostly as many: then the list is copied once.
  if (by.length !== rest - first) return list.slice(0, first).concat(by, list.slice(rest));
  const all = list.slice();
  for (let i = 0; i < by.length; i++) all[first + i] = by[i] as T;
  return all;
}
