/** Whether two values are the same once they are written out, as `reflect.DeepEqual` sees them in compose-go. */

import type { ScalarTree, Tree } from '../node/node';
import type { Merging } from './context';

/** Values nested deeper are told apart. */
const MAX_DEPTH = 8;

export function sameValue(a: Tree, b: Tree, merging: Merging, depth = 0): boolean {
  if (a === b) return true;
  if (depth > MAX_DEPTH) return false;
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    if (a.type !== b.type || (a.isMerged ?? false) !== (b.isMerged ?? false)) return false;
    return writtenPath(a, merging) === writtenPath(b, merging);
  }
  if (a.kind === 'list' && b.kind === 'list')
    return (
      a.items.length === b.items.length &&
      a.items.every((item, index) => sameValue(item, b.items[index] as Tree, merging, depth + 1))
    );
  if (a.kind === 'map' && b.kind === 'map')
    return (
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, { value }]) => {
        const other = b.entries.get(key)?.value;
        return other !== undefined && sameValue(value, other, merging, depth + 1);
      })
    );
  // A short secret or config is one with a source alone after a merge.
  const [short, long] = a.kind === 'scalar' ? [a, b] : [b, a];
  if (short.kind === 'scalar' && short.isMerged && long.kind === 'map' && long.entries.size === 1) {
    const source = long.entries.get('source')?.value;
    return source?.kind === 'scalar' && source.text.value === short.text.value;
  }
  return a.kind === 'null' && b.kind === 'null';
}

/**
 * A scalar's text as it stands in the model: paths of a file that was extended or included are relative to the
 * model's directory by then.
 */
export function writtenPath({ text, isResolved, directory }: ScalarTree, merging: Merging): string {
  const { value } = text;
  if (!isResolved || directory === undefined || merging.directory === undefined) return value;
  if (value === '' || value.startsWith('~') || merging.paths.isAbsolute(value)) return value;
  return merging.paths.relative(merging.directory, merging.paths.join(directory, value));
}
