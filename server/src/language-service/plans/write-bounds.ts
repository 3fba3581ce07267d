/**
 * What the user opened or named. Outside of it nothing is made, edited or given another mode, whatever files say, unless
 * the user allows it.
 */
import type { Part } from '../../changes/types';
import { pathsToMake } from '../../pki/generate/requests';
import { isWithin } from '../../platform/is-within';
import type { Host } from '../../platform/platform';
import type { PlanOptions, Settings } from '../api/index';

/** For which file something is planned, and what the user says of it. */
export interface PlanScope extends PlanOptions {
  readonly file: string;
}

export interface Bounds {
  /** Absolute: everything lies in one of them, or below. */
  readonly directories: readonly string[];
  /**
   * Whether a path lies inside, also with its links followed. A file that isn't there yet is where its directory is.
   * undefined where a link leads nowhere, or a directory may not be entered.
   */
  holds(path: string): Promise<boolean | undefined>;
}

/**
 * The bounds for a file: the directories that the command line names, else the workspace's folders; for a file outside
 * of all folders its own directory too. Neither a compose file nor `.env` nor a setting of the workspace moves them.
 */
export function boundsFor({ file, allow = [] }: PlanScope, settings: Settings, host: Host): Bounds {
  const { paths } = host;
  const opened = settings.bounds ?? settings.folders ?? [];
  const isOpened = settings.bounds !== undefined || opened.some((folder) => isWithin(paths, folder, file));
  const own = isOpened || !paths.isAbsolute(file) ? [] : [paths.dirname(file)];
  const directories = [...new Set([...opened, ...own, ...allow])];
  let real: Promise<readonly (string | undefined)[]> | undefined;
  async function looked(path: string): Promise<boolean | undefined> {
    if (!directories.some((directory) => isWithin(paths, directory, path))) return false;
    // What nobody trusts is not followed; nothing is written there either.
    if (!settings.trusted) return true;
    real ??= Promise.all(directories.map((directory) => realPathOf(directory, host)));
    const target = await realPathOf(path, host);
    if (target === undefined) return undefined;
    return (await real).some((directory) => directory !== undefined && isWithin(paths, directory, target));
  }
  const known = new Map<string, Promise<boolean | undefined>>();
  return {
    directories,
    holds(path) {
      const answer = known.get(path) ?? looked(path);
      known.set(path, answer);
      return answer;
    },
  };
}

/** With links resolved as far as there is something; undefined for a link that leads nowhere. */
async function realPathOf(path: string, host: Host): Promise<string | undefined> {
  const missing: string[] = [];
  for (let at = path; ; at = host.paths.dirname(at)) {
    const real = await host.files.realPath(at);
    if (real.ok) return host.paths.join(real.value, ...missing);
    if ((await host.writer.nameKind(at)) !== 'missing' || host.paths.dirname(at) === at) return undefined;
    missing.unshift(host.paths.basename(at));
  }
}

/** What of a part lies outside. */
export async function outsideOf(part: Part, bounds: Bounds, host: Host): Promise<readonly string[]> {
  const made = new Set([
    ...part.jobs.flatMap(({ order }) => pathsToMake(order)),
    ...(part.modes ?? []).map(({ path }) => path),
  ]);
  const edited = new Set(part.operations.map(({ file }) => file));
  const outside: string[] = [];
  for (const path of new Set([...made, ...edited])) {
    // A document without a path is in the editor alone.
    const holds = !host.paths.isAbsolute(path) || (await bounds.holds(path));
    // Whoever makes a file follows no link that leads nowhere, and says what is in the way; editors write through it.
    if (holds === false || (holds === undefined && edited.has(path))) outside.push(path);
  }
  return outside;
}

/** The directories to allow for files that lie outside; those below others are left out. */
export function directoriesToAllow(files: readonly string[], { paths }: Host): readonly string[] {
  const directories = [...new Set(files.map((file) => paths.dirname(file)))];
  return directories.filter(
    (directory) => !directories.some((other) => other !== directory && isWithin(paths, other, directory)),
  );
}

/** Why nothing was done about files that lie outside. */
export function sayOutside(files: readonly string[], { directories }: Pick<Bounds, 'directories'>): string {
  const them = files.length === 1 ? 'it' : 'them';
  return `Nothing is created or changed outside of ${listed(directories)} unless you allow it. This needs ${listed(files)}, so what depends on ${them} was not done.`;
}

function listed(names: readonly string[]): string {
  const [first = ''] = names;
  return names.length <= 1 ? first : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
