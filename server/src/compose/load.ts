/** Compose files to a `Stack`, as the reference implementation (compose-go) loads them. */
import type { PlatformPath } from 'node:path';
import type { DotenvEntry } from './dotenv';
import type { Lookup } from './interpolation';
import { loadFiles } from './load-file';
import { createLoading, type Loading, resolvePath } from './loading';
import type { EnvironmentVariable, Service, Stack } from './model';
import type { Sources } from './mounts';
import { createParseCache, type ParseCache } from './parse-cache';
import { readService } from './service-reader';
import { fieldOf, type Tree, textOf } from './tree';

/** What reading a file gave. */
export type FileText =
  | { readonly text: string }
  | { readonly missing: true }
  /** It is there and can't be read: what is said after its name, `is a directory, not a file.` */
  | { readonly problem: string }
  /** It may not be read (untrusted workspace): nothing is said of it. */
  | { readonly withheld: true };

export interface StackInput {
  /** Ids (absolute paths, or URIs of unsaved files) in merge order; at least one. */
  readonly files: readonly string[];
  /** undefined: the directory of the first file. */
  readonly projectDirectory: string | undefined;
  /** Files to read variables from instead of `.env` in the project directory; absolute. Later ones win. */
  readonly envFiles: readonly string[] | undefined;
  /** The shell's environment; it wins over `.env`. */
  readonly environment: Lookup;
  readonly paths: PlatformPath;
  readonly homeDirectory: string;
  /** Reads one file, open documents first. Never rejects. */
  readonly read: (file: string) => Promise<FileText>;
  /** Keeps parsed files from one loading to the next. */
  readonly cache?: ParseCache;
}

/** Reads and merges the files. Never rejects for what they hold. */
export async function loadStack(input: StackInput): Promise<Stack> {
  const { paths, homeDirectory, read, cache = createParseCache() } = input;
  const first = input.files[0] ?? '';
  const projectDirectory =
    input.projectDirectory ?? (paths.isAbsolute(first) ? paths.dirname(first) : undefined);
  const loading = createLoading({ paths, homeDirectory, read, cache });
  const variables = await projectVariables(input, projectDirectory, loading);
  const lookup: Lookup = (name) => input.environment(name) ?? variables.get(name) ?? own.get(name);
  const own = new Map<string, string>();
  const project = await projectName(input, projectDirectory, lookup, loading);
  if (project !== undefined) own.set('COMPOSE_PROJECT_NAME', project);

  const model = await loadFiles(input.files, {
    loading,
    lookup,
    directory: projectDirectory,
    included: [],
    role: 'merged',
  });
  tellEmpty(input.files, loading);
  const services = await servicesOf(model, lookup, loading);
  return {
    files: [...loading.files.values()],
    projectDirectory,
    services,
    problems: loading.problems,
    dependencies: [...loading.dependencies],
    incomplete: loading.isIncomplete,
  };
}

/** One empty file among others is as good as none; a stack of nothing else is refused. */
function tellEmpty(files: readonly string[], loading: Loading): void {
  const texts = files.map((file) => loading.files.get(file)?.text);
  if (loading.problems.length > 0 || !texts.every((text) => text !== undefined && isEmpty(text))) return;
  const [file = ''] = files;
  const end = Math.min(1, texts[0]?.length ?? 0);
  loading.problem('This compose file is empty: it needs `services:`.', { file, start: 0, end });
}

/** True for a text of white space, comments and document marks. */
function isEmpty(text: string): boolean {
  return !/^(?!\uFEFF?\s*(#|---\s*$|\.\.\.\s*$|$))/m.test(text);
}

async function projectVariables(
  { envFiles, environment }: StackInput,
  projectDirectory: string | undefined,
  loading: Loading,
): Promise<ReadonlyMap<string, string>> {
  const files = envFiles ?? (projectDirectory ? [loading.paths.join(projectDirectory, '.env')] : []);
  const variables = new Map<string, string>();
  for (const file of files) {
    const answer = await loading.read(file);
    if ('text' in answer) {
      const earlier = new Map(variables);
      const read = loading.dotenv(file, answer.text, environment, (name) => earlier.get(name));
      for (const [name, { value }] of read.entries) variables.set(name, value);
    } else if (envFiles && !('withheld' in answer)) {
      const what = 'problem' in answer ? answer.problem : 'does not exist.';
      loading.problem(`${file} ${what} Variables are read from it.`, { file, start: 0, end: 0 });
    }
  }
  return variables;
}

/** The project's name as compose-go tells it: by variable, by `name:` of the last file that has it, by directory. */
async function projectName(
  { files }: StackInput,
  projectDirectory: string | undefined,
  lookup: Lookup,
  loading: Loading,
): Promise<string | undefined> {
  const given = lookup('COMPOSE_PROJECT_NAME');
  if (given !== undefined && given !== '') return undefined;
  let name: string | undefined;
  for (const file of files) {
    const answer = await loading.read(file);
    // A look that spares the parse: hardly any file has it.
    const written = 'text' in answer ? /^name:[ \t]*["']?([^"'#\r\n]+)/m.exec(answer.text)?.[1] : undefined;
    if (written !== undefined) name = written.trim();
  }
  const directory = projectDirectory && loading.paths.basename(projectDirectory);
  return normalized(name ?? '') || normalized(directory ?? '') || undefined;
}

function normalized(name: string): string {
  return (name.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join('').replace(/^[_-]+/, '');
}

async function servicesOf(
  model: Tree | undefined,
  lookup: Lookup,
  loading: Loading,
): Promise<ReadonlyMap<string, Service>> {
  const list = fieldOf(model, 'services');
  const result = new Map<string, Service>();
  if (list?.kind !== 'map') return result;
  const sources: Sources = {
    hostPath: (source, directory) => resolvePath(source, directory, loading),
    topLevel: (kind, name) => fieldOf(fieldOf(model, kind), name),
  };
  const profiles = (lookup('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  for (const [name, { key, value }] of list.entries) {
    const environmentFiles = await variablesOfFiles(value, lookup, loading);
    const service = readService(name, value, {
      sources,
      declarations: loading.declarations.get(name) ?? [key],
      environmentFiles,
      profiles,
      lookup,
      damaged: loading.damaged.has(name),
      isIntact: loading.isIntact,
      problems: loading.problems,
    });
    result.set(name, service);
  }
  return result;
}

/** The variables of a service's `env_file`s; later files win. */
async function variablesOfFiles(
  service: Tree,
  lookup: Lookup,
  loading: Loading,
): Promise<ReadonlyMap<string, EnvironmentVariable>> {
  const result = new Map<string, EnvironmentVariable>();
  const list = fieldOf(service, 'env_file');
  const items = list?.kind === 'list' ? list.items : list ? [list] : [];
  if (items.length === 0) return result;
  const declared = plainEnvironment(fieldOf(service, 'environment'), lookup);
  for (const item of items) {
    const named = item.kind === 'scalar' ? item : textOf(item, 'path');
    const required = textOf(item, 'required')?.text.value !== 'false';
    const format = textOf(item, 'format')?.text.value;
    const file = named && resolvePath(named.text.value, named.directory, loading);
    if (!named || file === undefined || named.text.unresolved.length > 0) continue;
    const answer = await loading.read(file);
    if ('text' in answer) {
      const outer: Lookup = (name) => lookup(name) ?? declared.get(name);
      const earlier: Lookup = (name) => result.get(name)?.value;
      const entries =
        format === 'raw'
          ? rawEntries(answer.text)
          : loading.dotenv(file, answer.text, outer, earlier).entries;
      for (const [name, entry] of entries) result.set(name, variableOf(name, entry, file));
    } else if ('missing' in answer && required) {
      loading.problem(`${file} does not exist, so Compose refuses this stack.`, named.span);
    }
  }
  return result;
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
  for (const match of text.matchAll(/^[ \t]*([^#=\s][^=\r\n]*)=([^\r\n]*)$/gm)) {
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
