/** What a compose file says of its place among others: which services it has whole, which it needs, what it names. */
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { parseYaml, type YamlFile } from './yaml-document';

export interface Outline {
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

const NONE: Outline = {
  services: new Set(),
  whole: new Set(),
  needs: new Set(),
  includes: [],
  extended: [],
};

/** Reads the outline of a text; one without services and includes for what is no compose file. Never throws. */
export function outlineOf(text: string): Outline {
  // A look that spares other YAML files the parse.
  if (!/^["']?(services|include)["']?\s*:/m.test(text)) return NONE;
  const yaml = parseYaml(text);
  const root = yaml.roots.find(isMap);
  if (!root) return NONE;
  const top = new Map(yaml.entries(root).map((entry) => [entry.key, entry.value]));
  const includes = includePaths(top.get('include'), yaml);
  const list = top.get('services');
  if (!isMap(list)) return { ...NONE, includes };
  const services = new Set<string>();
  const whole = new Set<string>();
  const named = new Set<string>();
  const extended = new Set<string>();
  for (const { key, value } of yaml.entries(list)) {
    services.add(key);
    if (!isMap(value)) continue;
    const fields = new Map(yaml.entries(value).map((entry) => [entry.key, entry.value]));
    if (fields.has('image') || fields.has('build') || fields.has('extends')) whole.add(key);
    for (const name of namesIn(fields.get('depends_on'), yaml)) named.add(name);
    const base = fields.get('extends');
    if (isMap(base)) {
      const file = yaml.entries(base).find((entry) => entry.key === 'file')?.value;
      for (const path of plainStrings([file])) extended.add(path);
    }
  }
  const needs = new Set([...services].filter((name) => !whole.has(name)));
  // What an included file declares isn't known here.
  if (includes.length === 0) for (const name of named) if (!services.has(name)) needs.add(name);
  return { services, whole, needs, includes, extended: [...extended] };
}

/** Two outlines with one signature put their files into the same stacks. */
export function signatureOf({ services, whole, needs, includes, extended }: Outline): string {
  return JSON.stringify([[...services], [...whole], [...needs], includes, extended]);
}

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
