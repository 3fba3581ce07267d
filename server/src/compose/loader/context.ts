/** What the steps of loading one stack share: what was read, what was found wrong, which files count. */
import type { PlatformPath } from 'node:path';
import type { Pace } from '../../platform/pace';
import type { ParsedFile } from '../document/document';
import type { ParseCache } from '../document/document-cache';
import type { Locate } from '../node/span';
import type { Merging } from '../override/context';
import { type Dotenv, readDotenv } from '../syntax/dotenv';
import type { Lookup } from '../syntax/interpolation';
import type { ComposeProblem, FileText, SourceFile, Span } from '../types';

/** Files beyond this aren't read: nobody writes such a stack. */
const MAX_FILES = 1000;
/** Includes followed in all, and within each other: two files that include each other twice would never end. */
const MAX_INCLUDES = 2000;
const MAX_INCLUDE_DEPTH = 60;

/** Problems reported of one stack: more than anybody reads. */
const MAX_PROBLEMS = 200;

export interface Loading {
  readonly paths: PlatformPath;
  readonly homeDirectory: string;
  readonly cache: ParseCache;
  readonly pace: Pace;
  readonly problems: ComposeProblem[];
  readonly files: Map<string, SourceFile>;
  /** Where each service is declared, in merge order. */
  readonly declarations: Map<string, Span[]>;
  readonly dependencies: Set<string>;
  /** A file that may not be read, or is missing. */
  isIncomplete: boolean;
  /** Reads a file once; every asking counts as a dependency. */
  read(file: string): Promise<FileText>;
  /** The text of a compose file parsed, its syntax errors reported once; undefined (and reported at `at`) where it can't be had. */
  parse(file: string, at: Span | undefined): Promise<ParsedFile | undefined>;
  /** False, and reported once, where includes go on for ever or nearly so. */
  mayInclude(depth: number, at: Span): boolean;
  /** A `.env` or `env_file`, its mistake reported once. */
  dotenv(file: string, text: string, outer: Lookup, earlier: Lookup): Dotenv;
  /** A span of a tree or service, as offsets in its file. */
  readonly locate: Locate;
  /** True for a file without syntax errors. */
  isIntact(file: string): boolean;
  problem(message: string, span: Span): void;
}

export interface LoadingOptions {
  readonly paths: PlatformPath;
  readonly homeDirectory: string;
  readonly read: (file: string) => Promise<FileText>;
  readonly cache: ParseCache;
  readonly pace: Pace;
}

export function createLoading({ paths, homeDirectory, read, cache, pace }: LoadingOptions): Loading {
  const answers = new Map<string, Promise<FileText>>();
  const parsed = new Map<string, ParsedFile>();
  const reported = new Set<string>();
  const problems: ComposeProblem[] = [];
  let includes = 0;
  const loading: Loading = {
    paths,
    homeDirectory,
    cache,
    pace,
    problems,
    files: new Map(),
    declarations: new Map(),
    dependencies: new Set(),
    isIncomplete: false,
    read(file) {
      loading.dependencies.add(file);
      const known = answers.get(file) ?? read(file);
      answers.set(file, known);
      return known;
    },
    async parse(file, at) {
      const known = parsed.get(file);
      if (known) return known;
      const place = at ?? { file, start: 0, end: 0 };
      if (parsed.size >= MAX_FILES) {
        loading.problem(`Too many files: only ${MAX_FILES} files of a stack are read.`, place);
        loading.isIncomplete = true;
        return undefined;
      }
      const answer = await loading.read(file);
      if ('text' in answer) {
        const yaml = cache.parse(file, answer.text);
        parsed.set(file, yaml);
        for (const { message, start, end } of yaml.problems) loading.problem(message, { file, start, end });
        return yaml;
      }
      // What would be in a file that may not be read, or in one that the stack names, can't be called missing.
      if ('withheld' in answer || at === undefined) loading.isIncomplete = true;
      if ('missing' in answer) loading.problem(`File not found: ${file}. Compose refuses this stack.`, place);
      else if ('problem' in answer) loading.problem(`${file} ${answer.problem}`, place);
      return undefined;
    },
    mayInclude(depth, at) {
      if (++includes <= MAX_INCLUDES && depth <= MAX_INCLUDE_DEPTH) return true;
      if (!loading.isIncomplete) loading.problem('Includes are nested too deep: this one is not read.', at);
      loading.isIncomplete = true;
      return false;
    },
    dotenv(file, text, outer, earlier) {
      const read = readDotenv(text, outer, earlier);
      const { problem } = read;
      if (problem) loading.problem(problem.message, { file, start: problem.start, end: problem.end });
      return read;
    },
    isIntact: (file) => (parsed.get(file)?.syntaxErrors.length ?? 0) === 0,
    locate: (span) => parsed.get(span.file)?.locate(span) ?? span,
    problem(message, at) {
      const span = loading.locate(at);
      // A file that is included twice, or extended by many, is wrong once.
      const key = JSON.stringify([message, span]);
      if (!reported.has(key) && problems.length < MAX_PROBLEMS) problems.push({ message, span });
      reported.add(key);
    },
  };
  return loading;
}

/** A level of loading: the files named by the stack, or those of one `include`. */
export interface Level {
  readonly loading: Loading;
  readonly lookup: Lookup;
  /** Directory against which relative paths resolve; undefined for unsaved files. */
  readonly directory: string | undefined;
  /** The files that led here by `include`, outermost first. */
  readonly included: readonly string[];
  readonly role: 'merged' | 'included';
}

export function mergingOf({ lookup, directory, loading }: Level): Merging {
  return { lookup, directory, paths: loading.paths };
}

/** Whether a path is absolute on another kind of host (`C:\…` read on Linux): what is there can't be looked at here. */
export function isForeign(path: string, paths: PlatformPath): boolean {
  return !paths.isAbsolute(path) && /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** An absolute path as Compose resolves it; undefined where nothing to resolve against is known. */
export function resolvePath(
  source: string,
  directory: string | undefined,
  { paths, homeDirectory }: Pick<Loading, 'paths' | 'homeDirectory'>,
): string | undefined {
  if (source === '') return undefined;
  if (source.startsWith('~')) return paths.join(homeDirectory, source.slice(1));
  if (paths.isAbsolute(source)) return paths.normalize(source);
  // It must not be made relative.
  if (isForeign(source, paths)) return source;
  return directory === undefined ? undefined : paths.join(directory, source);
}
