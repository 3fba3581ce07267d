/**
 * Which compose files form a stack with a given one, where nobody chose them: by `COMPOSE_FILE`, by `include`, by the
 * names that Compose looks for itself, by what the files declare.
 * https://docs.docker.com/compose/how-tos/multiple-compose-files/
 */
import type { PlatformPath } from 'node:path';
import type { Pace } from '../../platform/pace';
import { parseDotenv } from '../syntax/dotenv';
import type { Lookup } from '../syntax/interpolation';
import type { FileText } from '../types';
import { type Declarations, declarationsOf } from '../yaml/declarations';

export type FoundBy = 'compose-file' | 'include' | 'override' | 'inferred' | 'alone';

export interface FoundStack {
  /** Absolute, in merge order. */
  readonly files: readonly string[];
  /** undefined: the directory of the first file. */
  readonly projectDirectory: string | undefined;
  readonly envFiles: readonly string[] | undefined;
  readonly by: FoundBy;
  /** A sentence for people: why these files. */
  readonly why: string;
  /** Overlays in the file's directory and below that could be merged on top; empty where the stack is certain. */
  readonly beside: readonly string[];
  /** Overlays beside the files that it builds on, in other directories. */
  readonly farther: readonly string[];
}

export interface Finder {
  readonly paths: PlatformPath;
  readonly environment: Lookup;
  /** Reads one file, open documents first. Never rejects. */
  readonly read: (file: string) => Promise<FileText>;
  readonly parse: (file: string, text: string) => { readonly declarations: Declarations };
  /** Names in a directory; empty where it can't be read. */
  readonly list: (
    directory: string,
  ) => Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]>;
  /** False for what lies outside of what may be looked at. */
  readonly within: (path: string) => boolean;
  /** Asked for a turn between one file and the next. */
  readonly pace: Pace;
}

/** Names that Compose looks for itself, in its order: compose-go `cli.DefaultFileNames`. */
const DEFAULT_NAMES: readonly string[] = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
];
/** compose-go `cli.DefaultOverrideFileNames` */
const OVERRIDE_NAMES: readonly string[] = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
/** Directories above a file in which its base is looked for: Mender's `production/config/prod.yml` needs two. */
const LEVELS_UP = 3;
const LEVELS_DOWN = 2;
/** Directories and files beyond this aren't looked at. */
const MAX_DIRECTORIES = 60;
const MAX_FILES = 150;

interface Known {
  readonly file: string;
  readonly declarations: Declarations;
}

/** The stack of `file`, an absolute path. Never rejects. */
export async function findStack(file: string, finder: Finder): Promise<FoundStack> {
  const look = createLook(finder);
  return (
    (await byComposeFile(file, finder)) ??
    (await byReference(file, look, finder)) ??
    (await byContent(file, look, finder))
  );
}

/** What is read at most once while one stack is looked for. */
interface Look {
  declarations(file: string): Promise<Declarations>;
  /** The compose files in one directory, sorted by name. */
  composeFiles(directory: string): Promise<readonly Known[]>;
  directories(directory: string): Promise<readonly string[]>;
}

function createLook({ paths, read, list, parse, pace }: Finder): Look {
  const answers = new Map<string, Promise<FileText>>();
  const readOnce = (file: string) => {
    const known = answers.get(file) ?? read(file);
    answers.set(file, known);
    return known;
  };
  const declared = new Map<string, Promise<Declarations>>();
  const lists = new Map<string, ReturnType<Finder['list']>>();
  const listOf = (directory: string) => {
    const known = lists.get(directory) ?? list(directory);
    lists.set(directory, known);
    return known;
  };
  const declarations = (file: string) => {
    const known =
      declared.get(file) ??
      readOnce(file).then((answer) =>
        declarationsOf('text' in answer ? answer.text : '', (text) => parse(file, text)),
      );
    declared.set(file, known);
    return known;
  };
  return {
    declarations,
    async composeFiles(directory) {
      const names = (await listOf(directory))
        .filter(({ name, isDirectory }) => !isDirectory && /\.ya?ml$/i.test(name))
        .map(({ name }) => name)
        .sort();
      const files = names.slice(0, MAX_FILES).map((name) => paths.join(directory, name));
      // Read together, and parsed one after the other.
      await Promise.all(files.map(readOnce));
      const known: Known[] = [];
      for (const file of files) {
        await pace.turn();
        known.push({ file, declarations: await declarations(file) });
      }
      return known.filter((each) => each.declarations.services.size + each.declarations.includes.length > 0);
    },
    async directories(directory) {
      return (await listOf(directory))
        .filter(({ name, isDirectory }) => isDirectory && !name.startsWith('.') && name !== 'node_modules')
        .map(({ name }) => paths.join(directory, name))
        .sort();
    },
  };
}

/** The directory of a file and those above it, nearest first. */
function upwards(file: string, { paths, within }: Finder): string[] {
  const result = [paths.dirname(file)];
  for (let level = 0; level < LEVELS_UP; level++) {
    const above = paths.dirname(result.at(-1) ?? '');
    if (above === result.at(-1) || !within(above)) break;
    result.push(above);
  }
  return result;
}

async function byComposeFile(file: string, finder: Finder): Promise<FoundStack | undefined> {
  const { paths, environment } = finder;
  for (const directory of upwards(file, finder)) {
    const dotenv = paths.join(directory, '.env');
    const answer = await finder.read(dotenv);
    const variables = 'text' in answer ? parseDotenv(answer.text, environment) : new Map<string, string>();
    const variable = (name: string) => environment(name) ?? variables.get(name);
    const value = variable('COMPOSE_FILE');
    if (!value) continue;
    const separator = variable('COMPOSE_PATH_SEPARATOR') || paths.delimiter;
    const files = value
      .split(separator)
      .filter((each) => each !== '')
      .map((each) => paths.resolve(directory, each));
    if (!files.includes(file)) continue;
    const variableName =
      environment('COMPOSE_FILE') === undefined
        ? `COMPOSE_FILE in ${shown(dotenv, file, paths)}`
        : 'The environment variable COMPOSE_FILE';
    // Compose reads the project directory's `.env` and the working directory's; the latter wins.
    const first = paths.join(paths.dirname(files[0] ?? file), '.env');
    const envFiles = first === dotenv || !('text' in (await finder.read(first))) ? [dotenv] : [first, dotenv];
    return {
      files,
      projectDirectory: undefined,
      envFiles: 'text' in answer ? envFiles : undefined,
      by: 'compose-file',
      why: `${variableName} names ${files.length === 1 ? 'it' : 'these files'}.`,
      beside: [],
      farther: [],
    };
  }
  return undefined;
}

/** A file that another one includes, or extends services of, is judged as part of that one's stack. */
async function byReference(file: string, look: Look, finder: Finder): Promise<FoundStack | undefined> {
  const { paths } = finder;
  if (DEFAULT_NAMES.includes(paths.basename(file))) return undefined;
  for (const directory of upwards(file, finder)) {
    const known = (await look.composeFiles(directory)).filter((each) => each.file !== file);
    for (const kind of ['includes', 'extended'] as const) {
      const naming = known.filter(({ declarations }) =>
        declarations[kind].some((path) => paths.resolve(directory, path) === file),
      );
      const parent = naming.find((each) => isDefault(each.file, paths)) ?? naming[0];
      if (!parent) continue;
      const stack =
        (await byComposeFile(parent.file, finder)) ?? (await byContent(parent.file, look, finder));
      const verb = kind === 'includes' ? 'includes' : 'extends services of';
      const why = `${paths.basename(parent.file)} ${verb} ${shown(file, parent.file, paths)}.`;
      const plain = stack.by === 'alone' || stack.by === 'include';
      return { ...stack, by: plain ? 'include' : stack.by, why: plain ? why : `${why} ${stack.why}` };
    }
  }
  return undefined;
}

async function byContent(file: string, look: Look, finder: Finder): Promise<FoundStack> {
  const { paths } = finder;
  const directory = paths.dirname(file);
  const declarations = await look.declarations(file);
  const base = await byConvention(file, look, finder);
  const files = base ?? [...(await basesOf(file, declarations, look, finder)), file];
  const services = await servicesOf(files, look);
  const overlays = (known: readonly Known[]) =>
    known
      .filter((each) => !files.includes(each.file))
      .filter(({ declarations: { needs } }) => [...needs].some((name) => services.has(name)))
      .map((each) => each.file);
  const beside = overlays(await downwards(directory, look, paths));
  const directories = new Set(files.map((each) => paths.dirname(each)));
  const around = await Promise.all([...directories].map((each) => look.composeFiles(each)));
  const farther = overlays(around.flat()).filter((each) => !beside.includes(each));
  const common = { files, projectDirectory: undefined, envFiles: undefined, beside, farther };
  if (base) {
    const why = `Compose merges ${base.map((each) => paths.basename(each)).join(' and ')} by their names.`;
    return { ...common, by: 'override', why };
  }
  if (files.length > 1) {
    const names = files.slice(0, -1).map((each) => paths.basename(each));
    const needs = [...declarations.needs].slice(0, 3).join(', ');
    const why = `${paths.basename(file)} builds on services of ${listed(names)} (${needs}${declarations.needs.size > 3 ? ', …' : ''}).`;
    return { ...common, by: 'inferred', why };
  }
  if (declarations.includes.length > 0) {
    return { ...common, by: 'include', why: `It includes ${listed([...declarations.includes])}.` };
  }
  const others = beside.map((each) => shown(each, paths.join(directory, '_'), paths));
  return beside.length > 0
    ? { ...common, by: 'inferred', why: `${listed(others)} can be merged on top of it.` }
    : { ...common, by: 'alone', why: 'No other compose file near it belongs to it.' };
}

function isDefault(file: string, paths: PlatformPath): boolean {
  return DEFAULT_NAMES.includes(paths.basename(file));
}

/** The base and override that Compose merges when it is started without `-f`; undefined where `file` is neither. */
async function byConvention(
  file: string,
  look: Look,
  { paths }: Finder,
): Promise<readonly string[] | undefined> {
  const name = paths.basename(file);
  if (!DEFAULT_NAMES.includes(name) && !OVERRIDE_NAMES.includes(name)) return undefined;
  const directory = paths.dirname(file);
  const known = await look.composeFiles(directory);
  const firstOf = (names: readonly string[]) =>
    names
      .map((each) => paths.join(directory, each))
      .find((each) => known.some((other) => other.file === each));
  const base = firstOf(DEFAULT_NAMES);
  const override = firstOf(OVERRIDE_NAMES);
  return base && override && (file === base || file === override) ? [base, override] : undefined;
}

/** The files that have what `declarations` needs: nearest directories and Compose's own names first, as few as suffice. */
async function basesOf(
  file: string,
  declarations: Declarations,
  look: Look,
  finder: Finder,
): Promise<readonly string[]> {
  const { paths } = finder;
  const open = new Set(declarations.needs);
  const chosen: Known[] = [];
  const directories = upwards(file, finder);
  for (const directory of directories) {
    if (open.size === 0) break;
    const known = (await look.composeFiles(directory)).filter((each) => each.file !== file);
    while (open.size > 0) {
      const gain = ({ declarations: { whole } }: Known) => [...open].filter((name) => whole.has(name)).length;
      const best = known
        .filter((each) => !chosen.includes(each) && gain(each) > 0)
        .sort(
          (a, b) =>
            Number(isDefault(b.file, paths)) - Number(isDefault(a.file, paths)) ||
            gain(b) - gain(a) ||
            a.file.length - b.file.length ||
            (a.file < b.file ? -1 : 1),
        )[0];
      if (!best) break;
      chosen.push(best);
      for (const name of best.declarations.whole) open.delete(name);
      // A base may build on another one.
      for (const name of best.declarations.needs) {
        if (!chosen.some((each) => each.declarations.whole.has(name))) open.add(name);
      }
    }
  }
  const rank = (each: Known) => directories.indexOf(paths.dirname(each.file));
  // As people name them after `-f`: the directory furthest up first, and in it the file with Compose's own name.
  return chosen
    .map((each, index) => ({ each, index }))
    .sort(
      (a, b) =>
        rank(b.each) - rank(a.each) ||
        Number(isDefault(b.each.file, paths)) - Number(isDefault(a.each.file, paths)) ||
        a.index - b.index,
    )
    .map(({ each }) => each.file);
}

async function servicesOf(files: readonly string[], look: Look): Promise<ReadonlySet<string>> {
  const declared = await Promise.all(files.map((file) => look.declarations(file)));
  return new Set(declared.flatMap(({ services }) => [...services]));
}

/** The compose files in a directory and below it, but those of projects of their own. */
async function downwards(directory: string, look: Look, paths: PlatformPath): Promise<readonly Known[]> {
  const result: Known[] = [];
  let level = [directory];
  let visited = 0;
  for (let depth = 0; depth <= LEVELS_DOWN; depth++) {
    const next: string[] = [];
    for (const each of level) {
      if (++visited > MAX_DIRECTORIES) return result;
      const known = await look.composeFiles(each);
      // A directory with a compose file of Compose's own name is a project of its own.
      if (depth > 0 && known.some(({ file }) => isDefault(file, paths))) continue;
      result.push(...known);
      if (depth < LEVELS_DOWN) next.push(...(await look.directories(each)));
    }
    level = next;
  }
  return result;
}

/** Compose files near `file` that declare services of its stack; those of the stack itself left out. Sorted. */
export async function neighboursOf(
  file: string,
  stack: readonly string[],
  finder: Finder,
): Promise<readonly string[]> {
  const look = createLook(finder);
  const services = await servicesOf([file, ...stack], look);
  const known = [...(await downwards(finder.paths.dirname(file), look, finder.paths))];
  for (const directory of upwards(file, finder)) known.push(...(await look.composeFiles(directory)));
  return [
    ...new Set(
      known
        .filter((each) => [...each.declarations.services].some((name) => services.has(name)))
        .map((each) => each.file),
    ),
  ]
    .filter((each) => !stack.includes(each))
    .sort();
}

/** A path for a sentence about `from`: relative to its directory, `/` between parts. */
function shown(path: string, from: string, paths: PlatformPath): string {
  const relative = paths.relative(paths.dirname(from), path);
  return (relative === '' ? path : relative).replaceAll('\\', '/');
}

/** `a`, `a and b`, `a, b and c`, `a, b and 3 more` */
function listed(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  if (rest.length === 0) return first;
  if (names.length <= 4) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
