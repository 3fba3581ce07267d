/** The files in the workspace's folders that may be compose files of a Mender server. */
import { createParseCache } from '../../compose/document/document-cache';
import type { Host } from '../../platform/platform';
import type { Settings } from '../api/index';
import { mightBeMender } from '../check/is-relevant-file';
import { createReading } from '../files/allowed-files';
import type { Texts } from '../files/document-texts';
import { matcher } from './glob';

/** Bounds of one look, over all folders. */
const MAX_DIRECTORIES = 4000;
const MAX_FILES = 2000;
const MAX_FOUND = 200;
/** Levels below a folder. */
const MAX_DEPTH = 12;

const YAML_NAME = /\.ya?ml$/i;
/** What every compose file has, one that only includes others too: manifests of other software name Traefik as well. */
const COMPOSE_KEY = /^[^\S\r\n\u2028\u2029]*[{"']*(services|include)["']?\s*:/m;

export interface Look {
  /** Globs from each folder: what they name is left out. */
  readonly exclude: readonly string[];
  /** Waited for between one file or directory and the next. */
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

export interface Candidates {
  /** Absolute, each once, folder by folder, those further up first. `complete` is false where there are more. */
  readonly files: readonly string[];
  readonly complete: boolean;
}

/** Remembers what files were when it was seen that they are no concern of Mender's: then a stat is enough. */
export function createCandidateFinder(
  texts: Texts,
  host: Host,
  settings: () => Settings,
): (look: Look) => Promise<Candidates> {
  const cache = createParseCache();
  let others = new Map<string, string>();

  async function mightBe(file: string, now: Settings): Promise<boolean> {
    // Bounded in size, and in an untrusted workspace by its folders.
    const answer = await createReading(texts, cache, host, now, file).finder(file).read(file);
    const might = 'text' in answer && COMPOSE_KEY.test(answer.text) && mightBeMender(answer.text);
    if (!might) texts.forget([file]);
    return might;
  }

  return async (look) => {
    const now = settings();
    const walk = await yamlFiles(now.folders ?? [], host, look);
    const named = (now.stacks ?? []).flatMap(({ files }) => files);
    const seen = new Map<string, string>();
    const found: string[] = [];
    for (const file of new Set([...walk.files, ...named])) {
      if (look.signal?.aborted || found.length === MAX_FOUND) break;
      const stamp = texts.isOpen(file) ? undefined : await stampOf(file, host, now);
      if (stamp === undefined || others.get(file) !== stamp) {
        await look.pause();
        if (await mightBe(file, now)) {
          found.push(file);
          continue;
        }
      }
      if (stamp !== undefined) seen.set(file, stamp);
    }
    others = seen;
    return { files: found, complete: walk.complete && found.length < MAX_FOUND };
  };
}

/** What changes when a file does, or may be read where it could not before. */
async function stampOf(file: string, host: Host, { trusted }: Settings): Promise<string | undefined> {
  const status = await host.files.status(file);
  if (!status.ok) return undefined;
  const { size, modified, identity, mode } = status.value;
  return [size, modified, identity, mode, trusted].join(' ');
}

/** YAML files level by level. Hidden directories, `node_modules` and links to directories are left out. */
async function yamlFiles(
  folders: readonly string[],
  host: Host,
  { exclude, pause, signal }: Look,
): Promise<Candidates> {
  const { paths } = host;
  const excluded = matcher(exclude);
  const files: string[] = [];
  let directories = 0;
  for (const folder of folders) {
    let level = [''];
    for (let depth = 0; level.length > 0 && depth <= MAX_DEPTH; depth++) {
      const next: string[] = [];
      for (const directory of level) {
        await pause();
        if (signal?.aborted || ++directories > MAX_DIRECTORIES) return { files, complete: false };
        const answer = await host.files.list(paths.join(folder, directory));
        const entries = answer.ok ? [...answer.value].sort((a, b) => (a.name < b.name ? -1 : 1)) : [];
        for (const { name, kind } of entries) {
          const path = directory === '' ? name : `${directory}/${name}`;
          const isDirectory = kind === 'directory';
          if (isDirectory ? name.startsWith('.') || name === 'node_modules' : !YAML_NAME.test(name)) continue;
          if (excluded(path)) continue;
          if (isDirectory) next.push(path);
          else if (files.push(paths.join(folder, path)) >= MAX_FILES) return { files, complete: false };
        }
      }
      level = next;
    }
    if (level.length > 0) return { files, complete: false };
  }
  return { files, complete: true };
}
