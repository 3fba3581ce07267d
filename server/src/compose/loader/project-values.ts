/** A loaded project value by value, so that two of them can be compared: what an edit really changes. */

import { fieldOf, type Tree } from '../node/node';
import type { Locate } from '../node/span';
import type { EnvironmentVariable, Mount, Service, Span } from '../types';
import { loadModel, type StackInput } from './load-project';

/** One value, as Compose takes it. */
export interface ProjectValue {
  /** The same for values that Compose takes for the same. */
  readonly value: string;
  /** The entry that it comes from. */
  readonly span: Span;
  /** As written where that is known, variables not replaced. */
  readonly raw: string;
  /** Variables in it that have neither a value nor a default. */
  readonly unresolved: readonly string[];
  /** Of an entry of `volumes`, `secrets` or `configs`. */
  readonly mount?: Mount;
  /** `value` of a mount, whether it is read-only or not. */
  readonly apart?: string;
}

interface ProjectService {
  readonly tree: Tree | undefined;
  /** By field and what is below it. */
  values(): ReadonlyMap<string, ProjectValue>;
}

/** All that a project holds. */
export interface ProjectValues {
  readonly services: ReadonlyMap<string, ProjectService>;
  /** Top-level elements, by their path. */
  readonly elements: ReadonlyMap<string, ProjectValue>;
  /** What Compose refuses. */
  readonly problems: readonly string[];
  /** False once more was asked for than is looked at: what the values say of the rest is unknown. */
  isComplete(): boolean;
}

/**
 * Values of one project beside mounts and variables. Aliases of aliases make more of a few lines than any machine can
 * hold; Mender's own files have some hundreds.
 */
const MOST_VALUES = 100_000;

/** How many values may still be looked at, and where they stand. */
interface Budget {
  left: number;
  readonly locate: Locate;
}

/** A value that two projects don't have alike. */
export interface ValueChange {
  /** undefined for a top-level element. */
  readonly service: string | undefined;
  readonly path: string;
  readonly before: ProjectValue | undefined;
  readonly after: ProjectValue | undefined;
}

/** Loads a project. Never rejects for what its files hold. */
export async function loadValues(input: StackInput): Promise<ProjectValues> {
  const { model, services, problems, locate } = await loadModel(input);
  const trees = fieldOf(model, 'services');
  const elements = new Map<string, ProjectValue>();
  const budget: Budget = { left: MOST_VALUES, locate };
  if (model?.kind === 'map') {
    // What `x-` keys hold counts where it is used.
    for (const [key, { value }] of model.entries)
      if (key !== 'services' && !key.startsWith('x-')) flatten(value, key, elements, budget);
  }
  return {
    elements,
    isComplete: () => budget.left > 0,
    problems: problems.map(({ message }) => message),
    services: new Map(
      [...services].map(([name, service]) => {
        const tree = trees?.kind === 'map' ? trees.entries.get(name)?.value : undefined;
        return [name, lazily(service, tree, budget)];
      }),
    ),
  };
}

function lazily(service: Service, tree: Tree | undefined, budget: Budget): ProjectService {
  let values: ReadonlyMap<string, ProjectValue> | undefined;
  return {
    tree,
    values() {
      values ??= valuesOf(service, tree, budget);
      return values;
    },
  };
}

/** Fields that a service is read for entry by entry, wherever the entries come from. */
const READ: ReadonlySet<string> = new Set(['volumes', 'secrets', 'configs', 'environment', 'env_file']);

function valuesOf(
  service: Service,
  tree: Tree | undefined,
  budget: Budget,
): ReadonlyMap<string, ProjectValue> {
  const values = new Map<string, ProjectValue>();
  if (tree?.kind === 'map') {
    for (const [key, { value }] of tree.entries) {
      if (!READ.has(key)) flatten(value, key, values, budget);
      else if (key === 'volumes' && value.kind === 'list') flattenOptions(value.items, values, budget);
      else if (key === 'env_file') flatten(value, key, values, budget);
    }
  }
  for (const mount of service.mounts)
    add(`${fieldOfMount(mount)} ${mount.target}`, mountValue(mount), values);
  for (const variable of service.environment.values())
    add(`environment ${variable.name}`, variableValue(variable), values);
  return values;
}

function fieldOfMount({ syntax }: Mount): string {
  return syntax === 'secret' ? 'secrets' : syntax === 'config' ? 'configs' : 'volumes';
}

function mountValue(mount: Mount): ProjectValue {
  const { type, source, target, readOnly, span, sourceText, unresolved } = mount;
  const apart = JSON.stringify([type, source, target, mount.device?.path]);
  return {
    value: `${apart} ${readOnly}`,
    apart,
    span,
    raw: `${sourceText?.raw ?? ''}:${mount.targetText.raw}`,
    unresolved: unresolved.map(({ name }) => name),
    mount,
  };
}

function variableValue({ value, span, unresolved }: EnvironmentVariable): ProjectValue {
  const names = unresolved.map(({ name }) => name);
  return { value: JSON.stringify(value ?? null), span, raw: value ?? '', unresolved: names };
}

/** What a volume in the long syntax says beside its source, target and mode. */
const MOUNT_KEYS: ReadonlySet<string> = new Set(['type', 'source', 'src', 'target', 'read_only']);

function flattenOptions(items: readonly Tree[], values: Map<string, ProjectValue>, budget: Budget): void {
  for (const item of items) {
    const target = item.kind === 'map' ? item.entries.get('target')?.value : undefined;
    if (item.kind !== 'map' || target?.kind !== 'scalar') continue;
    const name = target.text.value;
    for (const [key, { value }] of item.entries)
      if (!MOUNT_KEYS.has(key)) flatten(value, `volumes ${name} ${key}`, values, budget);
  }
}

/** Two entries of one name stay two. */
function add(path: string, value: ProjectValue, values: Map<string, ProjectValue>): void {
  let name = path;
  for (let count = 2; values.has(name); count++) name = `${path} #${count}`;
  values.set(name, value);
}

function flatten(tree: Tree, path: string, values: Map<string, ProjectValue>, budget: Budget): void {
  budget.left -= 1;
  if (budget.left <= 0) return;
  const leaf = (value: string, raw = '', unresolved: readonly string[] = []) =>
    add(path, { value, span: budget.locate(tree.span), raw, unresolved }, values);
  switch (tree.kind) {
    case 'map':
      if (tree.entries.size === 0) leaf('{}');
      for (const [key, { value }] of tree.entries)
        flatten(value, `${path} ${JSON.stringify(key)}`, values, budget);
      return;
    case 'list':
      if (tree.items.length === 0) leaf('[]');
      for (const [index, item] of tree.items.entries()) flatten(item, `${path} ${index}`, values, budget);
      return;
    case 'pair':
      flatten(tree.entry.value, `${path} ${JSON.stringify(tree.name)}`, values, budget);
      return;
    case 'scalar': {
      const { value, raw, unresolved } = tree.text;
      leaf(
        JSON.stringify([tree.type, value]),
        raw,
        unresolved.map(({ name }) => name),
      );
      return;
    }
    case 'null':
      leaf('');
  }
}

/** What two projects don't have alike. Where a service was read from the same text with the same variables, nothing is compared. */
export function changesBetween(before: ProjectValues, after: ProjectValues): readonly ValueChange[] {
  const changes = compare(undefined, before.elements, after.elements);
  for (const name of new Set([...before.services.keys(), ...after.services.keys()])) {
    const [old, now] = [before.services.get(name), after.services.get(name)];
    if (old && now && isSameText(old.tree, now.tree)) continue;
    changes.push(...compare(name, old?.values() ?? NONE, now?.values() ?? NONE));
    // A service without any value is one all the same.
    if (!old || !now) changes.push({ service: name, path: '', before: undefined, after: undefined });
  }
  return changes;
}

const NONE: ReadonlyMap<string, ProjectValue> = new Map();

function isSameText(a: Tree | undefined, b: Tree | undefined): boolean {
  if (!a || a !== b) return false;
  // What they hold comes from other files and elements as well.
  return !['env_file', 'volumes', 'secrets', 'configs'].some((key) => fieldOf(a, key));
}

function compare(
  service: string | undefined,
  before: ReadonlyMap<string, ProjectValue>,
  after: ReadonlyMap<string, ProjectValue>,
): ValueChange[] {
  const changes: ValueChange[] = [];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old?.value !== now?.value) changes.push({ service, path, before: old, after: now });
  }
  return changes;
}
