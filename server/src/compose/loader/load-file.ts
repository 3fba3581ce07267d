/** Loading compose files into one model: documents, includes, extends, merging, in compose-go's order. */

import type { DocumentTree, MapTree, Tree } from '../node/node';
import { isInSameText } from '../node/span';
import { mergeModels, withoutReset } from '../override/merge';
import { checkDocument } from './check-document';
import { type Level, type Loading, mergingOf } from './context';
import { extendServices } from './extends';
import { includeFiles } from './include';

/** The model of files merged in order; undefined where none of them holds one. */
export async function loadFiles(
  files: readonly string[],
  level: Level,
  at?: Tree,
): Promise<Tree | undefined> {
  let model: Tree | undefined;
  for (const file of files) model = await loadFile(file, model, level, at);
  return model;
}

async function loadFile(
  file: string,
  before: Tree | undefined,
  level: Level,
  at: Tree | undefined,
): Promise<Tree | undefined> {
  const { loading } = level;
  await loading.pace.turn();
  const yaml = await loading.parse(file, at?.span);
  if (!yaml) return before;
  let model = before;
  for (const tree of yaml.trees(file, level.directory, level.lookup)) {
    await loading.pace.turn();
    for (const { message, span } of tree.errors) loading.problem(message, span);
    const own = checkDocument(tree.root, file, yaml, loading);
    if (!own) continue;
    // What a file includes comes below what it says itself; what it extends may be included.
    const whole = await includeFiles(own, tree, file, level, loadFiles);
    declare(own, loading);
    const kept = model && withoutReset(model, tree.resets);
    forget(tree, model, loading);
    const extended = await extendServices(whole, tree, file, level);
    model = mergeModels(kept, extended, mergingOf(level));
  }
  // What a file is merged as comes before what else it is used for, and last comes what wins.
  if (loading.files.get(file)?.role !== 'merged') {
    loading.files.delete(file);
    loading.files.set(file, { file, text: yaml.text, directory: level.directory, role: level.role });
  }
  return model;
}

function declare(model: MapTree, { declarations }: Loading): void {
  const services = model.entries.get('services')?.value;
  if (services?.kind !== 'map') return;
  for (const [name, { key }] of services.entries) {
    const known = declarations.get(name) ?? [];
    if (!known.some((span) => isInSameText(span, key) && span.start === key.start)) known.push(key);
    declarations.set(name, known);
  }
}

/** A service that is reset as a whole is declared anew, if at all. */
function forget({ resets, root }: DocumentTree, before: Tree | undefined, { declarations }: Loading): void {
  if (!before) return;
  for (const [section, name, ...rest] of resets) {
    if (section !== 'services' || name === undefined || rest.length > 0) continue;
    const known = declarations.get(name);
    if (known)
      declarations.set(
        name,
        known.filter(({ file }) => file === root.span.file),
      );
  }
}
