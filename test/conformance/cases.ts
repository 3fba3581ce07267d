/** Stacks that our loader and the reference load alike: files on disk, and how Compose is called on them. */

import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { hasShared, sharedPath } from '../shared';

export interface Case {
  readonly name: string;
  /** Where the files are, and where Compose is called. Absolute. */
  readonly directory: string;
  /** In merge order, relative to `directory`. */
  readonly files: readonly string[];
  /** Relative to `directory`; undefined: the directory of the first file. */
  readonly projectDirectory: string | undefined;
  /** Relative to `directory`; undefined: `.env` of the project directory. */
  readonly envFiles: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a case holds beside its files; all of it may be left out. */
interface Call {
  readonly files?: readonly string[];
  readonly projectDirectory?: string;
  readonly envFiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The shell that stacks are loaded in: nothing of the machine's own. */
export const HOME = '/home/mender';

export const root = resolve(import.meta.dirname, '../..');
export const fixtureDirectory = join(root, 'test/fixtures/stacks');
const corpusDirectory = sharedPath('corpus/mender');
export const hasCorpus = hasShared('corpus/mender/stacks.json');

/** One directory each in test/fixtures/stacks: `compose.yml` or what its `stack.json` says. */
export function fixtureCases(): Case[] {
  return readdirSync(fixtureDirectory)
    .sort()
    .map((name) => {
      const directory = join(fixtureDirectory, name);
      const call = existsSync(join(directory, 'stack.json'))
        ? (JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8')) as Call)
        : {};
      return caseOf(name, directory, call);
    });
}

/** Our own stacks of Mender's releases: `test/fixtures/mender`. */
export const ownCases = (): Case[] => casesBelow(join(root, 'test/fixtures/mender'));

/** Every stack that Mender's own scripts start, of the releases at hand. */
export const corpusCases = (): Case[] => casesBelow(corpusDirectory);

function casesBelow(directory: string): Case[] {
  const stacks: readonly { release: string; name: string; files: readonly string[] }[] = JSON.parse(
    readFileSync(join(directory, 'stacks.json'), 'utf8'),
  );
  return stacks.map(({ release, name, files }) =>
    caseOf(`${release} ${name}`, join(directory, release), { files, projectDirectory: '.' }),
  );
}

/** Writes files below `directory`, which makes them a case. */
export function writtenCase(
  name: string,
  directory: string,
  files: Readonly<Record<string, string>>,
  call: Call,
): Case {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return caseOf(name, directory, call);
}

function caseOf(name: string, directory: string, call: Call): Case {
  return {
    name,
    // The reference finds its own way to the working directory: past symbolic links.
    directory: realpathSync(directory),
    files: call.files ?? ['compose.yml'],
    projectDirectory: call.projectDirectory,
    envFiles: call.envFiles,
    environment: call.environment ?? {},
  };
}
