/** What a compose file says of its place among others: which services it has whole, which it needs, what it names. */

import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { memo } from '../../cache/memo';
import type { YamlFile } from './parse-yaml';

export interface Declarations {
  /** Every service that the file declares. */
  readonly services: ReadonlySet<string>;
  /** Those that can run as they stand here: with `image`, `build` or `extends`. */
  readonly whole: ReadonlySet<string>;
  /** Services that another file must have: declared here without an image, or depended on and not declared. */
  readonly needs: ReadonlySet<string>;
  /** Paths of `include` as written; those with variables left out. */
  readonly includes: readonly string[];
  /** Paths of `extends` as written; those with variables left out. */
  readonly extended: readonly string[];
}

/** What one block of a file, or all of it, adds to its declarations. */
export interface DeclarationsPart {
  readonly services: readonly DeclaredService[];
  readonly includes: readonly string[];
  /** Two parts with one mark are alike. */
  readonly mark: string;
}

interface DeclaredService {
  readonly name: string;
  readonly isWhole: boolean;
  readonly dependsOn: readonly string[];
  readonly extended: readonly string[];
}

const NONE: Declarations = {
  services: new Set(),
  whole: new Set(),
  needs: new Set(),
  includes: [],
  extended: [],
};

/**
 * Reads the declarations of a text; one without services and includes for what is no compose file. `parse` is asked only
 * where it might be one. Never throws.
 */
export function declarationsOf(
  text: string,
  parse: (text: string) => { readonly declarations: Declarations },
): Declarations {
  // A test that spares other YAML files the parse.
  return /^["']?(services|include)["']?\s*:/m.test(text) ? parse(text).declarations : NONE;
}

/** What a parsed text, or one service of it or one top-level key, adds to the declarations. */
export function declarationsOfPart(
  kind: 'top' | 'head' | 'service' | 'all',
  key: string,
  yaml: YamlFile,
): DeclarationsPart {
  const root = yaml.roots.find(isMap);
  const top = new Map(root ? yaml.entries(root).map((entry) => [entry.key, entry.value]) : []);
  const wanted = (section: string) => kind === 'all' || key === section;
  const includes = wanted('include') ? includePaths(top.get('include'), yaml) : [];
  const list = kind === 'service' || wanted('services') ? top.get('services') : undefined;
  const services = isMap(list)
    ? yaml
        .entries(list)
        .filter((entry) => kind !== 'service' || entry.key === key)
        .map((entry) => declaredService(entry.key, entry.value, yaml))
    : [];
  return { services, includes, mark: JSON.stringify([services, includes]) };
}

function declaredService(name: string, value: Node | undefined, yaml: YamlFile): DeclaredService {
  if (!isMap(value)) return { name, isWhole: false, dependsOn: [], extended: [] };
  const fields = new Map(yaml.entries(value).map((entry) => [entry.key, entry.value]));
  const base = fields.get('extends');
  const file = isMap(base) ? yaml.entries(base).find((entry) => entry.key === 'file')?.value : undefined;
  return {
    name,
    isWhole: fields.has('image') || fields.has('build') || fields.has('extends'),
    dependsOn: namesIn(fields.get('depends_on'), yaml),
    extended: plainStrings([file]),
  };
}

/** The declarations of a file by its parts, in their order. */
export function joinDeclarations(parts: readonly DeclarationsPart[]): Declarations {
  const services = new Set<string>();
  const whole = new Set<string>();
  const named = new Set<string>();
  const extended = new Set<string>();
  const includes = parts.flatMap((part) => part.includes);
  for (const { services: own } of parts)
    for (const each of own) {
      services.add(each.name);
      if (each.isWhole) whole.add(each.name);
      for (const name of each.dependsOn) named.add(name);
      for (const path of each.extended) extended.add(path);
    }
  const needs = new Set([...services].filter((name) => !whole.has(name)));
  // What an included file declares isn't known here.
  if (includes.length === 0) for (const name of named) if (!services.has(name)) needs.add(name);
  return { services, whole, needs, includes, extended: [...extended] };
}

/** Two declarations with one signature put their files into the same stacks. */
export const signatureOf = memo(({ services, whole, needs, includes, extended }: Declarations): string =>
  JSON.stringify([[...services], [...whole], [...needs], includes, extended]),
);

function includePaths(node: Node | undefined, yaml: YamlFile): string[] {
  const items = isSeq(node) ? node.items.map((item) => yaml.resolve(item)) : [];
  return items.flatMap((item) => {
    if (!isMap(item)) return plainStrings([item]);
    const path = yaml.entries(item).find((entry) => entry.key === 'path')?.value;
    return plainStrings(isSeq(path) ? path.items.map((each) => yaml.resolve(each)) : [path]);
  });
}

function namesIn(node: Node | undefined, yaml: YamlFile): string[] {
  if (isMap(node)) return yaml.entries(node).map((entry) => entry.key);
  return isSeq(node) ? plainStrings(node.items.map((item) => yaml.resolve(item))) : [];
}

function plainStrings(nodes: readonly (Node | undefined)[]): string[] {
  return nodes.flatMap((node) =>
    isScalar(node) && typeof node.value === 'string' && !node.value.includes('$') ? node.value : [],
  );
}
