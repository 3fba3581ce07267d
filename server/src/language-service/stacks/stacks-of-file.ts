/** The stacks that a file belongs to: those that somebody named, else the one that is found. */
import { type Finder, type FoundStack, findStack } from '../../compose/discovery/find-stack';
import type { Host } from '../../platform/platform';
import type { Settings, StackFiles, StackReason, StackSetting } from '../api/index';

export interface KnownStack extends StackFiles {
  readonly name: string | undefined;
  readonly reason: StackReason;
  readonly why: string;
  readonly beside: readonly string[];
  readonly farther: readonly string[];
}

/** At least one. `find` looks for the stack of a file that nobody named. */
export async function stacksOf(
  file: string,
  settings: Settings,
  host: Host,
  find: () => Promise<FoundStack>,
): Promise<readonly KnownStack[]> {
  if (!host.paths.isAbsolute(file)) {
    const why = file.startsWith('untitled:')
      ? 'It is not saved yet, so no other files belong to it.'
      : 'It is not on disk, so files next to it cannot be read.';
    return [alone(file, why)];
  }
  const named = (files: readonly string[]) =>
    (settings.stacks ?? []).filter((stack) => files.some((each) => stack.files.includes(each)));
  const direct = named([file]);
  if (direct.length > 0) return direct.map(fromSetting);
  const found = await find();
  // A file that is only included, or extended, belongs to the stacks of the files that name it.
  const through = found.files.includes(file) ? [] : named(found.files);
  if (through.length > 0) return through.map(fromSetting);
  const { by, ...rest } = found;
  return [{ ...rest, name: undefined, reason: by }];
}

function alone(file: string, why: string): KnownStack {
  return {
    name: undefined,
    files: [file],
    projectDirectory: undefined,
    envFiles: undefined,
    reason: 'alone',
    why,
    beside: [],
    farther: [],
  };
}

function fromSetting({ name, files, projectDirectory, envFiles }: StackSetting): KnownStack {
  return {
    name,
    files,
    projectDirectory,
    envFiles,
    reason: 'setting',
    why: name === undefined ? 'Set by mender.stacks.' : `Set by mender.stacks as ${name}.`,
    beside: [],
    farther: [],
  };
}

/** Looks for stacks, and remembers what it found until the files around change. */
export interface StackFinder {
  find(file: string, finder: Finder): Promise<FoundStack>;
  forget(): void;
}

export function createStackFinder(): StackFinder {
  const known = new Map<string, Promise<FoundStack>>();
  return {
    find(file, finder) {
      const found = known.get(file) ?? findStack(file, finder);
      known.set(file, found);
      return found;
    },
    forget: () => known.clear(),
  };
}
