/** One service of a merged model as a `Service`. What can't be read is reported as a problem, and the rest is read on. */

import { entryOf, fieldOf, type Tree, type TreeEntry, textOf } from '../node/node';
import { isInSameText } from '../node/span';
import type { Lookup } from '../syntax/interpolation';
import type { ComposeProblem, EnvironmentVariable, Mount, Service, ServiceUser, Span, Text } from '../types';
import { readSecretOrConfig, readVolume, type Sources } from './read-volumes';

export interface ServiceContext {
  readonly sources: Sources;
  /** Where the service's name is written, in merge order. */
  readonly declarations: readonly Span[];
  /** Variables of its `env_file`s: `environment` comes before them. */
  readonly environmentFiles: ReadonlyMap<string, EnvironmentVariable>;
  /** Compose profiles that are switched on (`COMPOSE_PROFILES`); `*` means all. */
  readonly profiles: readonly string[];
  /** A variable of the project, for environment entries without a value. */
  readonly lookup: Lookup;
  /** True where part of it could not be read for a syntax error, or a file that it extends. */
  readonly isPartial: boolean;
  /** False for a file with syntax errors: what looks wrong in what the parser guessed is no second mistake. */
  readonly isIntact: (file: string) => boolean;
  readonly problems: ComposeProblem[];
}

/** Reads a service's mapping; `tree` may be an empty value. */
export function readService(name: string, tree: Tree, context: ServiceContext): Service {
  let partial = context.isPartial;
  const unread = tree.kind === 'map' ? tree.unread : undefined;
  // What is refused may only lack the line that could not be read.
  const isWhole = unread === undefined;
  const refuse: Refuse = (message, span, hides = true) => {
    if (hides) partial = true;
    if (isWhole && context.isIntact(span.file)) context.problems.push({ message, span });
  };
  const { sources } = context;
  const mounts = [
    ...readMounts(tree, 'volumes', refuse, (item) => readVolume(item, sources)),
    ...readMounts(tree, 'secrets', refuse, (item) => readSecretOrConfig(item, 'secret', sources)),
    ...readMounts(tree, 'configs', refuse, (item) => readSecretOrConfig(item, 'config', sources)),
  ];
  const image = textOf(tree, 'image')?.text;
  if (image && image.errors.length > 0) partial = true;
  const environment = new Map(context.environmentFiles);
  for (const [key, variable] of readEnvironment(tree, context.lookup, refuse)) environment.set(key, variable);
  const environmentKey = entryOf(tree, 'environment')?.key;
  const networkAliases = readNetworkAliases(tree);
  return {
    name,
    declarations: context.declarations,
    image: image?.text(0, image.value.length),
    hasBuild: fieldOf(tree, 'build') !== undefined,
    hasEntrypoint: fieldOf(tree, 'entrypoint') !== undefined,
    user: readUser(tree),
    mounts,
    environment,
    environmentKey,
    aliases: [...readOwnNames(name, tree, context.declarations[0]), ...networkAliases],
    networkAliases,
    inactive: isInactive(tree, context.profiles),
    partial,
    unread: unread ?? [],
    command: readStrings(fieldOf(tree, 'command')).map((text) => text.value),
  };
}

/** `hides`, unless told otherwise: it may hold what would be there without the mistake. */
type Refuse = (message: string, span: Span, hides?: boolean) => void;

function readMounts(
  service: Tree,
  key: 'volumes' | 'secrets' | 'configs',
  refuse: Refuse,
  read: (item: Tree) => ReturnType<typeof readVolume>,
): Mount[] {
  const list = fieldOf(service, key);
  if (list === undefined) return [];
  if (list.kind !== 'list') {
    refuse(
      `\`${key}\` must be a list, each line starting with \`-\`, not ${describe(list)}.`,
      list.span,
      !isWord(list),
    );
    return [];
  }
  const mounts: Mount[] = [];
  for (const item of list.items) {
    const answer = read(item);
    if ('problem' in answer) refuse(answer.problem, answer.span, answer.hides);
    if (answer.mount) mounts.push(answer.mount);
  }
  return mounts;
}

function readEnvironment(
  service: Tree,
  lookup: Lookup,
  refuse: Refuse,
): ReadonlyMap<string, EnvironmentVariable> {
  const result = new Map<string, EnvironmentVariable>();
  const tree = fieldOf(service, 'environment');
  const add = (variable: EnvironmentVariable | undefined) => {
    if (variable) result.set(variable.name, variable);
  };
  if (tree === undefined) return result;
  if (tree.kind === 'map') {
    for (const [name, entry] of tree.entries) add(pairVariable(name, entry, lookup, refuse));
    return result;
  }
  if (tree.kind !== 'list') {
    refuse(`\`environment\` must be a mapping or a list, not ${describe(tree)}.`, tree.span, !isWord(tree));
    return result;
  }
  for (const item of tree.items) {
    // A name alone is looked up in the model where it is written, then in the project.
    const own: Lookup = (name) => item.lookup(name) ?? lookup(name);
    if (item.kind === 'pair') add(pairVariable(item.name, item.entry, own, refuse));
    else if (item.kind === 'scalar' && item.type === 'string') add(listVariable(item, own));
    else {
      // An empty entry is one that is about to be typed.
      const hides = item.kind !== 'null';
      refuse('An entry of `environment` is text such as `NAME=value`.', item.span, hides);
    }
  }
  return result;
}

function pairVariable(
  name: string,
  { key: nameSpan, value }: TreeEntry,
  lookup: Lookup,
  refuse: Refuse,
): EnvironmentVariable | undefined {
  if (value.kind !== 'scalar' && value.kind !== 'null') {
    refuse(`The value of ${name} must be text, not ${describe(value)}.`, value.span);
    return undefined;
  }
  const text = value.kind === 'scalar' ? value.text : undefined;
  return {
    name,
    value: text ? text.value : lookup(name),
    nameSpan,
    valueSpan: text ? text.spanOf(0, text.value.length) : nameSpan,
    span: {
      ...nameSpan,
      end: text && isInSameText(value.span, nameSpan) ? Math.max(value.span.end, nameSpan.end) : nameSpan.end,
    },
    unresolved: text?.unresolved ?? [],
  };
}

function listVariable(item: Extract<Tree, { kind: 'scalar' }>, lookup: Lookup): EnvironmentVariable {
  const { text, span } = item;
  const equals = text.value.indexOf('=');
  const nameEnd = equals < 0 ? text.value.length : equals;
  const name = text.value.slice(0, nameEnd);
  const nameSpan = text.spanOf(0, nameEnd);
  return {
    name,
    value: equals < 0 ? lookup(name) : text.value.slice(equals + 1),
    nameSpan,
    valueSpan:
      equals < 0 || equals + 1 === text.value.length ? nameSpan : text.spanOf(equals + 1, text.value.length),
    span,
    unresolved: text.unresolved,
  };
}

function readUser(service: Tree): ServiceUser | undefined {
  const text = textOf(service, 'user')?.text;
  if (text === undefined) return undefined;
  return { value: text.value.trim(), known: text.unresolved.length + text.errors.length === 0 };
}

/** The names that a service has in all its networks. */
function readOwnNames(name: string, service: Tree, declared: Span | undefined): Text[] {
  const span = declared ?? service.span;
  const result: Text[] = [{ value: name, raw: name, span }];
  for (const key of ['container_name', 'hostname']) {
    const text = textOf(service, key)?.text;
    if (text && text.value !== '') result.push(text.text(0, text.value.length));
  }
  return result;
}

function readNetworkAliases(service: Tree): Text[] {
  const networks = fieldOf(service, 'networks');
  if (networks?.kind !== 'map') return [];
  return [...networks.entries.values()].flatMap(({ value }) => {
    // One network has each alias once.
    const aliases = readStrings(fieldOf(value, 'aliases')).map((text) => [text.value, text] as const);
    return [...new Map(aliases).values()];
  });
}

function readStrings(tree: Tree | undefined): Text[] {
  const items = tree?.kind === 'list' ? tree.items : tree === undefined ? [] : [tree];
  return items.flatMap((item) => (item.kind === 'scalar' ? item.text.text(0, item.text.value.length) : []));
}

function isInactive(service: Tree, profiles: readonly string[]): boolean {
  if (isSwitchedOff(service, profiles)) return true;
  const none = (tree: Tree | undefined, key: string) => Number(textOf(tree, key)?.text.value ?? 1) === 0;
  return none(service, 'scale') || none(fieldOf(service, 'deploy'), 'replicas');
}

/** True for a service behind a profile that is not among those switched on. */
export function isSwitchedOff(service: Tree, profiles: readonly string[]): boolean {
  const wanted = readStrings(fieldOf(service, 'profiles')).map((text) => text.value);
  return wanted.length > 0 && !profiles.includes('*') && !wanted.some((each) => profiles.includes(each));
}

/** The beginning of a first entry, which says nothing yet. */
function isWord(tree: Tree): boolean {
  return tree.kind === 'scalar' && /^[\w.-]*$/.test(tree.text.raw);
}

/** What a value is, for messages. */
export function describe(tree: Tree): string {
  if (tree.kind === 'map') return 'a mapping';
  if (tree.kind === 'list') return 'a list';
  if (tree.kind === 'null') return 'empty';
  if (tree.kind === 'pair' || tree.type === 'string' || tree.type === 'other') return 'text';
  return `the ${tree.type} ${tree.text.raw}`;
}
