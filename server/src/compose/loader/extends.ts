/** `extends`: a service on top of another one of the same model, or of another file. */

import {
  type DocumentTree,
  fieldOf,
  type MapTree,
  mapWith,
  onceForEach,
  type ResetPath,
  type ScalarTree,
  type Tree,
  type TreeEntry,
} from '../node/node';
import { mergeModels, mergeServices, withoutReset } from '../override/merge';
import { withResolvedPaths } from '../override/resolve-paths';
import { checkDocument } from './check-document';
import { type Level, mergingOf, resolvePath } from './context';

/** Services on top of services: nobody builds higher, and each takes room on the stack. */
const MAX_CHAIN = 500;

/** Where a service is looked up: a model's services, and what its file resets. */
interface Scope {
  readonly file: string;
  readonly services: ReadonlyMap<string, TreeEntry>;
  readonly resets: readonly ResetPath[];
  /** Services that are put together already. */
  readonly done: Map<string, Tree>;
}

/** `model` with every service put on top of what it extends. Problems are reported where the base is named. */
export async function extendServices(
  model: MapTree,
  { resets }: DocumentTree,
  file: string,
  level: Level,
): Promise<MapTree> {
  const list = model.entries.get('services');
  if (list?.value.kind !== 'map' || ![...list.value.entries.values()].some(isExtended)) return model;
  const scope: Scope = { file, services: list.value.entries, resets, done: new Map() };
  const bases = new Map<string, Promise<Scope | undefined>>();
  const reported = { tooDeep: false };
  const services = new Map<string, TreeEntry>();
  for (const [name, entry] of list.value.entries) {
    await level.loading.pace.turn();
    const value = await extended(name, entry.value, scope, { level, bases, reported, open: new Set() });
    services.set(name, { ...entry, value });
  }
  const entries = new Map(model.entries);
  entries.set('services', { ...list, value: mapWith(list.value, services) });
  return mapWith(model, entries);
}

function isExtended({ value }: TreeEntry): boolean {
  return fieldOf(value, 'extends') !== undefined;
}

interface Chain {
  readonly level: Level;
  /** Files that services are extended from, each read once for a file. */
  readonly bases: Map<string, Promise<Scope | undefined>>;
  /** Whether it was reported already that services build too high. */
  readonly reported: { tooDeep: boolean };
  /** The services that are being put together, outermost first. */
  readonly open: Set<string>;
}

/** The service on top of its base; partial where the base could not be had. */
async function extended(name: string, service: Tree, scope: Scope, context: Chain): Promise<Tree> {
  const known = scope.done.get(name);
  if (known) return known;
  const result = await extend(name, service, scope, context);
  scope.done.set(name, result);
  return result;
}

async function extend(name: string, service: Tree, scope: Scope, context: Chain): Promise<Tree> {
  const { loading } = context.level;
  const extendsTree = fieldOf(service, 'extends');
  if (service.kind !== 'map' || extendsTree === undefined) return service;
  const named = extendsTree.kind === 'scalar' ? extendsTree : scalarField(extendsTree, 'service');
  const fileText = scalarField(extendsTree, 'file');
  const alone: Tree = mapWith(service, service.entries, true);
  const failed = (message: string, at: Tree): Tree => {
    loading.problem(message, at.span);
    return alone;
  };
  if (!named) return failed(`${name} extends a service without a name: add \`service:\`.`, extendsTree);
  const key = `${scope.file}\0${name}`;
  if (context.open.has(key)) {
    const open = [...context.open, key];
    const names = open.slice(open.indexOf(key)).map((each) => each.split('\0')[1]);
    return failed(`These services extend each other in a circle: ${names.join(' → ')}.`, named);
  }
  if (context.open.size >= MAX_CHAIN) {
    if (context.reported.tooDeep) return alone;
    context.reported.tooDeep = true;
    return failed(
      `Services extend each other more than ${MAX_CHAIN} deep: what ${name} extends is not read.`,
      named,
    );
  }
  const base = fileText ? await scopeOf(fileText, context) : scope;
  // Why the file can't be had is reported where it was looked for.
  if (!base) return alone;
  const ref = named.text.value;
  const entry = base.services.get(ref);
  if (!entry) {
    if (named.text.unresolved.length > 0) return alone;
    const where = fileText ? ` in ${fileText.text.value}` : '';
    return failed(`${name} extends ${ref}, which does not exist${where}.`, named);
  }
  context.open.add(key);
  const below = await extended(ref, entry.value, base, context);
  context.open.delete(key);
  if (below.kind === 'null') return service;
  const kept = withoutReset(below, resetsOf(name, scope.resets));
  const merged = mergeServices(kept, service, mergingOf(context.level));
  return merged.kind === 'map' ? withoutExtends(merged) : merged;
}

const withoutExtends = onceForEach((service) =>
  mapWith(service, new Map([...service.entries].filter(([field]) => field !== 'extends'))),
);

/** What a file resets in one service, from that service on. */
function resetsOf(name: string, resets: readonly ResetPath[]): readonly ResetPath[] {
  return resets.flatMap(([section, service, ...rest]) =>
    section === 'services' && service === name && rest.length > 0 ? [rest] : [],
  );
}

function scalarField(tree: Tree, key: string): ScalarTree | undefined {
  const value = fieldOf(tree, key);
  return value?.kind === 'scalar' ? value : undefined;
}

/** The services of another file as they stand there: its own `extends` is followed for those that are asked for. */
function scopeOf(named: ScalarTree, context: Chain): Promise<Scope | undefined> {
  const { loading } = context.level;
  const file = resolvePath(named.text.value, named.directory, loading);
  if (file === undefined) return Promise.resolve(undefined);
  const known = context.bases.get(file) ?? readScope(file, named, context.level);
  context.bases.set(file, known);
  return known;
}

async function readScope(file: string, named: ScalarTree, level: Level): Promise<Scope | undefined> {
  const { loading, lookup } = level;
  const yaml = await loading.parse(file, named.span);
  if (!yaml) return undefined;
  const directory = loading.paths.dirname(file);
  let model: Tree | undefined;
  const resets: ResetPath[] = [];
  for (const tree of yaml.trees(file, directory, lookup)) {
    for (const { message, span } of tree.errors) loading.problem(message, span);
    const own = checkDocument(tree.root, file, yaml, loading);
    if (!own) continue;
    model = mergeModels(model && withoutReset(model, tree.resets), own, {
      lookup,
      directory,
      paths: loading.paths,
    });
    resets.splice(0, resets.length, ...tree.resets);
  }
  if (!loading.files.has(file))
    loading.files.set(file, { file, text: yaml.text, directory, role: 'extended' });
  const services = fieldOf(model, 'services');
  return {
    file,
    services: services?.kind === 'map' ? withResolvedPaths(services).entries : new Map(),
    resets,
    done: new Map(),
  };
}
