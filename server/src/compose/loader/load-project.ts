/** Compose files to a `Stack`, as the reference implementation (compose-go) loads them. */
import type { PlatformPath } from 'node:path';
import { createPace, type Pace } from '../../platform/pace';
import { createParseCache, type ParseCache } from '../document/document-cache';
import { fieldOf, type Tree, textOf } from '../node/node';
import type { Locate } from '../node/span';
import type { Lookup } from '../syntax/interpolation';
import type { FileElement, FileText, Service, Stack } from '../types';
import { createLoading, isForeign, type Loading, resolvePath } from './context';
import { NO_VARIABLES, variablesOfFiles } from './env-file';
import { loadFiles } from './load-file';
import { projectName } from './project-name';
import { isSwitchedOff } from './read-service';
import type { Sources } from './read-volumes';
import { keptService } from './service-cache';

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

/** What the services of a model are read with. */
interface Project {
  readonly loading: Loading;
  readonly lookup: Lookup;
  readonly directory: string | undefined;
  readonly profiles: readonly string[];
  readonly hostPath: Sources['hostPath'];
}

/** Reads and merges the files. Never rejects for what they hold, but where `pace` says that it was given up. */
export async function loadStack(input: StackInput, pace?: Pace): Promise<Stack> {
  const { model, locate, ...stack } = await loadModel(input, pace);
  return stack;
}

export interface LoadedModel extends Stack {
  /** The merged model, whose every value is there. */
  readonly model: Tree | undefined;
  /** Where a value of the model stands. */
  readonly locate: Locate;
}

/** The same with the merged model. */
export async function loadModel(input: StackInput, pace = createPace()): Promise<LoadedModel> {
  const project = await projectOf(input, pace);
  const { loading, lookup, directory, hostPath } = project;
  const model = await loadFiles(input.files, { loading, lookup, directory, included: [], role: 'merged' });
  reportEmpty(input.files, loading);
  return {
    files: [...loading.files.values()],
    projectDirectory: directory,
    services: await servicesOf(model, project),
    elements: (kind) => elementsOf(fieldOf(model, kind), hostPath),
    problems: loading.problems,
    dependencies: [...loading.dependencies],
    incomplete: loading.isIncomplete,
    model,
    locate: loading.locate,
  };
}

async function projectOf(input: StackInput, pace: Pace): Promise<Project> {
  const { paths, homeDirectory, read, cache = createParseCache() } = input;
  const first = input.files[0] ?? '';
  const projectDirectory =
    input.projectDirectory ?? (paths.isAbsolute(first) ? paths.dirname(first) : undefined);
  const loading = createLoading({ paths, homeDirectory, read, cache, pace });
  const environment = cache.environment(input.environment);
  const variables = await projectVariables({ ...input, environment }, projectDirectory, loading);
  const unnamed = cache.lookup(environment, variables);
  const project = await projectName(input.files, projectDirectory, unnamed, loading);
  const named = project === undefined ? [] : [['COMPOSE_PROJECT_NAME', project] as const];
  const lookup = cache.lookup(unnamed, new Map(named));

  const profiles = (lookup('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  const hostPath: Sources['hostPath'] = (source, directory) => resolvePath(source, directory, loading);
  return { loading, lookup, directory: projectDirectory, profiles, hostPath };
}

function elementsOf(section: Tree | undefined, hostPath: Sources['hostPath']): readonly FileElement[] {
  if (section?.kind !== 'map') return [];
  return [...section.entries].map(([name, { value }]) => {
    const file = textOf(value, 'file');
    const isKnown = file !== undefined && file.text.unresolved.length === 0;
    return { name, path: isKnown ? hostPath(file.text.value, file.directory) : undefined };
  });
}

/** The services of a model, in the order that they are declared in. */
async function servicesOf(
  model: Tree | undefined,
  { loading, lookup, profiles, hostPath }: Project,
): Promise<ReadonlyMap<string, Service>> {
  const list = fieldOf(model, 'services');
  const result = new Map<string, Service>();
  if (list?.kind !== 'map') return result;
  const sources: Sources = {
    hostPath,
    isForeign: (path) => isForeign(path, loading.paths),
    topLevel: (kind, name) => effective(kind, fieldOf(fieldOf(model, kind), name)),
  };
  for (const [name, { key, value }] of list.entries) {
    const turn = loading.pace.turn();
    if (turn) await turn;
    const fromFiles = fieldOf(value, 'env_file')
      ? await variablesOfFiles(value, lookup, loading, isSwitchedOff(value, profiles))
      : NO_VARIABLES;
    const service = keptService(
      name,
      value,
      {
        sources,
        declarations: loading.declarations.get(name) ?? [key],
        environmentFiles: fromFiles.variables,
        profiles,
        lookup,
        isPartial: fromFiles.isPartial || (value.kind === 'map' && value.isPartial === true),
        isIntact: loading.isIntact,
        problems: loading.problems,
      },
      loading.locate,
    );
    result.set(name, service);
  }
  return result;
}

/** A top-level element, where it matters to the mounts that name it. */
function effective(kind: Parameters<Sources['topLevel']>[0], element: Tree | undefined): Tree | undefined {
  const path =
    kind === 'volumes' ? textOf(fieldOf(element, 'driver_opts'), 'device') : textOf(element, 'file');
  return path && element;
}

/** One empty file among others is as good as none; a stack of nothing else is refused. */
function reportEmpty(files: readonly string[], loading: Loading): void {
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
