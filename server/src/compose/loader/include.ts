/** `include`: models of other files, with paths and variables of their own, below what the including file says. */

import {
  type DocumentTree,
  fieldOf,
  type MapTree,
  mapWith,
  type ScalarTree,
  type Tree,
  type TreeEntry,
} from '../node/node';
import { mergeTrees, withoutReset } from '../override/merge';
import { withResolvedDevices, withResolvedPaths } from '../override/resolve-paths';
import type { Lookup } from '../syntax/interpolation';
import { type Level, mergingOf, resolvePath } from './context';

/** The parts of a model that are imported; the rest of an included file counts for itself only. */
const SECTIONS: readonly string[] = ['services', 'volumes', 'networks', 'secrets', 'configs'];

/** Loads files into one model; a problem with one of them is reported at `at`. */
export type LoadFiles = (files: readonly string[], level: Level, at: Tree) => Promise<Tree | undefined>;

/** `own` with what its `include` brings, loaded by `load`. Problems are reported where the path is written. */
export async function includeFiles(
  own: MapTree,
  document: DocumentTree,
  file: string,
  level: Level,
  load: LoadFiles,
): Promise<MapTree> {
  const include = fieldOf(own, 'include');
  if (include === undefined) return own;
  const { loading } = level;
  let model = mapWith(own, new Map([...own.entries].filter(([key]) => key !== 'include')));
  if (include.kind !== 'list') {
    loading.problem('`include` must be a list of paths, each line starting with `-`.', include.span);
    return model;
  }
  for (const item of include.items) {
    const brought = await includeOne(item, file, level, load);
    if (brought?.kind !== 'map') continue;
    for (const key of SECTIONS) {
      const section = brought.entries.get(key);
      if (section?.value.kind === 'map') model = importSection(model, key, section, document, level);
    }
  }
  return model;
}

async function includeOne(
  item: Tree,
  file: string,
  level: Level,
  load: LoadFiles,
): Promise<Tree | undefined> {
  const { loading, directory } = level;
  const { paths } = loading;
  const path = item.kind === 'map' ? fieldOf(item, 'path') : item;
  const named = scalars(path);
  const [main, ...overlays] = named;
  if (!main) {
    loading.problem('An entry of `include` is a path, or a mapping with `path`.', item.span);
    return undefined;
  }
  const resolve = (each: ScalarTree) =>
    paths.isAbsolute(each.text.value)
      ? paths.normalize(each.text.value)
      : directory === undefined
        ? undefined
        : paths.join(directory, each.text.value);
  const mainFile = resolve(main);
  if (mainFile === undefined) return undefined;
  const chain = [...level.included, file];
  if (chain.includes(mainFile)) {
    const names = [...chain.slice(chain.indexOf(mainFile)), mainFile].map((each) => paths.basename(each));
    loading.problem(`These files include each other in a circle: ${names.join(' → ')}.`, main.span);
    return undefined;
  }
  if (!loading.mayInclude(chain.length, main.span)) return undefined;
  const project = item.kind === 'map' ? scalars(fieldOf(item, 'project_directory'))[0] : undefined;
  const projectDirectory = project
    ? await existingDirectory(resolve(project), level)
    : paths.dirname(mainFile);
  const lookup = await variablesOf(item, project ? resolve(project) : projectDirectory, level);
  const files = [main, ...overlays].flatMap((each) => resolve(each) ?? []);
  return load(
    files,
    { loading, lookup, directory: projectDirectory, included: chain, role: 'included' },
    main,
  );
}

/** The reference takes the parent of a project directory that isn't there. */
async function existingDirectory(
  directory: string | undefined,
  { loading }: Level,
): Promise<string | undefined> {
  if (directory === undefined) return undefined;
  const answer = await loading.read(directory);
  return 'missing' in answer ? loading.paths.dirname(directory) : directory;
}

/** The variables of an include: those of the level above, then its `env_file`, or the `.env` of its directory. */
async function variablesOf(item: Tree, directory: string | undefined, level: Level): Promise<Lookup> {
  const { loading, lookup } = level;
  const named = item.kind === 'map' ? scalars(fieldOf(item, 'env_file')) : [];
  const files =
    named.length > 0
      ? named.map((each) => ({
          file: resolvePath(each.text.value, level.directory, loading),
          at: each,
        }))
      : directory === undefined
        ? []
        : [{ file: loading.paths.join(directory, '.env'), at: undefined }];
  const variables = new Map<string, string>();
  for (const { file, at } of files) {
    if (file === undefined || at?.text.value === '/dev/null') continue;
    const answer = await loading.read(file);
    if ('text' in answer) {
      const earlier = new Map(variables);
      const read = loading.dotenv(file, answer.text, lookup, (name) => earlier.get(name));
      for (const [name, { value }] of read.entries) variables.set(name, value);
    } else if (at && 'missing' in answer) {
      loading.problem(`File not found: ${file}. Compose refuses this stack.`, at.span);
    }
  }
  return loading.cache.lookup(lookup, variables);
}

function scalars(tree: Tree | undefined): readonly ScalarTree[] {
  const items = tree?.kind === 'list' ? tree.items : tree ? [tree] : [];
  return items.filter((item): item is ScalarTree => item.kind === 'scalar' && item.text.value !== '');
}

/** What is imported lies below what the model has under the same name. */
function importSection(
  model: MapTree,
  key: string,
  section: TreeEntry,
  { resets }: DocumentTree,
  level: Level,
): MapTree {
  const own = model.entries.get(key);
  // A reset in the including file counts only for what it defines as well, and only below its name.
  const names = own?.value.kind === 'map' ? [...own.value.entries.keys()] : [];
  const single = (tree: Tree): Tree => {
    const { span, directory, lookup } = model;
    const entries = new Map([[key, { key: section.key, value: tree }]]);
    return { kind: 'map', span, directory, lookup, entries };
  };
  const wanted = resets.filter(
    ([first, name, ...rest]) =>
      first === key && name !== undefined && names.includes(name) && rest.length > 0,
  );
  const below = withoutReset(single(imported(key, section.value, level)), wanted);
  const merged = own ? mergeTrees(below, single(own.value), mergingOf(level)) : below;
  const value = merged.kind === 'map' ? merged.entries.get(key)?.value : undefined;
  if (!value) return model;
  const entries = new Map(model.entries);
  entries.set(key, { key: own?.key ?? section.key, value });
  return mapWith(model, entries);
}

function imported(key: string, section: Tree, { directory }: Level): Tree {
  if (section.kind !== 'map') return section;
  if (key === 'services') return withResolvedPaths(section);
  return key === 'volumes' ? withResolvedDevices(section, directory) : section;
}
