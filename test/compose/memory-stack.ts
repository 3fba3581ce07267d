/** Loads stacks from texts in memory, and cuts out what spans cover. */
import { type PlatformPath, posix } from 'node:path';
import { loadStack, type StackInput } from '../../server/src/compose/loader/load-project';
import type { FileText, Span, Stack } from '../../server/src/compose/types';

export interface MemoryStack {
  readonly stack: Stack;
  /** `file: text` of a span; the file relative to the project's directory. */
  cut(span: Span | undefined): string;
  /** `file: text: message` of every problem. */
  readonly problems: readonly string[];
}

export interface MemoryOptions extends Partial<Omit<StackInput, 'read' | 'environment'>> {
  readonly environment?: Readonly<Record<string, string>>;
  /** Files that may not be read. */
  readonly withheld?: readonly string[];
  readonly root?: string;
}

/** `files` by their paths below the root, `/p` unless told; merged is `compose.yml` unless told. */
export async function memoryStack(
  files: Readonly<Record<string, string>>,
  { environment = {}, withheld = [], root = '/p', paths = posix, ...rest }: MemoryOptions = {},
): Promise<MemoryStack> {
  const below = (path: string) => under(root, path, paths);
  const texts = new Map(Object.entries(files).map(([path, text]) => [below(path), text]));
  const hidden = withheld.map(below);
  const stack = await loadStack({
    projectDirectory: undefined,
    envFiles: undefined,
    homeDirectory: '/home/a',
    ...rest,
    files: (rest.files ?? ['compose.yml']).map(below),
    paths,
    environment: (name) => environment[name],
    read: async (file): Promise<FileText> => {
      const text = texts.get(file);
      if (hidden.includes(file)) return { withheld: true };
      return text === undefined ? { missing: true } : { text };
    },
  });
  const cut = (span: Span | undefined) =>
    span
      ? `${paths.relative(root, span.file)}: ${(texts.get(span.file) ?? '').slice(span.start, span.end)}`
      : 'nowhere';
  return { stack, cut, problems: stack.problems.map(({ message, span }) => `${cut(span)}: ${message}`) };
}

function under(root: string, path: string, paths: PlatformPath): string {
  return paths.isAbsolute(path) ? path : paths.join(root, path);
}
