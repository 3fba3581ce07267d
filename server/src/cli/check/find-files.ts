import type { FileProblem, Host } from '../../platform/platform';

/** A file to look at. */
export interface Candidate {
  /** absolute */
  readonly file: string;
  /** `named`: the user named the file itself; `compose`: it is called like a compose file; `yaml`: its content decides. */
  readonly reason: 'named' | 'compose' | 'yaml';
}

export interface Search {
  /** Each file once, in the order of the paths, and within a directory sorted: files first, then its directories. */
  readonly candidates: readonly Candidate[];
  /** What could not be read: one sentence each. */
  readonly problems: readonly string[];
}

export const COMPOSE_NAMES = 'docker-compose*.yml, docker-compose*.yaml, compose*.yml, compose*.yaml';

const COMPOSE_NAME = /^(docker-)?compose.*\.ya?ml$/i;
const YAML_NAME = /\.ya?ml$/i;

/** Finds the files that paths (absolute) stand for. Hidden directories, node_modules and links to directories are left out. */
export async function findFiles(
  paths: readonly string[],
  host: Host,
  display: (path: string) => string,
  signal?: AbortSignal,
): Promise<Search> {
  const found = new Map<string, Candidate>();
  const problems: string[] = [];

  const walk = async (directory: string): Promise<void> => {
    if (signal?.aborted) return;
    const listing = await host.files.list(directory);
    if (!listing.ok) {
      problems.push(problemText(display(directory), listing.problem));
      return;
    }
    const entries = [...listing.value].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const entry of entries) {
      if (!YAML_NAME.test(entry.name)) continue;
      const file = host.paths.join(directory, entry.name);
      if (!(entry.kind === 'file' || (entry.kind === 'link' && (await isFile(file, host))))) continue;
      const reason = COMPOSE_NAME.test(entry.name) ? 'compose' : 'yaml';
      if (!found.has(file)) found.set(file, { file, reason });
    }
    for (const { kind, name } of entries) {
      const skipped = name.startsWith('.') || name === 'node_modules';
      if (kind === 'directory' && !skipped) await walk(host.paths.join(directory, name));
    }
  };

  for (const path of paths) {
    const status = await host.files.status(path);
    if (!status.ok) problems.push(problemText(display(path), status.problem));
    else if (status.value.kind === 'directory') await walk(path);
    else if (status.value.kind === 'file') found.set(path, { file: path, reason: 'named' });
    else problems.push(problemText(display(path), 'not-a-file'));
  }
  return { candidates: [...found.values()], problems };
}

async function isFile(path: string, host: Host): Promise<boolean> {
  const status = await host.files.status(path);
  return status.ok && status.value.kind === 'file';
}

/** One sentence about a path that can't be read. */
export function problemText(path: string, problem: FileProblem): string {
  const reasons: Record<FileProblem, string> = {
    missing: 'does not exist.',
    directory: 'is a directory, not a file.',
    'not-a-file': 'is not a file or directory.',
    denied: 'is not readable for this user.',
    'too-large': 'is too large for a compose file.',
    'link-loop': 'is a symbolic link that leads to itself.',
    failed: 'could not be read.',
  };
  return `${path} ${reasons[problem]}`;
}
