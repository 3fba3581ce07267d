/** Compose files to a `Stack`, as the reference implementation (compose-go) loads them. */
import type { PlatformPath } from 'node:path';
import { topLevel } from '../document/document';
import { createParseCache, type ParseCache } from '../document/document-cache';
import { fieldOf, type Tree, textOf } from '../node/node';
import { originOf } from '../node/shifted-node';
import type { Lookup } from '../syntax/interpolation';
import type { FileElement, Service, Stack } from '../types';
import { createLoading, type Loading, resolvePath } from './context';
import { NO_VARIABLES, variablesOfFiles } from './env-file';
import { loadFiles } from './load-file';
import { effective, loneFile, type Project } from './lone-file';
import type { ServiceTest } from './lone-services';
import { projectName } from './project-name';
import { isSwitchedOff } from './read-service';
import type { Sources } from './read-volumes';
import { keptService } from './service-cache';

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
  /** What is going to be asked of all services, by `servicesWith`: those that none of it holds for need not be kept. */
  readonly tests?: readonly ServiceTest[];
  /** Keeps parsed files from one loading to the next. */
  readonly cache?: ParseCache;
}

/** Every service is kept. */
const ALL: readonly ServiceTest[] = [() => true];

/** Reads and merges the files. Never rejects for what they hold. */
export async function loadStack(input: StackInput): Promise<Stack> {
  const project = await projectOf(input);
  return stackOf((await loneServices(input.files, project)) ?? (await merged(input.files, project)), project);
}

/** The same with the merged model, whose every value is there. */
export async function loadModel(input: StackInput): Promise<Stack & { readonly model: Tree | undefined }> {
  const project = await projectOf(input);
  const read = await merged(input.files, project);
  return { ...stackOf(read, project), model: read.model };
}

async function projectOf(input: StackInput): Promise<Project> {
  const { paths, homeDirectory, read, cache = createParseCache() } = input;
  const first = input.files[0] ?? '';
  const projectDirectory =
    input.projectDirectory ?? (paths.isAbsolute(first) ? paths.dirname(first) : undefined);
  const loading = createLoading({ paths, homeDirectory, read, cache });
  const environment = cache.environment(input.environment);
  const variables = await projectVariables({ ...input, environment }, projectDirectory, loading);
  const unnamed = cache.lookup(environment, variables);
  const project = await projectName(input.files, projectDirectory, unnamed, loading);
  const named = project === undefined ? [] : [['COMPOSE_PROJECT_NAME', project] as const];
  const lookup = cache.lookup(unnamed, new Map(named));

  const profiles = (lookup('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  const hostPath: Sources['hostPath'] = (source, directory) => resolvePath(source, directory, loading);
  const { tests = ALL } = input;
  return { loading, lookup, directory: projectDirectory, profiles, hostPath, tests };
}

function stackOf({ services, section }: Read, { loading, directory, hostPath }: Project): Stack {
  return {
    files: [...loading.files.values()],
    projectDirectory: directory,
    services,
    elements: (kind) => elementsOf(section(kind), hostPath),
    problems: loading.problems,
    dependencies: [...loading.dependencies],
    incomplete: loading.isIncomplete,
  };
}

interface Read {
  readonly services: ReadonlyMap<string, Service>;
  /** A top-level key's value. */
  section(key: 'secrets' | 'configs'): Tree | undefined;
}

async function loneServices(files: readonly string[], project: Project): Promise<Read | undefined> {
  const [file] = files;
  if (file === undefined || files.length > 1) return undefined;
  const { loading, directory, lookup } = project;
  const services = await loneFile(file, project);
  const cutting = services && (await loading.parse(file, undefined))?.cutting;
  return cutting && { services, section: (key) => topLevel(cutting, key, file, directory, lookup) };
}

function elementsOf(section: Tree | undefined, hostPath: Sources['hostPath']): readonly FileElement[] {
  if (section?.kind !== 'map') return [];
  return [...section.entries].map(([name, { value }]) => {
    const file = textOf(value, 'file');
    const isKnown = file !== undefined && file.text.unresolved.length === 0;
    return { name, path: isKnown ? hostPath(file.text.value, file.directory) : undefined };
  });
}

/** Files merged into one; the services in the order that they are declared in. */
async function merged(
  files: readonly string[],
  project: Project,
): Promise<Read & { readonly model: Tree | undefined }> {
  const { loading, lookup, directory } = project;
  const model = await loadFiles(files, { loading, lookup, directory, included: [], role: 'merged' });
  tellEmpty(files, loading);
  const services = await mergedServices(model, project);
  return { services, section: (key) => fieldOf(model, key), model };
}

async function mergedServices(
  model: Tree | undefined,
  { loading, lookup, profiles, hostPath }: Project,
): Promise<ReadonlyMap<string, Service>> {
  const list = fieldOf(model, 'services');
  const result = new Map<string, Service>();
  if (list?.kind !== 'map') return result;
  const sources: Sources = {
    hostPath,
    topLevel: (kind, name) => effective(kind, fieldOf(fieldOf(model, kind), name)),
  };
  for (const [name, { key, value }] of list.entries) {
    const fromFiles = fieldOf(originOf(value).tree, 'env_file')
      ? await variablesOfFiles(value, lookup, loading, isSwitchedOff(value, profiles))
      : NO_VARIABLES;
    const service = keptService(name, value, {
      sources,
      declarations: loading.declarations.get(name) ?? [key],
      environmentFiles: fromFiles.variables,
      profiles,
      lookup,
      damaged: fromFiles.isPartial || (value.kind === 'map' && value.isDamaged === true),
      isIntact: loading.isIntact,
      problems: loading.problems,
    });
    result.set(name, service);
  }
  return result;
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
  return text.split(/[\r\n]/).every((line) => /^(?:#|(?:---|\.\.\.)?$)/.test(line.trim()));
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
