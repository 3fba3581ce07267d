/** Compose files and directories as far as they may be read: in an untrusted workspace, nothing outside of it. */
import type { Finder } from '../../compose/discovery/find-stack';
import type { ParseCache } from '../../compose/document/document-cache';
import type { FileText } from '../../compose/types';
import { isWithin } from '../../platform/is-within';
import { createPace } from '../../platform/pace';
import type { Host } from '../../platform/platform';
import type { Settings } from '../api/index';
import type { Texts } from './document-texts';
import { isReachable } from './untrusted';

/** Bytes: a larger file isn't looked into to see whether it belongs to a stack. */
const MAX_LOOK = 512 * 1024;

export interface Reading {
  readonly cache: ParseCache;
  read(file: string): Promise<FileText>;
  /** For finding stacks around `file`: bounded by the workspace folder that holds it, else by the home directory. */
  finder(file: string): Finder;
}

/** How files are read on behalf of the checked file `file`. */
export function createReading(
  texts: Texts,
  cache: ParseCache,
  host: Host,
  settings: Settings,
  file: string,
): Reading {
  const { paths } = host;
  const folders = settings.folders ?? [];
  const inside = (directory: string, path: string) => isWithin(paths, directory, path);
  // Without a folder, an untrusted file is alone with its directory.
  const bounds = folders.length > 0 ? folders : [paths.dirname(file)];

  async function mayRead(path: string): Promise<boolean> {
    return settings.trusted || texts.isOpen(path) || isReachable(path, bounds, host);
  }

  async function read(path: string, limit?: number): Promise<FileText> {
    if (!(await mayRead(path))) return { withheld: true };
    const answer = await texts.read(path, limit);
    if ('text' in answer) return answer;
    if ('notText' in answer) return { problem: 'is not UTF-8 text.' };
    return answer.missing ? { missing: true } : { problem: answer.problem };
  }

  /** A file is looked at once on behalf of one check, however many stacks it is part of. */
  const answers = new Map<string, Promise<FileText>>();
  const readOnce = (path: string) => {
    const known = answers.get(path) ?? read(path);
    answers.set(path, known);
    return known;
  };

  return {
    cache,
    read: readOnce,
    finder(around) {
      const folder = folders.find((each) => inside(each, around));
      return {
        paths,
        environment: (name) => host.environment(name),
        read: (path) => read(path, MAX_LOOK),
        parse: (path, text) => cache.parse(path, text),
        async list(directory) {
          if (!(await mayRead(directory))) return [];
          const answer = await host.files.list(directory);
          if (!answer.ok) return [];
          return answer.value.map(({ name, kind }) => ({ name, isDirectory: kind === 'directory' }));
        },
        // What is found is shared, so nobody who no longer waits for it ends the search.
        pace: createPace(),
        within: (path) => (folder ? inside(folder, path) : !inside(path, host.homeDirectory)),
      };
    },
  };
}
