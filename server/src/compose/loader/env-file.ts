/** `env_file` of a service: its variables, below those of `environment`. */

import { fieldOf, type Tree, textOf } from '../node/node';
import { type DotenvEntry, readDotenv } from '../syntax/dotenv';
import type { Lookup } from '../syntax/interpolation';
import type { EnvironmentVariable } from '../types';
import { type Loading, resolvePath } from './context';

export interface VariablesOfFiles {
  readonly variables: ReadonlyMap<string, EnvironmentVariable>;
  /** True where a file could not be had. */
  readonly isPartial: boolean;
}

/** Of a service without `env_file`. */
export const NO_VARIABLES: VariablesOfFiles = { variables: new Map(), isPartial: false };

/** The variables of a service's `env_file`s; later files win. Compose reads them only for services that run. */
export async function variablesOfFiles(
  service: Tree,
  lookup: Lookup,
  loading: Loading,
  isOff: boolean,
): Promise<VariablesOfFiles> {
  const result = new Map<string, EnvironmentVariable>();
  const list = fieldOf(service, 'env_file');
  const items = list?.kind === 'list' ? list.items : list ? [list] : [];
  let isPartial = false;
  if (items.length === 0) return { variables: result, isPartial };
  const declared = plainEnvironment(fieldOf(service, 'environment'), lookup);
  for (const item of items) {
    const named = item.kind === 'scalar' ? item : textOf(item, 'path');
    const isRequired = !/^(false|no|n|off)$/i.test(textOf(item, 'required')?.text.value ?? '');
    const format = textOf(item, 'format')?.text.value;
    const file = named && resolvePath(named.text.value, named.directory, loading);
    if (!named || file === undefined) continue;
    const answer = await loading.read(file);
    if ('text' in answer) {
      const outer: Lookup = (name) => lookup(name) ?? declared.get(name);
      const earlier: Lookup = (name) => result.get(name)?.value;
      const plain = isOff
        ? readDotenv
        : (text: string, ...lookups: [Lookup, Lookup]) => loading.dotenv(file, text, ...lookups);
      const entries = format === 'raw' ? rawEntries(answer.text) : plain(answer.text, outer, earlier).entries;
      for (const [name, entry] of entries) result.set(name, variableOf(name, entry, file));
      continue;
    }
    if ('missing' in answer && !isRequired) continue;
    isPartial = true;
    if ('withheld' in answer) loading.isIncomplete = true;
    // A variable without value may have one where Compose is called, and then name another file.
    if ('withheld' in answer || isOff || named.text.unresolved.length > 0) continue;
    const what = 'problem' in answer ? answer.problem : 'does not exist, so Compose refuses this stack.';
    loading.problem(`${file} ${what}`, named.span);
  }
  return { variables: result, isPartial };
}

function variableOf(
  name: string,
  { value, nameAt, valueAt }: DotenvEntry,
  file: string,
): EnvironmentVariable {
  const nameSpan = { file, start: nameAt[0], end: nameAt[1] };
  return {
    name,
    value,
    nameSpan,
    valueSpan: { file, start: valueAt[0], end: valueAt[1] },
    span: { file, start: nameAt[0], end: Math.max(nameAt[1], valueAt[1]) },
    unresolved: [],
  };
}

/** `format: raw`: what stands after `=`, as it stands. */
function rawEntries(text: string): ReadonlyMap<string, DotenvEntry> {
  // Single quotes keep a value from being expanded; the rest of the syntax is the same.
  const entries = new Map<string, DotenvEntry>();
  for (const match of text.matchAll(/^[ \t]*([^#=\s][^=\r\n\u2028\u2029]*)=(.*)$/gm)) {
    const [whole, name = '', value = ''] = match;
    const start = match.index + whole.indexOf(name);
    const valueStart = match.index + whole.length - value.length;
    entries.set(name.trim(), {
      value,
      nameAt: [start, start + name.length],
      valueAt: [valueStart, valueStart + value.length],
    });
  }
  return entries;
}

/** The values of `environment`, for variables in its `env_file`s. */
function plainEnvironment(tree: Tree | undefined, lookup: Lookup): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) result.set(name, value);
  };
  if (tree?.kind === 'map') {
    for (const [name, { value }] of tree.entries)
      add(name, value.kind === 'scalar' ? value.text.value : lookup(name));
  }
  for (const item of tree?.kind === 'list' ? tree.items : []) {
    // As for the service itself: a name alone is looked up in the model where it is written, then in the project.
    const own: Lookup = (name) => item.lookup(name) ?? lookup(name);
    if (item.kind === 'pair') {
      const { value } = item.entry;
      add(item.name, value.kind === 'scalar' ? value.text.value : own(item.name));
    } else if (item.kind === 'scalar') {
      const [name = '', ...rest] = item.text.value.split('=');
      add(name, rest.length > 0 ? rest.join('=') : own(name));
    }
  }
  return result;
}
