/** Whether git tracks a file, or would with the next `git add .`. No process is started. */
import type { PlatformPath } from 'node:path';
import type { Files, Host } from '../platform/platform';
import type { StatReader } from '../platform/stat-cache';
import { type GitSettings, parseGitConfig } from './config';
import { bytesOf, type IgnorePattern, ignoredBy, parsePatterns } from './ignore-patterns';
import { trackedPaths } from './index-file';

/** Bytes. An index entry has about 100; a larger index is not looked into. */
const INDEX_MAX = 64 * 1024 * 1024;
const SMALL_FILE_MAX = 1024 * 1024;

/** `unknown`: something on the way could not be read. */
export type GitStatus = 'tracked' | 'would-be-added' | 'ignored' | 'no-repository' | 'unknown';

export interface GitView {
  /** How git sees the file at `path`, links followed. */
  status(path: string, stats?: StatReader): Promise<GitStatusAnswer>;
  /** How git would see a file at `path`, where nothing is yet, once `added` stand in its ignore files. */
  statusOfNew(path: string, added?: AddedLines): Promise<GitStatusAnswer>;
}

export interface GitStatusAnswer {
  readonly status: GitStatus;
  /** The work tree that the file is in: where a `.gitignore` for it would go. */
  readonly root: string | undefined;
  /** The repository's own ignore file, `.git/info/exclude`, which is in no work tree. */
  readonly exclude?: string;
  /** The file with links resolved, as far as there is something. */
  readonly path?: string;
}

/** Lines that ignore files will have at their end, by real path. */
export type AddedLines = ReadonlyMap<string, readonly string[]>;

export interface GitOptions {
  readonly files: Pick<Files, 'read' | 'status' | 'realPath'>;
  readonly paths: PlatformPath;
  readonly homeDirectory: string;
  readonly environment: (name: string) => string | undefined;
}

interface Repository {
  readonly root: string;
  /** holds the index */
  readonly directory: string;
  /** holds the configuration and info/exclude; another one in a linked work tree */
  readonly common: string;
}

const UNREADABLE = Symbol('unreadable');
const NOTHING_ADDED: AddedLines = new Map();

/** As `createGitView`, of a whole host. */
export function gitViewOf(host: Pick<Host, 'files' | 'paths' | 'homeDirectory' | 'environment'>): GitView {
  const { files, paths, homeDirectory } = host;
  return createGitView({ files, paths, homeDirectory, environment: (name) => host.environment(name) });
}

/** A view that keeps each index, ignore file and configuration until its size, time or identity changes. */
export function createGitView(options: GitOptions): GitView {
  const kept: Kept = new Map();
  const at = (stats: StatReader) =>
    createLook(
      {
        ...options,
        files: {
          status: stats.status.bind(stats),
          realPath: stats.realPath.bind(stats),
          read: options.files.read.bind(options.files),
        },
      },
      kept,
    );
  return {
    status: (path, stats = options.files) =>
      orUnknown(async () => {
        const real = await stats.realPath(path);
        return at(stats).look(real.ok ? real.value : undefined);
      }),
    statusOfNew: (path, added) =>
      orUnknown(async () => {
        const { look, realPathOf } = at(options.files);
        return look(await realPathOf(path), added);
      }),
  };
}

const UNKNOWN: GitStatusAnswer = { status: 'unknown', root: undefined };

/** Whatever goes wrong on the way costs this answer alone. */
async function orUnknown(
  look: () => Promise<GitStatusAnswer>,
  otherwise = UNKNOWN,
): Promise<GitStatusAnswer> {
  try {
    return await look();
  } catch {
    return otherwise;
  }
}

type Kept = Map<string, { readonly stamp: string; readonly value: unknown }>;

function createLook(options: GitOptions, kept: Kept) {
  const { files, paths } = options;

  /** What `parse` makes of a file; undefined when there is none. Throws UNREADABLE when there is, and can't be read. */
  async function parsed<T>(
    path: string,
    limit: number,
    parse: (bytes: Uint8Array) => T,
  ): Promise<T | undefined> {
    const status = await files.status(path);
    if (!status.ok) {
      kept.delete(path);
      if (status.problem === 'missing') return undefined;
      throw UNREADABLE;
    }
    const { kind, size, modified, identity } = status.value;
    // git passes over a directory of such a name.
    if (kind === 'directory') return undefined;
    const stamp = [size, modified, identity].join(' ');
    const known = kept.get(path);
    if (known?.stamp === stamp) return known.value as T;
    const read = await files.read(path, limit);
    if (!read.ok) throw UNREADABLE;
    const value = parse(read.value);
    kept.set(path, { stamp, value });
    return value;
  }

  const text = (path: string) => parsed(path, SMALL_FILE_MAX, (bytes) => Buffer.from(bytes).toString('utf8'));
  async function patterns(path: string, added: AddedLines): Promise<readonly IgnorePattern[]> {
    const there = (await parsed(path, SMALL_FILE_MAX, parsePatterns)) ?? [];
    const lines = added.get(path);
    return lines === undefined ? there : [...there, ...parsePatterns(Buffer.from(lines.join('\n')))];
  }

  /** In a work tree git follows no link of this name, and reads nothing then. */
  async function patternsInside(path: string, added: AddedLines): Promise<readonly IgnorePattern[]> {
    const real = await files.realPath(path);
    // Where the disk folds case, the name may be written otherwise.
    const isLink = real.ok && real.value.toLowerCase() !== path.toLowerCase();
    return isLink ? [] : patterns(path, added);
  }

  const settings = async (path: string) => {
    const read = (bytes: Uint8Array) => parseGitConfig(Buffer.from(bytes).toString('utf8'));
    return parsed(path, SMALL_FILE_MAX, read);
  };

  /** The repository of a file: the nearest directory above it that holds a `.git`. */
  async function repositoryOf(path: string): Promise<Repository | undefined> {
    for (let at = paths.dirname(path); ; at = paths.dirname(at)) {
      const dotGit = paths.join(at, '.git');
      const status = await files.status(dotGit);
      if (status.ok && status.value.kind === 'directory') {
        // An empty directory of this name is no repository, and git looks further up.
        if ((await files.status(paths.join(dotGit, 'HEAD'))).ok)
          return { root: at, directory: dotGit, common: dotGit };
      } else if (status.ok) {
        const target = /^gitdir: ([^\r\n]+)/.exec((await text(dotGit)) ?? '')?.[1];
        if (target === undefined) throw UNREADABLE;
        const directory = paths.resolve(at, target);
        const common = (await text(paths.join(directory, 'commondir')))?.trim();
        return {
          root: at,
          directory,
          common: common === undefined ? directory : paths.resolve(directory, common),
        };
      } else if (status.problem !== 'missing') throw UNREADABLE;
      if (paths.dirname(at) === at) return undefined;
    }
  }

  /** The user's own settings; of two files that set something the second one counts. */
  async function userSettings(): Promise<Pick<GitSettings, 'excludesFile' | 'ignoreCase'>> {
    const two = await Promise.all([
      settings(paths.join(configDirectory(), 'git', 'config')),
      settings(paths.join(options.homeDirectory, '.gitconfig')),
    ]);
    const [first, second] = two;
    return {
      excludesFile: second?.excludesFile ?? first?.excludesFile,
      ignoreCase: second?.ignoreCase ?? first?.ignoreCase,
    };
  }

  function configDirectory(): string {
    return options.environment('XDG_CONFIG_HOME') || paths.join(options.homeDirectory, '.config');
  }

  function excludesPath(written: string | undefined, repository: Repository): string {
    if (written === undefined) return paths.join(configDirectory(), 'git', 'ignore');
    if (written.startsWith('~/')) return paths.join(options.homeDirectory, written.slice(2));
    return paths.resolve(repository.root, written);
  }

  /** With links resolved as far as there is something. */
  async function realPathOf(path: string): Promise<string | undefined> {
    const missing: string[] = [];
    for (let at = path; ; at = paths.dirname(at)) {
      const real = await files.realPath(at);
      if (real.ok) return paths.join(real.value, ...missing);
      if (real.problem !== 'missing' || paths.dirname(at) === at) return undefined;
      missing.unshift(paths.basename(at));
    }
  }

  async function look(real: string | undefined, added: AddedLines = NOTHING_ADDED): Promise<GitStatusAnswer> {
    if (real === undefined) return UNKNOWN;
    const repository = await repositoryOf(real);
    if (repository === undefined) return { status: 'no-repository', root: undefined };
    const exclude = paths.join(repository.common, 'info', 'exclude');
    const answer = (status: GitStatus) => ({ status, root: repository.root, exclude, path: real });
    const inside = async () => answer(await statusIn(repository, real, exclude, added));
    return orUnknown(inside, answer('unknown'));
  }

  async function statusIn(
    repository: Repository,
    real: string,
    exclude: string,
    added: AddedLines,
  ): Promise<GitStatus> {
    const { root } = repository;
    const [own, user] = await Promise.all([
      settings(paths.join(repository.common, 'config')),
      userSettings(),
    ]);
    // A work tree that lies elsewhere (core.worktree) makes the paths of this one mean nothing.
    if (own?.workTree !== undefined && paths.resolve(repository.directory, own.workTree) !== root) {
      return 'unknown';
    }
    const fold = own?.ignoreCase ?? user.ignoreCase ?? false;
    const parts = paths.relative(root, real).split(paths.sep).map(bytesOf);
    // git never takes up anything of its own directory, or of one that is called so.
    if (parts.some((part) => part.toLowerCase() === '.git')) return 'ignored';

    const idBytes = own?.objectFormat === 'sha256' ? 32 : 20;
    const index = await parsed(paths.join(repository.directory, 'index'), INDEX_MAX, (bytes) =>
      trackedSet(trackedPaths(bytes, { idBytes }), fold),
    );
    if (index === null) return 'unknown';
    if (index?.has(folded(parts.join('/'), fold))) return 'tracked';

    const outer = [
      await patterns(exclude, added),
      await patterns(excludesPath(own?.excludesFile ?? user.excludesFile, repository), added),
    ];
    const inner = await Promise.all(
      parts.map((_, depth) =>
        patternsInside(paths.join(root, ...relativeParts(real, root, depth), '.gitignore'), added),
      ),
    );
    return isIgnored(parts, inner, outer, fold) ? 'ignored' : 'would-be-added';
  }

  function relativeParts(path: string, root: string, depth: number): readonly string[] {
    return paths.relative(root, path).split(paths.sep).slice(0, depth);
  }

  return { look, realPathOf };
}

/**
 * Whether a file is ignored. An ignored directory hides all below it, whatever its own patterns are; the patterns of
 * the nearest directory come first, and those of the repository and the user last.
 */
function isIgnored(
  parts: readonly string[],
  inner: readonly (readonly IgnorePattern[])[],
  outer: readonly (readonly IgnorePattern[])[],
  fold: boolean,
): boolean {
  for (let length = 1; length <= parts.length; length += 1) {
    const directory = length < parts.length;
    const path = (from: number) => parts.slice(from, length).join('/');
    let answer: boolean | undefined;
    for (let depth = length - 1; depth >= 0 && answer === undefined; depth -= 1) {
      answer = ignoredBy(inner[depth] ?? [], path(depth), { directory, fold });
    }
    for (const patterns of outer) answer ??= ignoredBy(patterns, path(0), { directory, fold });
    if (answer === true) return true;
  }
  return false;
}

/** null, not undefined, for an index that can't be read: an absent one is undefined. */
function trackedSet(found: ReadonlySet<string> | undefined, fold: boolean): ReadonlySet<string> | null {
  if (found === undefined) return null;
  return fold ? new Set([...found].map((path) => folded(path, true))) : found;
}

function folded(path: string, fold: boolean): string {
  return fold ? path.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : path;
}
