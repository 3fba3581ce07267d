/** Compose files to a `Stack`, as the reference implementation (compose-go) loads them. */
import type { PlatformPath } from 'node:path';
import { parseDotenv } from './dotenv';
import type { Lookup } from './interpolation';
import type { ComposeProblem, Service, SourceFile, Stack } from './model';
import { hostPathsOf, readFile } from './stack';

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
}

/** Reads and merges the files. Never rejects for what they hold. */
export async function loadStack(input: StackInput): Promise<Stack> {
  const { paths } = input;
  const first = input.files[0] ?? '';
  const projectDirectory =
    input.projectDirectory ?? (paths.isAbsolute(first) ? paths.dirname(first) : undefined);
  const envFiles = input.envFiles ?? (projectDirectory ? [paths.join(projectDirectory, '.env')] : []);
  const variables = new Map<string, string>();
  const lookup: Lookup = (name) => input.environment(name) ?? variables.get(name);
  for (const file of envFiles) {
    const answer = await input.read(file);
    if ('text' in answer)
      for (const [name, value] of parseDotenv(answer.text, input.environment)) variables.set(name, value);
  }
  const problems: ComposeProblem[] = [];
  const files: SourceFile[] = [];
  const services = new Map<string, Service>();
  let incomplete = false;
  for (const file of input.files) {
    const answer = await input.read(file);
    if (!('text' in answer)) {
      incomplete = true;
      continue;
    }
    files.push({ file, text: answer.text, directory: projectDirectory, role: 'merged' });
    const hostPaths = hostPathsOf(paths, projectDirectory, input.homeDirectory);
    for (const service of readFile({ file, text: answer.text }, lookup, hostPaths, problems)) {
      const before = services.get(service.name);
      services.set(service.name, before ? merged(before, service) : service);
    }
  }
  return {
    files,
    projectDirectory,
    services,
    problems,
    dependencies: [...envFiles, ...input.files],
    incomplete,
  };
}

function merged(before: Service, after: Service): Service {
  const mounts = new Map([...before.mounts, ...after.mounts].map((mount) => [mount.target, mount]));
  return {
    ...before,
    declarations: [...before.declarations, ...after.declarations],
    image: after.image ?? before.image,
    hasBuild: before.hasBuild || after.hasBuild,
    mounts: [...mounts.values()],
    environment: new Map([...before.environment, ...after.environment]),
    environmentKey: after.environmentKey ?? before.environmentKey,
    aliases: [...before.aliases, ...after.aliases.slice(1)],
    inactive: before.inactive || after.inactive,
    partial: before.partial || after.partial,
    command: after.command.length > 0 ? after.command : before.command,
  };
}
